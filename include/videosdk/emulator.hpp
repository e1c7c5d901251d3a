// VideoSDK's service, played locally: a pure core without I/O or clock, and a server around it. For tests.
#pragma once

#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>
#include <videosdk/resource.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace videosdk::inline v0::emulator {

/// How `webhookUrl` comes back in the answers of acquire, get and list. Webhooks go to what was sent.
enum class echo_mode : std::uint8_t {
    exact = 1,
    normalised, ///< Scheme and host in lower case, the host without `www.`, without the scheme's own port.
    absent
};

/// How GET of one resource answers: the bare unit (API page) or `{"data":unit}` (what the official SDKs
/// read).
enum class get_shape : std::uint8_t { bare = 1, wrapped };

/// How the numbers of `pageInfo` are written: `20` or `"20"`.
enum class number_shape : std::uint8_t { numbers = 1, strings };

/// How a unit acquired as `recording` is reported in answers. Webhooks say `recording` always.
enum class recording_name : std::uint8_t { recording = 1, filecomposer };

VIDEOSDK_DECL std::string_view to_string(echo_mode value) noexcept;
VIDEOSDK_DECL std::string_view to_string(get_shape value) noexcept;
VIDEOSDK_DECL std::string_view to_string(number_shape value) noexcept;
VIDEOSDK_DECL std::string_view to_string(recording_name value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, echo_mode value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, get_shape value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, number_shape value);
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, recording_name value);

/// One request as the service sees it: views that are read before handle() returns.
struct request {
    std::string_view method;        ///< `GET`, `POST`.
    std::string_view target;        ///< Path and query.
    std::string_view authorization; ///< The header's value; empty when there was none.
    std::string_view body;          ///< As it came.
    /// The header's value: who asks, where several do. Empty when there was none.
    std::string_view user_agent = {};
};
static_assert(std::is_trivially_destructible_v<request> && std::is_aggregate_v<request>);

/// Method, target, and how long the body is.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const request& value);

/// What the service does with a request instead of handling it as it should.
enum class fault_kind : std::uint8_t {
    none = 1,
    answer,          ///< Answer this; the request has no effect.
    drop,            ///< Close the connection without an answer; the request has no effect.
    apply_then_drop, ///< The request has its effect; then the connection is closed without an answer.
    apply_later,     ///< The connection is closed without an answer; the request has its effect afterwards.
    delay            ///< The request has its effect; the answer comes late.
};

VIDEOSDK_DECL std::string_view to_string(fault_kind value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, fault_kind value);

/// Names and values, in the order in which they are sent.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// One fault, made by one of the named functions.
class VIDEOSDK_DECL fault {
public:
    /// No fault.
    fault();
    /// fault_kind::answer. Of `headers`, the framing is the server's own.
    static fault answer(unsigned status, std::string body, std::string content_type = "application/json",
                        header_list headers = header_list());
    /// fault_kind::drop.
    static fault drop();
    /// fault_kind::apply_then_drop.
    static fault apply_then_drop();
    /// fault_kind::apply_later: `after` the request came.
    static fault apply_later(std::chrono::nanoseconds after);
    /// fault_kind::delay: the answer comes that much later.
    static fault delay(std::chrono::nanoseconds by);

    /// Which of these it is.
    fault_kind kind() const noexcept { return kind_; }
    /// Of answer(); 0 of others.
    unsigned status() const noexcept { return status_; }
    /// Of answer(); empty of others.
    const std::string& body() const noexcept { return body_; }
    /// Of answer(); empty of others.
    const std::string& content_type() const noexcept { return content_type_; }
    /// Of answer(); empty of others.
    const header_list& headers() const noexcept { return headers_; }
    /// Of apply_later() and delay(); 0 of others.
    std::chrono::nanoseconds time() const noexcept { return time_; }

private:
    explicit fault(fault_kind kind, std::chrono::nanoseconds time = {});

    fault_kind kind_ = fault_kind::none;
    unsigned status_ = 0;
    std::string body_;
    std::string content_type_;
    header_list headers_;
    std::chrono::nanoseconds time_{};
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const fault& value);

/// Decides for each request. Must not call the service or its server.
using fault_hook = std::function<fault(const request&)>;

struct reply;

/// Told of each request once it was handled, in their order: what was asked, what will be answered (which the
/// caller gets later by reply::delay, and not at all with reply::drop), and when it came. Both are good until
/// it returns. Must not throw, nor call the service or its server.
using reply_hook = std::function<void(const request& asked, const reply& answered,
                                      std::chrono::steady_clock::time_point now)>;

