// The client: every call of the resource API, as coroutines over pooled HTTPS connections.
#pragma once

#include <videosdk/client_options.hpp>
#include <videosdk/error.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

class client_core;
class resource_pager;

/// The answer to client::request().
struct VIDEOSDK_DECL raw_response {
    raw_response();

    unsigned status = 0; ///< The answer's HTTP status, 2xx.
    std::string body;    ///< As it came; JSON text where the API keeps its word.
};

/// Status and size: nobody knows what secrets a body holds.
VIDEOSDK_DECL std::ostream& operator<<(std::ostream& stream, const raw_response& value);

/// Calls of VideoSDK's resource API.
///
/// *Completion.* `co_await client.f(…)` gives the value or throws error; `co_await client.try_f(…)` gives a
/// result and does not throw for a failed call. Both are ordinary functions that read their arguments before
/// they return; the work starts at the await. One awaitable is one call, awaited at most once.
///
/// *Errors*, of every call: errc::invalid_argument, invalid_credentials (nothing was sent); timeout,
/// resolve_failed, connect_failed, tls_failed, pool_exhausted, connection_stale, closed (no byte was sent);
/// response_timeout, connection_lost, truncated_response, malformed_response, response_too_large,
/// unexpected_response; bad_request, unauthorized, payment_required, forbidden, not_found, request_timeout,
/// conflict, rate_limited, client_error, server_error, unexpected_status, rejected;
/// asio::error::operation_aborted when the call was cancelled or the client destroyed. error::effect() says
/// what the provider did. Further ones are named at each call.
///
/// *Retries.* As retry_policy says; a call that may act twice, such as an acquire, is not sent again once a
/// byte of it left, except where the answer itself proves that nothing was done: 429, and 401 where the
/// client mints its tokens.
///
/// *Cancellation*, by the awaiting coroutine's slot; terminal, partial and total are all accepted, and stay
/// accepted in that coroutine after the call where it has a slot. Before a byte left: nothing was done. After
/// it: the call completes at once with operation_aborted and effect unknown (none for get and list), and the
/// connection is closed; but where client_options::on_unclaimed is set, an acquire's answer is awaited in the
/// background until the call's deadline and reported there. A grant that has come when the caller is
/// cancelled is reported there too, and the call completes with operation_aborted and effect known; so is a
/// grant whose caller was destroyed with its own io_context before it could be resumed. Any other answer that
/// has come is handed over all the same. While it waits to be sent again, a cancelled call says what is known
/// of the exchanges before. A coroutine that was cancelled before it calls gets Asio's own exception from its
/// co_await, unless it said throw_if_cancelled(false).
///
/// *Threads.* Any function may be called and awaited from any thread and executor; the work runs on the
/// client's executor and the caller is resumed on its own. Not thread-safe: moving, assigning and destroying
/// the object itself.
///
/// *Lifetime.* Destroying the client completes all its calls with operation_aborted and closes its
/// connections, also from another thread; a destroyed io_context drops them silently, as it drops every Asio
/// operation, those included that wait on other executors. While it is being destroyed, nothing of the client
/// may be used from another thread; afterwards its calls fail with errc::closed.
class VIDEOSDK_DECL client {
public:
    /// Throws error (errc::invalid_argument, invalid_endpoint, tls_failed for a CA file that cannot be read)
    /// naming the option.
    client(asio::any_io_executor executor, const client_options& options);
    /// Over a transport and a scheduler of the caller's, for tests. Both run on `executor`; several clients
    /// may share them. The transport is shut down with the execution context only.
    client(asio::any_io_executor executor, const client_options& options, std::shared_ptr<transport> carrier,
           std::shared_ptr<scheduler> time);
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    /// Buys `units` resources; they come `pending`. Also errc::short_grant: fewer came, see error::granted(),
    /// which also holds what could be read of an errc::unexpected_response. Vendor page: "Acquire Resource".
    ///
    ///     auto resources = co_await client.acquire({.type = videosdk::resource_type::recording,
    ///                                               .webhook_url = "https://hooks.example.com/videosdk"});
    [[nodiscard]] asio::awaitable<std::vector<resource>> acquire(const acquire_request& request,
                                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<std::vector<resource>>>
    try_acquire(const acquire_request& request, const call_options& options = {});

    /// Gives one idle resource back. Releasing is final, so it is sent again like an idempotent call, and a
    /// refusal whose words begin with "already released", or with the like of "resource is already released",
    /// is a success, with whatever status it comes. Also errc::release_refused, with the provider's words.
    /// Vendor page: "Release Resource".
    [[nodiscard]] asio::awaitable<release_result> release(std::string_view id,
                                                          const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<release_result>> try_release(std::string_view id,
                                                                      const call_options& options = {});

    /// Gives several idle resources back, by the same rules; a refusal of one is a value in its
    /// release_result, as is an id that the answer does not mention.
    [[nodiscard]] asio::awaitable<std::vector<release_result>> release(std::span<const std::string> ids,
                                                                       const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<std::vector<release_result>>>
    try_release(std::span<const std::string> ids, const call_options& options = {});

    /// One resource. Idempotent. Vendor page: "Fetch a Resource".
    [[nodiscard]] asio::awaitable<resource> get(std::string_view id, const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<resource>> try_get(std::string_view id,
                                                            const call_options& options = {});

    /// One page of the resources of the account. Idempotent. Vendor page: "Fetch All Resources".
    [[nodiscard]] asio::awaitable<resource_page> list(const list_request& request = {},
                                                      const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<resource_page>> try_list(const list_request& request = {},
                                                                  const call_options& options = {});

    /// All pages from request.page on, one call of list() a page. The listing may shift between pages: the
    /// wire has no snapshot. Vendor page: "Fetch All Resources".
    [[nodiscard]] resource_pager list_all(const list_request& request = {}, const call_options& options = {});

    /// Starts a recording in an idle resource of that type, which becomes `composing`. Not idempotent. An
    /// answer without the composition's id is errc::unexpected_response, effect unknown. Vendor page: "Start
    /// Recording", for the fields; for this route there is none.
    [[nodiscard]] asio::awaitable<started_composition> start_recording(const start_recording_request& request,
                                                                       const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_recording(const start_recording_request& request, const call_options& options = {});
    /// The same for an HLS stream. Vendor page: "Start Multiple HLS Stream".
    [[nodiscard]] asio::awaitable<started_composition> start_hls(const start_hls_request& request,
                                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_hls(const start_hls_request& request, const call_options& options = {});
    /// The same for an RTMP stream. Vendor page: "Start Multiple Livestream".
    [[nodiscard]] asio::awaitable<started_composition> start_rtmp(const start_rtmp_request& request,
                                                                  const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_rtmp(const start_rtmp_request& request, const call_options& options = {});

    /// Ends a recording; its resource becomes idle again. Not idempotent. The vendor has no page for this
    /// route nor for its two siblings.
    [[nodiscard]] asio::awaitable<void> end_recording(const end_composition_request& request,
                                                      const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_recording(const end_composition_request& request,
                                                                  const call_options& options = {});
    /// The same for an HLS stream.
    [[nodiscard]] asio::awaitable<void> end_hls(const end_composition_request& request,
                                                const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_hls(const end_composition_request& request,
                                                            const call_options& options = {});
    /// The same for an RTMP stream.
    [[nodiscard]] asio::awaitable<void> end_rtmp(const end_composition_request& request,
                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_rtmp(const end_composition_request& request,
                                                             const call_options& options = {});

    /// Any other call of the vendor's API: `path` starts with `/`, with or without `/v2`, and may have a
    /// query; `body` is JSON text, or empty. Only get counts as idempotent. A 2xx answer is given as it came,
    /// an empty one included (of whatever status: not every call has something to tell), but for
    /// `success:false`, which is errc::rejected, and an HTML page, which is errc::unexpected_response: that
    /// is not the API's.
    [[nodiscard]] asio::awaitable<raw_response>
    request(verb method, std::string_view path, std::string_view body = {}, const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<raw_response>> try_request(verb method, std::string_view path,
                                                                    std::string_view body = {},
                                                                    const call_options& options = {});

    /// Closes idle connections, and those that are being opened for nobody any more, so that io_context::run
    /// can return; calls in flight go on. Later calls connect anew. From any thread.
    void close();

    /// What the pool did so far; awaited because it runs on the client's executor. Throws error
    /// (errc::closed) where the client was moved from or its io_context is gone; operation_aborted where it
    /// was cancelled before it ran there.
    [[nodiscard]] asio::awaitable<transport_counts> counts();

    /// The executor that the client works on: the one given, or the strand made from it. The client's
    /// io_context must not have been destroyed.
    asio::any_io_executor get_executor() const;

private:
    friend class client_access;
    explicit client(std::shared_ptr<client_core> core) noexcept;
    std::shared_ptr<client_core> core_;
};

/// Walks a listing page by page. Keeps the client's state open; one next() at a time.
class VIDEOSDK_DECL resource_pager {
public:
    resource_pager(resource_pager&&) noexcept;
    resource_pager& operator=(resource_pager&&) noexcept;
    ~resource_pager();

    /// The next page, or nothing when the last one has been given. One at a time; the pager may be moved or
    /// destroyed meanwhile.
    ///
    /// Errors are those of list(); errc::closed where the pager was moved from; and errc::unexpected_response
    /// where the listing does not say where it ends and a page repeats the one before. Cancellation is
    /// list()'s, and has no effect at the provider. After a failure, a cancellation included, the next call
    /// asks for the same page again; only a page that repeats itself ends the walk.
    ///
    ///     auto pager = client.list_all({.per_page = 100});
    ///     for (auto page = co_await pager.next(); page; page = co_await pager.next()) { … }
    [[nodiscard]] asio::awaitable<std::optional<resource_page>> next();
    [[nodiscard]] asio::awaitable<result<std::optional<resource_page>>> try_next();

private:
    friend class client;
    resource_pager(std::shared_ptr<client_core> core, const list_request& request,
                   const call_options& options);
    struct progress;
    static asio::awaitable<result<std::optional<resource_page>>> read_next(std::shared_ptr<progress> where);
    static asio::awaitable<std::optional<resource_page>> value_of_next(std::shared_ptr<progress> where);

    std::shared_ptr<progress> progress_;
};

} // namespace videosdk::inline v0
