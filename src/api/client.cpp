// The client's functions: each reads its arguments into a call, which begins at the await.
#include "api/call.hpp"
#include "api/client_core.hpp"
#include "api/prepare.hpp"

#include <videosdk/client.hpp>

#include <ostream>

namespace videosdk::inline v0 {
namespace {

template <class T>
asio::awaitable<T> value_of(prepared<T> what)
{
    if (what.failure) {
        return failed_value<T>(std::move(*what.failure));
    }
    const cancellable how = what.ready->spec().cancellable ? cancellable::yes : cancellable::no;
    return await_value<T>(std::move(what.ready), how);
}

template <class T>
asio::awaitable<result<T>> result_of(prepared<T> what)
{
    if (what.failure) {
        return failed_result<T>(std::move(*what.failure));
    }
    const cancellable how = what.ready->spec().cancellable ? cancellable::yes : cancellable::no;
    return await_result<T>(std::move(what.ready), how);
}

/// A question about the client's own state, answered on its executor.
class counts_query final : public awaited_operation<transport_counts> {
public:
    explicit counts_query(core_ptr core) : core_(std::move(core)) {}
    void begin() override { complete(core_->carrier().counts()); }
    void on_cancel() override {}
    asio::any_io_executor home() const override { return core_->executor(); }
    error homeless() const override
    {
        return refusal("counts", errc::closed, "the client's io_context is gone");
    }

private:
    core_ptr core_;
};

} // namespace

raw_response::raw_response() = default;

std::ostream& operator<<(std::ostream& stream, const raw_response& value)
{
    return stream << "status " << value.status << ", " << value.body.size() << " bytes";
}

client::client(asio::any_io_executor executor, const client_options& options)
    : core_(std::make_shared<client_core>(std::move(executor), options))
{
}

client::client(asio::any_io_executor executor, const client_options& options,
               std::shared_ptr<transport> carrier, std::shared_ptr<scheduler> time)
    : core_(std::make_shared<client_core>(std::move(executor), options, std::move(carrier), std::move(time)))
{
}

client::client(std::shared_ptr<client_core> core) noexcept : core_(std::move(core)) {}

client::client(client&&) noexcept = default;

client& client::operator=(client&& other) noexcept
{
    if (this != &other) {
        client_core::close_all(std::move(core_));
        core_ = std::move(other.core_);
    }
    return *this;
}

client::~client()
{
    client_core::close_all(std::move(core_));
}

asio::awaitable<std::vector<resource>> client::acquire(const acquire_request& request,
                                                       const call_options& options)
{
    return value_of(prepare_acquire(core_, request, options));
}

asio::awaitable<result<std::vector<resource>>> client::try_acquire(const acquire_request& request,
                                                                   const call_options& options)
{
    return result_of(prepare_acquire(core_, request, options));
}

asio::awaitable<release_result> client::release(std::string_view id, const call_options& options)
{
    return value_of(prepare_release(core_, id, options));
}

asio::awaitable<result<release_result>> client::try_release(std::string_view id, const call_options& options)
{
    return result_of(prepare_release(core_, id, options));
}

asio::awaitable<std::vector<release_result>> client::release(std::span<const std::string> ids,
                                                             const call_options& options)
{
    return value_of(prepare_release(core_, ids, options));
}

asio::awaitable<result<std::vector<release_result>>> client::try_release(std::span<const std::string> ids,
                                                                         const call_options& options)
{
    return result_of(prepare_release(core_, ids, options));
}

asio::awaitable<resource> client::get(std::string_view id, const call_options& options)
{
    return value_of(prepare_get(core_, id, options));
}

asio::awaitable<result<resource>> client::try_get(std::string_view id, const call_options& options)
{
    return result_of(prepare_get(core_, id, options));
}

asio::awaitable<resource_page> client::list(const list_request& request, const call_options& options)
{
    return value_of(prepare_list(core_, request, options));
}

asio::awaitable<result<resource_page>> client::try_list(const list_request& request,
                                                        const call_options& options)
{
    return result_of(prepare_list(core_, request, options));
}

resource_pager client::list_all(const list_request& request, const call_options& options)
{
    return {core_, request, options};
}

asio::awaitable<started_composition> client::start_recording(const start_recording_request& request,
                                                             const call_options& options)
{
    return value_of(prepare_start(core_, request, options));
}

asio::awaitable<result<started_composition>>
client::try_start_recording(const start_recording_request& request, const call_options& options)
{
    return result_of(prepare_start(core_, request, options));
}

asio::awaitable<started_composition> client::start_hls(const start_hls_request& request,
                                                       const call_options& options)
{
    return value_of(prepare_start(core_, request, options));
}

asio::awaitable<result<started_composition>> client::try_start_hls(const start_hls_request& request,
                                                                   const call_options& options)
{
    return result_of(prepare_start(core_, request, options));
}

asio::awaitable<started_composition> client::start_rtmp(const start_rtmp_request& request,
                                                        const call_options& options)
{
    return value_of(prepare_start(core_, request, options));
}

asio::awaitable<result<started_composition>> client::try_start_rtmp(const start_rtmp_request& request,
                                                                    const call_options& options)
{
    return result_of(prepare_start(core_, request, options));
}

asio::awaitable<void> client::end_recording(const end_composition_request& request,
                                            const call_options& options)
{
    return value_of(prepare_end(core_, resource_type::recording, request, options));
}

asio::awaitable<result<void>> client::try_end_recording(const end_composition_request& request,
                                                        const call_options& options)
{
    return result_of(prepare_end(core_, resource_type::recording, request, options));
}

asio::awaitable<void> client::end_hls(const end_composition_request& request, const call_options& options)
{
    return value_of(prepare_end(core_, resource_type::hls, request, options));
}

asio::awaitable<result<void>> client::try_end_hls(const end_composition_request& request,
                                                  const call_options& options)
{
    return result_of(prepare_end(core_, resource_type::hls, request, options));
}

asio::awaitable<void> client::end_rtmp(const end_composition_request& request, const call_options& options)
{
    return value_of(prepare_end(core_, resource_type::rtmp, request, options));
}

asio::awaitable<result<void>> client::try_end_rtmp(const end_composition_request& request,
                                                   const call_options& options)
{
    return result_of(prepare_end(core_, resource_type::rtmp, request, options));
}

asio::awaitable<raw_response> client::request(verb method, std::string_view path, std::string_view body,
                                              const call_options& options)
{
    return value_of(prepare_request(core_, method, path, body, options));
}

asio::awaitable<result<raw_response>> client::try_request(verb method, std::string_view path,
                                                          std::string_view body, const call_options& options)
{
    return result_of(prepare_request(core_, method, path, body, options));
}

void client::close()
{
    if (core_) {
        core_->close_idle();
    }
}

asio::awaitable<transport_counts> client::counts()
{
    if (!core_ || !core_->alive()) {
        return failed_value<transport_counts>(
            refusal("counts", errc::closed, "the client has been moved from, or its io_context is gone"));
    }
    return await_value<transport_counts>(boost::intrusive_ptr<counts_query>(new counts_query(core_)));
}

asio::any_io_executor client::get_executor() const
{
    return core_ ? core_->executor() : asio::any_io_executor();
}

/// What a walk over all pages has come to; the coroutines under way share it with their pager.
struct resource_pager::progress {
    progress(std::shared_ptr<client_core> its_core, const list_request& first, const call_options& how)
        : core(std::move(its_core)), request(first), options(how), traceparent(how.traceparent)
    {
        options.traceparent = traceparent;
    }

