// The one exception type of the library, and the result type of the try_ functions.
#pragma once

#include <videosdk/errc.hpp>
#include <videosdk/resource.hpp>

#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

/// All that is known about a failure. Filled where the failure happens; never holds a token, key or stream
/// key.
struct VIDEOSDK_DECL error_info {
    error_info() = default;

    std::string call;                                ///< Which call: `acquire`, `get`, `webhook_listener` …
    std::string detail;                              ///< What was wrong, and what to do about it.
    std::string method;                              ///< `POST`; empty when nothing was to be sent.
    std::string path;                                ///< `/v2/resource/acquire`.
    std::uint32_t attempts = 0;                      ///< Exchanges begun.
    std::optional<videosdk::outcome> outcome;        ///< Of the last exchange.
    std::optional<videosdk::effect> effect;          ///< Of the whole call.
    unsigned http_status = 0;                        ///< 0 when no answer came.
    std::string api_code;                            ///< `code` or `errorCode` of the answer.
    std::string api_message;                         ///< The answer's own message.
    std::string request_id;                          ///< From `x-request-id` and its siblings.
    std::optional<std::chrono::seconds> retry_after; ///< The answer's Retry-After.
    std::vector<resource> granted;                   ///< What did arrive: see error::granted().
};

/// The line of error::what() without the code: what is known, on one line.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const error_info& value);

/// A failed call. `what()` is one line for a log.
///
/// Copies share their details. Thread-safe to read.
class VIDEOSDK_DECL error : public boost::system::system_error {
public:
    /// No failure at all: what `result<T>::error()` returns when there is a value.
    error();
    /// A failure with all that is known of it: for transports and servers in users' tests, too.
    error(boost::system::error_code code, error_info info);
    /// A failure of which no more than the code is known.
    explicit error(boost::system::error_code code);
    /// Shares the details; allocates nothing.
    error(const error&) noexcept;
    /// Shares the details; allocates nothing.
    error& operator=(const error&) noexcept;
    ~error() override;

    /// `acquire: POST /v2/resource/acquire: 401 unauthorized: "Token is invalid" (code 1001, attempt 1,
    /// request id abc): <detail>`, with the parts that are known, on one line. What the provider wrote is
    /// escaped and cut. Lives as long as any copy of the error.
    const char* what() const noexcept override;

    /// All details at once. Lives as long as any copy of the error, as do the views below.
    const error_info& info() const noexcept { return *info_; }
    /// The answer's; 0 when none came.
    unsigned http_status() const noexcept { return info_->http_status; }
    /// `code` or `errorCode` of the answer; empty when it had none.
    std::string_view api_code() const noexcept { return info_->api_code; }
    /// What the provider wrote, as it came: escape it before it goes to a terminal.
    std::string_view api_message() const noexcept { return info_->api_message; }
    /// From `x-request-id` and its siblings: what the vendor's support asks for. Empty when none came.
    std::string_view request_id() const noexcept { return info_->request_id; }
    /// `POST`; empty when nothing was to be sent.
    std::string_view method() const noexcept { return info_->method; }
    /// `/v2/resource/acquire`, without a query; empty when nothing was to be sent.
    std::string_view path() const noexcept { return info_->path; }
    /// Exchanges begun; 0 when the call was refused before.
    std::uint32_t attempts() const noexcept { return info_->attempts; }
    /// Of the last exchange; empty when there was none.
    std::optional<videosdk::outcome> outcome() const noexcept { return info_->outcome; }
    /// Of the whole call: what the provider did. Empty where nothing was asked of it.
    std::optional<videosdk::effect> effect() const noexcept { return info_->effect; }
    /// The last answer's Retry-After; empty when it had none.
    std::optional<std::chrono::seconds> retry_after() const noexcept { return info_->retry_after; }

    /// Whether the provider may have acted although the call failed: effect() is unknown.
    bool ambiguous() const noexcept { return info_->effect == videosdk::effect::unknown; }

    /// The resources that an acquire was granted although it failed, and that are billed until they are
    /// released. With errc::short_grant: all that came. With errc::unexpected_response: those that could be
    /// read of an answer that is odd or contradicts itself, where there may be more. Empty otherwise.
    const std::vector<resource>& granted() const noexcept { return info_->granted; }

private:
    struct shared_state;

    std::shared_ptr<const error_info> info_;
    const char* line_ = nullptr; // in the state that info_ shares
};

/// The value, or the error that the throwing function of the same name would throw.
template <class T>
using result = boost::system::result<T, error>;

/// What `result<T>::value()` does with an error: throws it.
[[noreturn]] VIDEOSDK_DECL void throw_exception_from_error(const error& failure,
                                                           const boost::source_location&);

} // namespace videosdk::inline v0
