// The one face of HTTP to the modules above, and the seam for users' tests: one exchange, out and back.
#pragma once

#include <videosdk/errc.hpp>
#include <videosdk/scheduler.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// The methods of HTTP that the API uses.
enum class verb : std::uint8_t { get = 1, post, put, patch, delete_ };

/// `"GET"`, `"DELETE"` …
VIDEOSDK_DECL std::string_view to_string(verb value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, verb value);

/// One header of a request or response, as views into the memory of whoever made it.
struct header_view {
    std::string_view name;  ///< Without the colon; compared without case.
    std::string_view value; ///< Without white space around it.
};

/// `name: value`; of a header that holds a secret by its nature, such as Authorization, the name alone.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const header_view& value);

/// One request, as views that live until the exchange has completed. `Host`, `Content-Length` and
/// `Connection` are the transport's own business.
struct request_view {
    verb method = verb::get;              ///< Of the request line.
    std::string_view target;              ///< Origin form: path and query.
    std::span<const header_view> headers; ///< Without those that are the transport's own.
    std::string_view body;                ///< Empty where there is none.
};

/// `POST /v2/resource/acquire, 4 headers, 90 bytes`: neither query, headers nor body, which may hold secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const request_view& value);

/// What a response keeps busy until it is destroyed: in production, the connection whose memory it reads.
class VIDEOSDK_DECL response_owner {
public:
    /// The response is gone. Called on the transport's executor.
    virtual void release_response() noexcept = 0;

protected:
    ~response_owner() = default;
};

/// One whole response. Move-only; it owns its connection until it is destroyed, so read it and let it go.
class VIDEOSDK_DECL response {
public:
    response() noexcept;
    /// A response that owns its text: for scripted transports.
    response(unsigned status, std::string body,
             std::vector<std::pair<std::string, std::string>> headers = {});
    /// A response in a connection's memory. The views live until `owner` is told of the release.
    response(unsigned status, std::string_view body, std::span<const header_view> headers,
             std::span<unsigned char> scratch, response_owner& owner) noexcept;
    response(response&& other) noexcept;
    response& operator=(response&& other) noexcept;
    ~response();

    /// The status code; 0 of an empty response.
    unsigned status() const noexcept { return status_; }
    /// The whole body. Lives as long as the response, as the headers do.
    std::string_view body() const noexcept { return body_; }
    /// In the order in which they came.
    std::span<const header_view> headers() const noexcept { return headers_; }
    /// The first header of that name, compared without case.
    std::optional<std::string_view> header(std::string_view name) const noexcept;
    /// Memory to parse into; may be empty.
    std::span<unsigned char> scratch() const noexcept { return scratch_; }

private:
    struct text;
    void reset() noexcept;

    unsigned status_ = 0;
    std::string_view body_;
    std::span<const header_view> headers_;
    std::span<unsigned char> scratch_;
    response_owner* owner_ = nullptr;
    std::unique_ptr<text> text_;
};

/// An exchange that brought no whole response.
struct VIDEOSDK_DECL exchange_failure {
    exchange_failure();
    /// With its members, but reused.
    exchange_failure(boost::system::error_code code, videosdk::outcome outcome, std::string detail);

    boost::system::error_code code; ///< One of errc's network and answer codes, or operation_aborted.
    videosdk::outcome outcome = videosdk::outcome::not_sent; ///< Never answered.
    std::string detail;  ///< What the socket or TLS said, and about which peer.
    bool reused = false; ///< Whether the connection had carried an exchange before.
};

/// One line: code, outcome and detail.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const exchange_failure& value);

class transport;

/// One exchange, owned by its caller; must stay where it is until it has completed or cancel() has returned.
class VIDEOSDK_DECL exchange_operation : private alarm {
public:
    exchange_operation() = default;

    /// Set by the caller before start(). What it refers to lives until the exchange has completed.
    request_view request;
    /// By the scheduler's clock. Set by the caller before start().
    std::chrono::steady_clock::time_point deadline{};

    /// Exactly one of these two is called, exactly once, on the transport's executor, as the last thing that
    /// the transport does in that turn, and never inside start().
    virtual void on_response(response answer) = 0;
    /// The other one: no whole response came.
    virtual void on_failure(exchange_failure failure) = 0;

    /// Whether a byte of the request may have reached the socket. Kept by the transport; what it says when
    /// the exchange has failed or been cancelled is final.
    bool sent() const noexcept { return sent_; }
    /// For transports: before the first byte is written.
    void mark_sent(bool sent) noexcept { sent_ = sent; }

    /// Whether its connection had carried an exchange before. Kept by the transport, where it knows; told to
    /// observers.
    bool reused() const noexcept { return reused_; }
    /// For transports: before it completes.
    void mark_reused(bool reused) noexcept { reused_ = reused; }

    /// For transports: an alarm to arm at the deadline, which then calls transport::on_deadline().
    alarm& deadline_alarm(transport& carrier) noexcept
    {
        carrier_ = &carrier;
        return *this;
    }

    /// For transports: a place in a queue, and what they know of this exchange.
    exchange_operation* next = nullptr;
    exchange_operation* previous = nullptr; ///< As next.
    void* place = nullptr;                  ///< As next: whatever the transport likes.

protected:
    ~exchange_operation() = default;

private:
    void on_alarm() final;

    transport* carrier_ = nullptr;
    bool sent_ = false;
    bool reused_ = false;
};

/// How many of what a transport did: for tests and metrics.
struct transport_counts {
    std::uint64_t connections_opened = 0; ///< Connections whose TCP (and TLS) was established.
    std::uint64_t connections_failed = 0; ///< Attempts to connect that failed.
    std::uint64_t connections_open = 0;   ///< Now.
    std::uint64_t connections_idle = 0;   ///< Now.
    std::uint64_t exchanges = 0;          ///< Requests written.
    std::uint64_t exchanges_reused = 0;   ///< Of these, on a connection used before.
    std::uint64_t waiting = 0;            ///< Exchanges that wait for a connection, now.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const transport_counts& value);

/// Carries exchanges. Production implements it with a connection pool, tests with a script. Not thread-safe:
/// all calls on the client's executor.
class VIDEOSDK_DECL transport {
public:
    virtual ~transport();
    /// Begins the exchange; completes it before or at its deadline: with errc::timeout where no byte had
    /// left, else with errc::response_timeout.
    virtual void start(exchange_operation& operation) = 0;
    /// Gives the exchange up: neither of its functions is called any more. A connection it was using is
    /// closed.
    virtual void cancel(exchange_operation& operation) noexcept = 0;
    /// Closes connections that are idle, so that the io_context can run out of work; later exchanges connect
    /// anew.
    virtual void close_idle() noexcept = 0;
    /// Drops everything that belongs to an execution context, calling nobody. The transport is dead
    /// afterwards.
    virtual void shutdown() noexcept = 0;
    /// All zero, unless overridden.
    virtual transport_counts counts() const noexcept;

protected:
    friend class exchange_operation;
    /// The exchange's deadline_alarm() has fired.
    virtual void on_deadline(exchange_operation& operation);
};

} // namespace videosdk::inline v0