/// How webhooks are sent again that were not answered with a 2xx.
struct VIDEOSDK_DECL redelivery_options {
    redelivery_options();

    std::uint32_t attempts = 5;                                     ///< With the first; at least 1.
    std::chrono::nanoseconds first_delay = std::chrono::seconds(1); ///< Between the first two attempts.
    double growth = 2.0; ///< Of each delay over the one before; 1 to 100.
};

VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const redelivery_options& value);

/// Options of a service. Set member by member.
class VIDEOSDK_DECL service_options {
public:
    service_options();

    std::string api_key; ///< Required: the account whose tokens are accepted.
    std::string secret;  ///< Required.
    /// All ids come from it: two services with the same seed and the same requests give the same ids.
    std::uint64_t seed = 1;
    /// The key that signs webhooks, RSA of at least 2048 bits. Empty: one is generated, unless sign_webhooks
    /// is off; with that off it must be empty.
    std::string private_key_pem;

    std::chrono::nanoseconds idle_after = std::chrono::milliseconds(100); ///< From acquire to idle.
    std::chrono::nanoseconds started_after =
        std::chrono::milliseconds(50); ///< From `*-starting` to `*-started`.
    std::chrono::nanoseconds stopped_after =
        std::chrono::milliseconds(50); ///< From `*-stopping` to idle and `*-stopped`.

    echo_mode echo = echo_mode::exact;                    ///< How webhook URLs come back.
    get_shape get = get_shape::bare;                      ///< What GET of one resource wraps it in.
    number_shape numbers = number_shape::numbers;         ///< How page numbers are written.
    recording_name recording = recording_name::recording; ///< What recordings are called.
    bool keep_composer_ids = false;   ///< Whether `composerIds` keeps the ids of ended compositions.
    bool composition_ids = true;      ///< Whether webhooks about compositions name them by `id`.
    unsigned not_found_status = 404;  ///< For an unknown resource or composition: 404 or 402.
    std::uint64_t max_per_page = 100; ///< A larger `perPage` is cut to this.
    std::uint32_t max_units = 10'000; ///< An acquire of more is a 400.
    /// An acquire of more is granted this many, with status 200. Empty: all. 0: an empty list.
    std::optional<std::uint32_t> grant_at_most;
    std::size_t released_kept =
        1'000; ///< Released resources that get and list still know; older ones are forgotten.

    bool send_webhooks = true; ///< Off: nothing leaves; what happens is seen by asking only.
    /// Off: webhooks leave service::advance() with an empty signature, there is no key, and the public key's
    /// endpoint says 404. For simulations, which make services by the thousand: making a key takes a part of
    /// a second, and a signature up to a millisecond. No receiver takes such a webhook as it is, so that a
    /// server wants send_webhooks off, too.
    bool sign_webhooks = true;
    redelivery_options redelivery; ///< Of webhooks that were not answered with a 2xx.
    /// Where webhooks about sessions and participants go, see service::join_room(); empty: nowhere.
    std::string room_webhook_url;
    /// Where the URLs of recordings and streams in answers and webhooks point to; nothing is there.
    std::string media_url = "https://media.videosdk.test";
    /// Asked before each request, also before its token is checked.
    fault_hook on_request;
    /// Told after each request, refused ones and faults included: a log of who asked for what, and when. A
    /// request that takes effect later (fault::apply_later) is told when it comes, and not again. A server
    /// calls it on its executor, and for a request that is made within with_service(), there. May be empty.
    reply_hook on_reply;

    /// Throws error (errc::invalid_argument) naming the first field that is out of range.
    void validate() const;
};

/// Without the secret and the key.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const service_options& value);

/// What is to be answered.
struct VIDEOSDK_DECL reply {
    reply();

    unsigned status = 200;            ///< Of HTTP.
    std::string body;                 ///< JSON text, where the service made it.
    std::string content_type;         ///< Of the body.
    header_list headers;              ///< Besides.
    bool drop = false;                ///< Close the connection, answer nothing.
    std::chrono::nanoseconds delay{}; ///< Answer after this.
};

/// One line: status and body.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const reply& value);

/// A webhook to be sent now: a POST of `body` to `url`, with `signature` in the header `videosdk-signature`.
struct VIDEOSDK_DECL webhook {
    webhook();

