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

    unsigned status = 0;
    std::string body; ///< As it came; JSON text where the API keeps its word.
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
/// *Retries.* As retry_policy says; a call that may act twice is not sent again once a byte of it left, but
/// for the two answers that say nothing was done: 429, and a 401 that a fresh token may cure.
///
/// *Cancellation*, by the awaiting coroutine's slot; terminal, partial and total are all accepted, and stay
/// accepted in that coroutine after the call where it has a slot. Before a byte left: nothing was done. After
/// it: the call completes at once with operation_aborted and effect unknown (none for get and list), and the
/// connection is closed; but where client_options::on_unclaimed is set, an acquire's answer is awaited in the
/// background until the call's deadline and reported there. A grant that has come when the caller is
/// cancelled is reported there too, and the call completes with operation_aborted. A coroutine that was
/// cancelled before it calls gets Asio's own exception from its co_await, unless it said
/// throw_if_cancelled(false).
///
/// *Threads.* Any function may be called and awaited from any thread and executor; the work runs on the
/// client's executor and the caller is resumed on its own. Not thread-safe: moving, assigning and destroying
/// the object itself.
///
/// *Lifetime.* Destroying the client completes all its calls with operation_aborted and closes its
/// connections, also from another thread; a destroyed io_context drops them silently, as it drops every Asio
/// operation.
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

    /// Buys `units` resources; they come `pending`. Also errc::short_grant: fewer came, see error::granted().
    /// Vendor page: "Acquire Resource".
    ///
    ///     auto resources = co_await client.acquire({.type = videosdk::resource_type::recording,
    ///                                               .webhook_url = "https://hooks.example.com/videosdk"});
    [[nodiscard]] asio::awaitable<std::vector<resource>> acquire(const acquire_request& request,
                                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<std::vector<resource>>>
    try_acquire(const acquire_request& request, const call_options& options = {});

    /// Gives one idle resource back. Releasing is final, so it is sent again like an idempotent call, and an
    /// answer that says "already released" is a success. Also errc::release_refused, with the provider's
    /// words. Vendor page: "Release Resource".
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

    /// One resource. Idempotent. Vendor page: "Get Resource".
    [[nodiscard]] asio::awaitable<resource> get(std::string_view id, const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<resource>> try_get(std::string_view id,
                                                            const call_options& options = {});

    /// One page of the resources of the account. Idempotent. Vendor page: "List Resources".
    [[nodiscard]] asio::awaitable<resource_page> list(const list_request& request = {},
                                                      const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<resource_page>> try_list(const list_request& request = {},
                                                                  const call_options& options = {});

    /// All pages from request.page on, one call a page. The listing may shift between pages: the wire has no
    /// snapshot.
    [[nodiscard]] resource_pager list_all(const list_request& request = {}, const call_options& options = {});

    /// Starts a composition in an idle resource, which becomes `composing`. Not idempotent.
    [[nodiscard]] asio::awaitable<started_composition> start_recording(const start_recording_request& request,
                                                                       const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_recording(const start_recording_request& request, const call_options& options = {});
    [[nodiscard]] asio::awaitable<started_composition> start_hls(const start_hls_request& request,
                                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_hls(const start_hls_request& request, const call_options& options = {});
    [[nodiscard]] asio::awaitable<started_composition> start_rtmp(const start_rtmp_request& request,
                                                                  const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<started_composition>>
    try_start_rtmp(const start_rtmp_request& request, const call_options& options = {});

    /// Ends a composition; its resource becomes idle again. Not sent again once a byte left.
    [[nodiscard]] asio::awaitable<void> end_recording(const end_composition_request& request,
                                                      const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_recording(const end_composition_request& request,
                                                                  const call_options& options = {});
    [[nodiscard]] asio::awaitable<void> end_hls(const end_composition_request& request,
                                                const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_hls(const end_composition_request& request,
                                                            const call_options& options = {});
    [[nodiscard]] asio::awaitable<void> end_rtmp(const end_composition_request& request,
                                                 const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<void>> try_end_rtmp(const end_composition_request& request,
                                                             const call_options& options = {});

    /// Any other call of the vendor's API: `path` starts with `/`, with or without `/v2`, and may have a
    /// query; `body` is JSON text, or empty. Only get counts as idempotent.
    [[nodiscard]] asio::awaitable<raw_response>
    request(verb method, std::string_view path, std::string_view body = {}, const call_options& options = {});
    [[nodiscard]] asio::awaitable<result<raw_response>> try_request(verb method, std::string_view path,
                                                                    std::string_view body = {},
                                                                    const call_options& options = {});

    /// Closes idle connections, so that io_context::run can return. Later calls connect anew. From any
    /// thread.
    void close();

    /// What the pool did so far; awaited because it runs on the client's executor.
    [[nodiscard]] asio::awaitable<transport_counts> counts();

    /// The executor that the client works on: the one given, or the strand made from it. The client's
    /// io_context must not have been destroyed.
    asio::any_io_executor get_executor() const;

private:
    friend class client_access;
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
