// Sending probes, recognising them, and saying what came back instead.
#include "webhook/self_test.hpp"

#include "auth/encoding.hpp"
#include "http/connection_pool.hpp"
#include "webhook/receiver_core.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace videosdk::inline v0::webhook {
namespace {

constexpr std::string_view mark_name = "videosdk-self-test";
constexpr std::string_view mark_label = "videosdk self-test ";
constexpr std::string_view probe_body = R"({"webhookType":"videosdk-self-test","data":{}})";

std::string mark_of(std::string_view key, std::string_view token)
{
    std::string text(mark_label);
    text.append(token);
    return auth::base32_encode(auth::hmac_sha256(key, text));
}

bool is_marked(std::string_view mark, std::string_view token, const request_rules& rules)
{
    return std::ranges::any_of(rules.keys.keys(), [&](const std::string& key) {
        return auth::equal_in_constant_time(mark, mark_of(key, token));
    });
}

/// The operation holds the views of its request.
std::string token_of(const std::string& url)
{
    return url.substr(url.rfind('/') + 1);
}

std::string origin_of(const http::endpoint& where)
{
    return (where.tls ? "https://" : "http://") + where.authority();
}

/// Where a redirect leads, without its path, which may hold the token.
std::string redirect_of(const response& answer)
{
    const auto location = answer.header("Location");
    if (!location) {
        return "elsewhere";
    }
    const auto where = http::parse_endpoint(*location, true);
    return where.has_error() ? "another path of the same host" : origin_of(*where);
}

std::string explain(const response& answer, const std::string& origin)
{
    const unsigned status = answer.status();
    const std::string said = origin + " answered " + std::to_string(status);
    if (status == 421) {
        return said + ": another process of this deployment, with the same owner and token_keys, is behind "
                      "public_url; webhooks for this one may arrive there";
    }
    if (status / 100 == 2) {
        return said + " without the probe having come here: another server is behind public_url";
    }
    if (status / 100 == 3) {
        return said + ", a redirect to " + redirect_of(answer) +
               ": webhooks are not redirected; give the URL it leads to as public_url";
    }
    if (status == 401 || status == 403) {
        return said + ": another server is behind public_url, or one before the receiver asks for a login or "
                      "removes the header videosdk-self-test";
    }
    if (status == 404 || status == 405) {
        return said + ": another server is behind public_url, or the proxy there does not pass "
                      "<public_url>/<owner>/<token> on with its path";
    }
    if (status == 502 || status == 503 || status == 504) {
        return said + ": the proxy there does not reach the listener, or the listener sheds load";
    }
    return said + ": the probe was not passed on to the receiver";
}

/// What the client trusts. The certificate that it shows is for the API only.
tls_options roots_of(tls_options tls)
{
    tls.client_certificate_file.clear();
    tls.client_certificate_pem.clear();
    tls.client_key_file.clear();
    tls.client_key_pem.clear();
    return tls;
}

} // namespace

class self_test_operation final : public awaited_operation<std::chrono::nanoseconds>,
                                  public exchange_operation {
public:
    self_test_operation(std::shared_ptr<self_tests> book, const std::string& url, std::string mark,
                        const self_test_options& options)
        : book_(std::move(book)),
          where_(*http::parse_endpoint(url)),
          token_(token_of(url)),
          mark_(std::move(mark)),
          user_agent_(book_->source().options().user_agent),
          tls_(options.tls != nullptr ? *options.tls : roots_of(book_->source().options().tls)),
          timeout_(options.timeout),
          headers_{header_view{"Content-Type", "application/json"}, header_view{"User-Agent", user_agent_},
                   header_view{mark_name, mark_}}
    {
        request.method = verb::post;
        request.target = where_.path;
        request.headers = headers_;
        request.body = probe_body;
    }

    asio::any_io_executor home() const override { return book_->source().executor(); }

    void begin() override
    {
        client_core& source = book_->source();
        began_ = source.time().now();
        deadline = began_ + timeout_;
        http::endpoint host = where_;
        host.path.clear();
        pool_options only_one;
        only_one.max_connections = 1;
        only_one.connect_timeout = timeout_;
        try {
            pool_ = http::make_connection_pool(book_->home(), source.shared_time(), host, tls_, only_one, {},
                                               source.options().proxy);
        } catch (const error& failure) {
            complete(error(failure.code(), info(failure.info().detail)));
            return;
        }
        book_->enter(*this, token_);
        pool_->start(*this);
    }

    void on_cancel() override
    {
        const operation_ptr self(this);
        pool_->cancel(*this);
        end();
        abort();
    }

    void on_response(response answer) override
    {
        const operation_ptr self(this);
        const auto took = book_->source().time().now() - began_;
        const unsigned status = answer.status();
        error_info about = info(explain(answer, origin_of(where_)));
        answer = response();
        about.http_status = status;
        about.outcome = outcome::answered;
        const bool arrived = end();
        if (arrived && status == 200) {
            complete(std::chrono::nanoseconds(took));
            return;
        }
        if (arrived) {
            about.detail = "the probe came here, but what came back was " + std::to_string(status) +
                           ": a proxy changes answers";
        }
        complete(error(make_error_code(errc::unexpected_response), std::move(about)));
    }

    void on_failure(exchange_failure failure) override
    {
        const operation_ptr self(this);
        error_info about = info(std::move(failure.detail));
        about.outcome = failure.outcome;
        if (end()) {
            about.detail.insert(0, "the probe came here, but its answer did not come back: ");
        } else {
            about.detail.insert(0, "no webhook can reach " + origin_of(where_) + ": ");
        }
        complete(error(failure.code, std::move(about)));
    }

    /// The execution context is being destroyed.
    void shutdown() noexcept
    {
        pool_->shutdown();
        drop_handler();
    }

private:
    error_info info(std::string detail) const
    {
        error_info out;
        out.call = "self_test";
        out.method = "POST";
        out.path = where_.path.substr(0, where_.path.rfind('/') + 1) + "*"; // never the token
        out.attempts = 1;
        out.detail = std::move(detail);
        return out;
    }

    /// Whether the probe arrived. The pool is in the middle of a call to this.
    bool end()
    {
        asio::post(book_->home(), [pool = std::exchange(pool_, {})] { pool->shutdown(); });
        return book_->leave(*this, token_);
    }

    const std::shared_ptr<self_tests> book_;
    const http::endpoint where_;
    const std::string token_;
    const std::string mark_;
    const std::string user_agent_;
    const tls_options tls_;
    const std::chrono::nanoseconds timeout_;
    const std::array<header_view, 3> headers_;
    scheduler::time_point began_{};
    std::shared_ptr<transport> pool_;
};