    std::uint64_t id = 0;      ///< For service::delivered().
    std::string url;           ///< Where it goes: what the acquire or start said.
    std::string body;          ///< JSON text.
    std::string signature;     ///< Base64: RSA PKCS#1 v1.5 with SHA-256 over the bytes of `body`; empty where
                               ///< service_options::sign_webhooks is off.
    std::uint32_t attempt = 1; ///< 1 the first time.
};

/// One line: id, attempt, and the URL without query.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const webhook& value);

/// How many requests one route was asked, and how they were answered.
struct VIDEOSDK_DECL request_count {
    request_count();

    std::string
        route; ///< `acquire`, `release`, `get`, `list`, `start recording`, `end recording`, … , `other`.
    unsigned status = 0;     ///< 0: the connection was closed without an answer.
    std::uint64_t count = 0; ///< So far.
};

/// `acquire 200: 3`
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const request_count& value);

/// What happened so far.
struct VIDEOSDK_DECL statistics {
    statistics();

    std::vector<request_count> requests;    ///< One for each route and status that occurred.
    std::uint64_t requests_total = 0;       ///< The sum of their counts.
    std::uint64_t resources_acquired = 0;   ///< Units ever granted.
    std::uint64_t resources_pending = 0;    ///< Now; the same of the others.
    std::uint64_t resources_idle = 0;       ///< Now.
    std::uint64_t resources_composing = 0;  ///< Now.
    std::uint64_t resources_released = 0;   ///< Units ever released.
    std::uint64_t webhooks_sent = 0;        ///< First attempts.
    std::uint64_t webhooks_redelivered = 0; ///< Later attempts.
    std::uint64_t webhooks_delivered = 0;   ///< Answered with a 2xx.
    std::uint64_t webhooks_failed = 0;      ///< Given up.
    std::uint64_t connections_accepted = 0; ///< By the server; 0 in a bare service.
    std::uint64_t tls_handshakes = 0;       ///< That succeeded; as above.

    /// Requests of that route (see request_count::route); with that status, where one is given.
    std::uint64_t count(std::string_view route, std::optional<unsigned> status = {}) const noexcept;
};

/// One line.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const statistics& value);

/// VideoSDK's resource API as a pure state machine: no I/O, no clock, no threads. Requests and time come in,
/// answers and webhooks come out.
///
/// It serves `/v2/resource/…`, the ordinary `/v2/{recordings,hls,livestreams}/{start,end}`, which answer as
/// the official SDKs expect, and `/v2/public/rsa-public-key`. Time never goes back: a `now` before an earlier
/// one counts as that one. Not thread-safe.
class VIDEOSDK_DECL service {
public:
    /// For delays and deadlines.
    using time_point = std::chrono::steady_clock::time_point;
    /// For the dates in tokens.
    using wall_time = std::chrono::system_clock::time_point;

    /// Throws error (errc::invalid_argument) naming the option. Generates a key where one is needed and none
    /// is given, which takes a part of a second.
    explicit service(service_options options);
    service(service&&) noexcept;
    service& operator=(service&&) noexcept;
    ~service();

    /// Does what the request says and returns the answer. `wall` is for the dates in tokens. What the request
    /// makes happen afterwards, happens in advance().
    reply handle(const request& what, time_point now, wall_time wall);

    /// When advance() has something to do; time_point::max() when nothing is planned.
    time_point next_wakeup() const noexcept;

    /// Makes everything happen that is due, and returns the webhooks to send now, in the order of their
    /// events. Each must be reported to delivered(). With `most_webhooks` of them (each costs a signature, up
    /// to a millisecond) it stops; the rest is still due then.
    std::vector<webhook> advance(time_point now,
                                 std::size_t most_webhooks = std::numeric_limits<std::size_t>::max());

    /// A webhook was answered with a 2xx, or was not: then it is planned again, or given up. An unknown id is
    /// ignored.
    void delivered(std::uint64_t id, bool answered_2xx, time_point now);

    /// `BEGIN PUBLIC KEY`: what verifies the webhooks; empty where they are not signed.
    const std::string& public_key_pem() const noexcept;
    /// What happened so far.
    statistics counts() const;

    /// Those in force. The reference is good until set_options().
    const service_options& options() const noexcept;
    /// From the next request on. Seed, private key and sign_webhooks keep their first value. Throws like the
    /// constructor, and then nothing has changed.
    void set_options(service_options options);

