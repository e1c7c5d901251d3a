// The client's functions: each reads its arguments into a call, which begins at the await.
#include "api/answers.hpp"
#include "api/call.hpp"
#include "api/client_core.hpp"
#include "model/json.hpp"

#include <videosdk/client.hpp>

#include <ostream>

namespace videosdk::inline v0 {
namespace {

/// A call that is ready to be awaited, or why there is none.
template <class T>
struct prepared {
    prepared(boost::intrusive_ptr<call<T>> ready_) : ready(std::move(ready_)) {}
    prepared(error failure_) : failure(std::move(failure_)) {}

    boost::intrusive_ptr<call<T>> ready;
    std::optional<error> failure;
};

error refusal(const char* name, errc code, std::string detail)
{
    error_info info;
    info.call = name;
    info.detail = std::move(detail);
    info.outcome = outcome::not_sent;
    info.effect = effect::none;
    return {code, std::move(info)};
}

std::string_view last_segment(std::string_view url)
{
    const std::size_t slash = url.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
}

template <class T>
prepared<T> prepare(const std::shared_ptr<client_core>& core, call_spec spec, const call_options& options,
                    answer_reader<T> read)
{
    if (!core || !core->alive()) {
        return refusal(spec.name, errc::closed, "the client has been moved from, or its io_context is gone");
    }
    spec.timeout = options.timeout.value_or(core->options().timeout);
    spec.max_attempts = options.max_attempts.value_or(core->options().retry.max_attempts);
    if (spec.timeout <= std::chrono::nanoseconds(0) || spec.timeout > std::chrono::hours(24 * 365)) {
        return refusal(spec.name, errc::invalid_argument, "timeout must be positive and at most a year");
    }
    if (spec.max_attempts == 0) {
        return refusal(spec.name, errc::invalid_argument, "max_attempts must be at least 1");
    }
    spec.cancellable = options.cancellable;
    if (spec.fixed_target.empty()) {
        spec.target.insert(0, core->base_path());
    }
    return boost::intrusive_ptr<call<T>>(new call<T>(core, std::move(spec), read));
}

template <class T>
asio::awaitable<T> value_of(prepared<T> what)
{
    if (what.failure) {
        return failed_value<T>(std::move(*what.failure));
    }
    const asio::any_io_executor home = what.ready->core().executor();
    const cancellable how = what.ready->spec().cancellable ? cancellable::yes : cancellable::no;
    return await_value<T>(std::move(what.ready), home, how);
}

template <class T>
asio::awaitable<result<T>> result_of(prepared<T> what)
{
    if (what.failure) {
        return failed_result<T>(std::move(*what.failure));
    }
    const asio::any_io_executor home = what.ready->core().executor();
    const cancellable how = what.ready->spec().cancellable ? cancellable::yes : cancellable::no;
    return await_result<T>(std::move(what.ready), home, how);
}

using core_ptr = std::shared_ptr<client_core>;

prepared<std::vector<resource>> prepare_acquire(const core_ptr& core, const acquire_request& request,
                                                const call_options& options)
{
    model::parsed<std::string> body = model::write(request);
    if (!body) {
        return refusal("acquire", errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec("acquire", verb::post, {}, std::move(*body), false);
    if (core) {
        spec.fixed_target = core->acquire_path();
    }
    spec.units = request.units.value_or(1);
    if (core && core->options().on_unclaimed) {
        spec.token = last_segment(request.webhook_url);
    }
    return prepare<std::vector<resource>>(core, std::move(spec), options, &read_acquire_answer);
}

template <class T>
prepared<T> prepare_release(const core_ptr& core, std::span<const std::string_view> ids,
                            const call_options& options, answer_reader<T> read)
{
    model::parsed<std::string> body = model::write_release(ids);
    if (!body) {
        return refusal("release", errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec("release", verb::post, "/resource/release", std::move(*body), false);
    if (ids.size() == 1) {
        spec.token = ids.front();
    }
    return prepare<T>(core, std::move(spec), options, read);
}

std::vector<std::string_view> views(std::span<const std::string> texts)
{
    return {texts.begin(), texts.end()};
}

prepared<resource> prepare_get(const core_ptr& core, std::string_view id, const call_options& options)
{
    model::parsed<std::string> segment = model::write_path_segment(id, "id");
    if (!segment) {
        return refusal("get", errc::invalid_argument, std::move(segment.error().detail));
    }
    return prepare<resource>(core, call_spec("get", verb::get, "/resource/" + *segment, {}, true), options,
                             &read_get_answer);
}

prepared<resource_page> prepare_list(const core_ptr& core, const list_request& request,
                                     const call_options& options)
{
    model::parsed<std::string> query = model::write_query(request);
    if (!query) {
        return refusal("list", errc::invalid_argument, std::move(query.error().detail));
    }
    return prepare<resource_page>(core, call_spec("list", verb::get, "/resource?" + *query, {}, true),
                                  options, &read_list_answer);
}

constexpr resource_type kind_of(const start_recording_request&) noexcept
{
    return resource_type::recording;
}

constexpr resource_type kind_of(const start_hls_request&) noexcept
{
    return resource_type::hls;
}

constexpr resource_type kind_of(const start_rtmp_request&) noexcept
{
    return resource_type::rtmp;
}

template <class T, class Request>
prepared<T> prepare_composition(const core_ptr& core, const char* name, const char* target,
                                const Request& request, const call_options& options, answer_reader<T> read)
{
    model::parsed<std::string> body = model::write(request);
    if (!body) {
        return refusal(name, errc::invalid_argument, std::move(body.error().detail));
    }
    call_spec spec(name, verb::post, target, std::move(*body), false);
    if constexpr (std::is_same_v<Request, end_composition_request>) {
        spec.ends = request.id;
    } else {
        spec.starts_in = request.resource_id;
        spec.room_id = request.room_id;
        spec.kind = kind_of(request);
    }
    return prepare<T>(core, std::move(spec), options, read);
}

bool is_request_path(std::string_view path) noexcept
{
    if (path.empty() || path.front() != '/') {
        return false;
    }
    for (const char c : path) {
        if (c <= 0x20 || c >= 0x7f || c == '#') {
            return false;
        }
    }
    return true;
}

prepared<raw_response> prepare_request(const core_ptr& core, verb method, std::string_view path,
                                       std::string_view body, const call_options& options)
{
    if (to_string(method) == "unknown") {
        return refusal("request", errc::invalid_argument, "the verb is none of verb's enumerators");
    }
    if (!is_request_path(path)) {
        return refusal(
            "request", errc::invalid_argument,
            "path must start with / and hold neither blanks, control bytes, # nor bytes beyond ASCII");
    }
    if (!body.empty()) {
        if (const auto checked = model::check_json(body); !checked) {
            return refusal("request", errc::invalid_argument, "body is not JSON: " + checked.error().detail);
        }
    }
    if (path == "/v2" || path.starts_with("/v2/") || path.starts_with("/v2?")) {
        path.remove_prefix(3);
    }
    return prepare<raw_response>(
        core, call_spec("request", method, std::string(path), std::string(body), method == verb::get),
        options, &read_raw_answer);
}

/// A question about the client's own state, answered on its executor.
class counts_query final : public awaited_operation<transport_counts> {
public:
    explicit counts_query(core_ptr core) : core_(std::move(core)) {}
    void begin() override { complete(core_->carrier().counts()); }
    void on_cancel() override {}

private:
    core_ptr core_;
};

} // namespace

raw_response::raw_response() = default;

std::ostream& operator<<(std::ostream& stream, const raw_response& value)
{
    return stream << value.status << ' ' << value.body;
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
    return value_of(prepare_release(core_, std::span(&id, 1), options, &read_single_release_answer));
}

asio::awaitable<result<release_result>> client::try_release(std::string_view id, const call_options& options)
{
    return result_of(prepare_release(core_, std::span(&id, 1), options, &read_single_release_answer));
}

asio::awaitable<std::vector<release_result>> client::release(std::span<const std::string> ids,
                                                             const call_options& options)
{
    return value_of(prepare_release(core_, views(ids), options, &read_release_answer));
}

asio::awaitable<result<std::vector<release_result>>> client::try_release(std::span<const std::string> ids,
                                                                         const call_options& options)
{
    return result_of(prepare_release(core_, views(ids), options, &read_release_answer));
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

namespace {

constexpr const char* recording_start = "/resource/recordings/start";
constexpr const char* recording_end = "/resource/recordings/end";
constexpr const char* hls_start = "/resource/hls/start";
constexpr const char* hls_end = "/resource/hls/end";
constexpr const char* rtmp_start = "/resource/livestreams/start";
constexpr const char* rtmp_end = "/resource/livestreams/end";

} // namespace

asio::awaitable<started_composition> client::start_recording(const start_recording_request& request,
                                                             const call_options& options)
{
    return value_of(prepare_composition(core_, "start_recording", recording_start, request, options,
                                        &read_started_answer));
}

asio::awaitable<result<started_composition>>
client::try_start_recording(const start_recording_request& request, const call_options& options)
{
    return result_of(prepare_composition(core_, "start_recording", recording_start, request, options,
                                         &read_started_answer));
}

asio::awaitable<started_composition> client::start_hls(const start_hls_request& request,
                                                       const call_options& options)
{
    return value_of(
        prepare_composition(core_, "start_hls", hls_start, request, options, &read_started_answer));
}

asio::awaitable<result<started_composition>> client::try_start_hls(const start_hls_request& request,
                                                                   const call_options& options)
{
    return result_of(
        prepare_composition(core_, "start_hls", hls_start, request, options, &read_started_answer));
}

asio::awaitable<started_composition> client::start_rtmp(const start_rtmp_request& request,
                                                        const call_options& options)
{
    return value_of(
        prepare_composition(core_, "start_rtmp", rtmp_start, request, options, &read_started_answer));
}

asio::awaitable<result<started_composition>> client::try_start_rtmp(const start_rtmp_request& request,
                                                                    const call_options& options)
{
    return result_of(
        prepare_composition(core_, "start_rtmp", rtmp_start, request, options, &read_started_answer));
}

asio::awaitable<void> client::end_recording(const end_composition_request& request,
                                            const call_options& options)
{
    return value_of(
        prepare_composition(core_, "end_recording", recording_end, request, options, &read_ended_answer));
}

asio::awaitable<result<void>> client::try_end_recording(const end_composition_request& request,
                                                        const call_options& options)
{
    return result_of(
        prepare_composition(core_, "end_recording", recording_end, request, options, &read_ended_answer));
}

asio::awaitable<void> client::end_hls(const end_composition_request& request, const call_options& options)
{
    return value_of(prepare_composition(core_, "end_hls", hls_end, request, options, &read_ended_answer));
}

asio::awaitable<result<void>> client::try_end_hls(const end_composition_request& request,
                                                  const call_options& options)
{
    return result_of(prepare_composition(core_, "end_hls", hls_end, request, options, &read_ended_answer));
}

asio::awaitable<void> client::end_rtmp(const end_composition_request& request, const call_options& options)
{
    return value_of(prepare_composition(core_, "end_rtmp", rtmp_end, request, options, &read_ended_answer));
}

asio::awaitable<result<void>> client::try_end_rtmp(const end_composition_request& request,
                                                   const call_options& options)
{
    return result_of(prepare_composition(core_, "end_rtmp", rtmp_end, request, options, &read_ended_answer));
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
    return await_value<transport_counts>(boost::intrusive_ptr<counts_query>(new counts_query(core_)),
                                         core_->executor());
}

asio::any_io_executor client::get_executor() const
{
    return core_ ? core_->executor() : asio::any_io_executor();
}

resource_pager::resource_pager(std::shared_ptr<client_core> core, const list_request& request,
                               const call_options& options)
    : core_(std::move(core)), request_(request), options_(options)
{
}

resource_pager::resource_pager(resource_pager&&) noexcept = default;
resource_pager& resource_pager::operator=(resource_pager&&) noexcept = default;
resource_pager::~resource_pager() = default;

asio::awaitable<result<std::optional<resource_page>>> resource_pager::try_next()
{
    if (done_) {
        co_return std::optional<resource_page>();
    }
    result<resource_page> page = co_await result_of(prepare_list(core_, request_, options_));
    if (!page) {
        co_return page.error();
    }
    if (page->resources.empty()) {
        done_ = true;
        co_return std::optional<resource_page>();
    }
    // A listing that does not say where it ends goes on until a page is empty.
    done_ = page->last_page != 0 && request_.page >= page->last_page;
    ++request_.page;
    co_return std::optional<resource_page>(std::move(*page));
}

asio::awaitable<std::optional<resource_page>> resource_pager::next()
{
    result<std::optional<resource_page>> page = co_await try_next();
    if (!page) {
        throw page.error();
    }
    co_return std::move(*page);
}

} // namespace videosdk::inline v0