    std::shared_ptr<client_core> core;
    list_request request;
    call_options options;
    std::string traceparent;           ///< What options name.
    std::vector<std::string> last_ids; ///< Of the page before, where nobody says how many there are.
    bool done = false;
};

namespace {

/// Whether a page holds the resources of the page before, whose ids it takes the place of.
bool repeats(const resource_page& page, std::vector<std::string>& last_ids)
{
    std::vector<std::string> ids;
    ids.reserve(page.resources.size());
    for (const resource& each : page.resources) {
        ids.emplace_back(each.id);
    }
    const bool same = ids == last_ids;
    last_ids = std::move(ids);
    return same;
}

error endless_listing(std::uint64_t page)
{
    error_info info;
    info.call = "list";
    info.detail = "page " + std::to_string(page) +
                  " holds the resources of the page before it, and pageInfo.lastPage is 0: whoever answers "
                  "seems to ignore which page is asked for";
    info.outcome = outcome::answered;
    info.effect = effect::none;
    return {errc::unexpected_response, std::move(info)};
}

} // namespace

resource_pager::resource_pager(std::shared_ptr<client_core> core, const list_request& request,
                               const call_options& options)
    : progress_(std::make_shared<progress>(std::move(core), request, options))
{
}

resource_pager::resource_pager(resource_pager&&) noexcept = default;
resource_pager& resource_pager::operator=(resource_pager&&) noexcept = default;
resource_pager::~resource_pager() = default;

asio::awaitable<result<std::optional<resource_page>>>
resource_pager::read_next(std::shared_ptr<progress> where)
{
    if (where->done) {
        co_return std::optional<resource_page>();
    }
    result<resource_page> page =
        co_await result_of(prepare_list(where->core, where->request, where->options));
    if (!page) {
        co_return page.error();
    }
    if (page->resources.empty()) {
        where->done = true;
        co_return std::optional<resource_page>();
    }
    // A listing that does not say where it ends goes on until a page is empty.
    where->done = page->last_page != 0 && where->request.page >= page->last_page;
    if (page->last_page == 0 && repeats(*page, where->last_ids)) {
        where->done = true;
        co_return endless_listing(where->request.page);
    }
    ++where->request.page;
    co_return std::optional<resource_page>(std::move(*page));
}

asio::awaitable<std::optional<resource_page>> resource_pager::value_of_next(std::shared_ptr<progress> where)
{
    result<std::optional<resource_page>> page = co_await read_next(std::move(where));
    if (!page) {
        throw page.error();
    }
    co_return std::move(*page);
}

asio::awaitable<result<std::optional<resource_page>>> resource_pager::try_next()
{
    if (!progress_) {
        return failed_result<std::optional<resource_page>>(
            refusal("list", errc::closed, "the pager has been moved from"));
    }
    return read_next(progress_);
}

asio::awaitable<std::optional<resource_page>> resource_pager::next()
{
    if (!progress_) {
        return failed_value<std::optional<resource_page>>(
            refusal("list", errc::closed, "the pager has been moved from"));
    }
    return value_of_next(progress_);
}

} // namespace videosdk::inline v0