    /// All resources in the order of their acquisition, as the service would answer.
    std::vector<resource> resources() const;
    /// Ends the composition with a `*-failed` webhook; its resource becomes idle. False when there is none.
    bool fail_composition(std::string_view composition_id, time_point now);
    /// Somebody enters a room: the first begins a session, `session-started`; then `participant-joined`. What
    /// is started in the room meanwhile belongs to that session. False, and nothing happens, where they are
    /// there already, or an id is empty.
    bool join_room(std::string_view room_id, std::string_view participant_id,
                   std::string_view participant_name, time_point now, wall_time wall);
    /// Somebody leaves a room: `participant-left`; the last one ends the session, `session-ended`.
    /// Compositions go on. False where they are not there.
    bool leave_room(std::string_view room_id, std::string_view participant_id, time_point now,
                    wall_time wall);
    /// Releases a resource in whatever state, as if somebody else had done it. False when it is unknown or
    /// released.
    bool release_resource(std::string_view resource_id, time_point now);
    /// Plans a webhook with this body, signed where service_options::sign_webhooks is on.
    void send_webhook(std::string url, std::string body, time_point now);

private:
    class state;
    std::unique_ptr<state> state_;
};

/// How the server is reached.
enum class server_security : std::uint8_t {
    self_signed = 1, ///< HTTPS with a certificate made on the spot, for `localhost`, 127.0.0.1 and ::1.
    certificate,     ///< HTTPS with the certificate of the options.
    plain            ///< HTTP.
};

VIDEOSDK_DECL std::string_view to_string(server_security value) noexcept;
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, server_security value);

/// Options of a server. Set member by member.
class VIDEOSDK_DECL server_options {
public:
    server_options();

    service_options service; ///< Of the service behind the socket.
    std::string address =
        "127.0.0.1:0"; ///< `host:port`; the host numeric or `localhost`; port 0 takes a free one.
    server_security security = server_security::self_signed; ///< HTTPS or HTTP, and by which certificate.
    std::string certificate_chain_pem;                       ///< With server_security::certificate.
    std::string private_key_pem;                             ///< With server_security::certificate.
    std::string ca_pem;      ///< With server_security::certificate: what ca_pem() returns; empty: the chain.
    tls_options webhook_tls; ///< Whom to trust when webhooks go to https URLs.
    std::chrono::nanoseconds webhook_timeout = std::chrono::seconds(10); ///< Of one delivery; positive.
    std::size_t max_webhook_origins = 64; ///< Origins to which connections are kept; at least 1.
    std::size_t max_connections = 10'000; ///< That clients may have open; at least 1.
    /// How long a connection may say nothing between requests.
    std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);
    bool serial_executor = false; ///< As in client_options.

    /// Throws error (errc::invalid_argument) naming the first field that is out of range.
    void validate() const;
};

/// Without secrets.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const server_options& value);

/// A service behind a socket: answers clients, delivers webhooks.
///
/// All its work runs on the executor given at construction (through a strand of its own unless
/// `serial_executor`). Its functions may be called from any thread. Destroying it, at any time and from any
/// thread, stops it; it may outlive its io_context.
/// ```
/// videosdk::emulator::server_options options;
/// options.service.api_key = "key";
/// options.service.secret = "secret";
/// videosdk::emulator::server provider(context.get_executor(), options);
/// provider.start();                        // then point a client at provider.url() and trust
/// provider.ca_pem()
/// ```
class VIDEOSDK_DECL server {
public:
    /// Of service.
    using time_point = std::chrono::steady_clock::time_point;

    /// Throws error (errc::invalid_argument) naming the option.
    server(asio::any_io_executor executor, server_options options);
    server(server&&) noexcept;
    server& operator=(server&&) noexcept;
    /// Stops.
    ~server();

    /// Binds and begins to accept. Throws error: errc::address_in_use, errc::listen_failed, naming the
    /// address; errc::closed after stop().
    void start();
    /// Closes every connection and gives up webhooks that are on their way. For good.
    void stop() noexcept;

    /// `https://localhost:PORT`, where the address is a loopback or any address; else with that address.
    /// After start().
    std::string url() const;
    std::uint16_t port() const noexcept; ///< After start().
    /// The certificates that a client must trust; empty when plain.
    const std::string& ca_pem() const noexcept;
    /// service::public_key_pem().
    const std::string& public_key_pem() const noexcept;
    /// service::counts(), with the connections. From any thread.
    emulator::statistics statistics() const;

    /// Runs `what` on the caller's thread, while nothing else uses the service; `now` is for its functions.
    /// `what` must not call the server.
    void with_service(const std::function<void(service& which, time_point now)>& what);

private:
    class core;
    std::shared_ptr<core> core_;
};

} // namespace videosdk::inline v0::emulator