std::shared_ptr<self_tests> self_tests::make(std::shared_ptr<client_core> source)
{
    auto made = std::make_shared<self_tests>(std::move(source));
    made->join_context(made->home());
    return made;
}

self_tests::self_tests(std::shared_ptr<client_core> source) : source_(std::move(source)) {}

self_tests::~self_tests()
{
    leave_context();
}

std::optional<webhook_verdict> self_tests::recognise(const webhook_request& request,
                                                     const request_rules& rules)
{
    const auto mark = std::ranges::find_if(request.headers, [](const header_view& each) {
        return each.name.size() == mark_name.size() &&
               std::ranges::equal(each.name, mark_name, {}, [](char c) {
                   return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
               });
    });
    if (mark == request.headers.end() || request.method != "POST") {
        return std::nullopt;
    }
    const std::string_view token = token_of_target(request.target, rules.owner);
    if (token.empty() || !auth::check_correlation_token(rules.keys, rules.owner, token) ||
        !is_marked(mark->value, token, rules)) {
        return std::nullopt; // judged like any other request
    }
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(probes_, token, &probe::token);
    if (found == probes_.end()) {
        return webhook_verdict{421, std::nullopt, "a self-test of another process of this deployment"};
    }
    found->arrived = true;
    return webhook_verdict{200, std::nullopt, "a self-test"};
}

boost::intrusive_ptr<awaited_operation<std::chrono::nanoseconds>>
self_tests::prepare(const std::string& url, const request_rules& rules, const self_test_options& options)
{
    return {new self_test_operation(shared_from_this(), url,
                                    mark_of(rules.keys.keys().front(), token_of(url)), options)};
}

void self_tests::enter(self_test_operation& which, const std::string& token)
{
    under_way_.emplace_back(&which);
    const std::lock_guard lock(mutex_);
    probes_.emplace_back(token);
}

bool self_tests::leave(self_test_operation& which, const std::string& token)
{
    bool arrived = false;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(probes_, token, &probe::token);
        if (found != probes_.end()) {
            arrived = found->arrived;
            probes_.erase(found);
        }
    }
    std::erase_if(under_way_, [&](const auto& each) { return each.get() == &which; });
    return arrived;
}

void self_tests::context_shutdown() noexcept
{
    const std::shared_ptr<self_tests> self = weak_from_this().lock();
    for (const auto& each : std::exchange(under_way_, {})) {
        each->shutdown();
    }
}

} // namespace videosdk::inline v0::webhook

namespace videosdk::inline v0 {

std::optional<error> receiver_core::refuse_self_test(const receiver_core* core,
                                                     const self_test_options& options)
{
    error_info info;
    info.call = "self_test";
    if (core == nullptr || !core->home_) {
        info.detail = "the webhook_receiver was moved from, or its execution context is gone";
        return error(make_error_code(errc::closed), std::move(info));
    }
    if (options.timeout <= std::chrono::nanoseconds(0) || options.timeout > std::chrono::hours(24)) {
        info.detail = "timeout must be positive and at most 24 h";
        return error(make_error_code(errc::invalid_argument), std::move(info));
    }
    return std::nullopt;
}

boost::intrusive_ptr<awaited_operation<std::chrono::nanoseconds>>
receiver_core::prepare_self_test(const self_test_options& options) const
{
    return self_tests_->prepare(url(boot_), rules_, options);
}

} // namespace videosdk::inline v0
