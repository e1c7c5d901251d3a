// The service behind a socket.
#include "emulator/server_core.hpp"
#include "http/self_signed.hpp"
#include "http/server_address.hpp"
#include "scheduler/serial_executor.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

// Signing takes about a millisecond: so many webhooks a turn, then requests have theirs.
constexpr std::size_t webhooks_a_turn = 8;
constexpr std::size_t max_body = 1024 * 1024; // a release of ten thousand ids fits
constexpr std::chrono::hours longest_delay = std::chrono::hours(24);

asio::any_io_executor serial(asio::any_io_executor executor, bool is_serial)
{
    if (!is_serial) {
        executor = make_serial(executor);
    }
    return executor;
}

std::string host_of(const std::string& address)
{
    return address.substr(0, address.rfind(':'));
}

// Fills in the certificate where the options want one made.
server_options with_certificate(server_options options)
{
    options.validate();
    if (options.security == server_security::certificate && options.ca_pem.empty()) {
        options.ca_pem = options.certificate_chain_pem;
    }
    if (options.security != server_security::self_signed) {
        return options;
    }
    const http::certificate_and_key authority = http::make_authority("VideoSDK emulator");
    http::certificate_request request;
    request.dns_names = {"localhost"};
    request.addresses = {"127.0.0.1", "::1"};
    const auto where = http::parse_listen_address(options.address);
    if (where && !where->address().is_unspecified()) {
        request.addresses.push_back(where->address().to_string());
    }
    const http::certificate_and_key made = http::make_certificate(request, &authority);
    options.certificate_chain_pem = made.certificate_pem;
    options.private_key_pem = made.private_key_pem;
    options.ca_pem = authority.certificate_pem;
    return options;
}

http::server_options listener_options(const server_options& options)
{
    http::server_options made;
    made.name = "emulator::server";
    made.max_body = max_body;
    made.max_connections = options.max_connections;
    made.idle_timeout = options.idle_timeout;
    made.handler_timeout = longest_delay; // late answers are the fault hook's business
    if (options.security != server_security::plain) {
        made.tls.emplace();
        made.tls->certificate_chain_pem = options.certificate_chain_pem;
        made.tls->private_key_pem = options.private_key_pem;
    }
    http::validate(made);
    return made;
}

} // namespace

server::core::core(asio::any_io_executor executor, server_options options)
    : executor_(serial(std::move(executor), options.serial_executor)),
      options_(with_certificate(std::move(options))),
      time_(make_timer_scheduler(executor_)),
      service_(options_.service),
      public_key_pem_(service_.public_key_pem()),
      sender_(executor_, time_, options_,
              [this](std::uint64_t id, bool answered_2xx) { report(id, answered_2xx); }),
      late_(time_)
{
}

server::core::~core()
{
    time_->shutdown(); // before the members go whose alarms it holds
}

void server::core::init()
{
    auto handle = [weak = weak_from_this()](const http::server_request& asked) {
        return serve(weak.lock(), asked);
    };
    listener_ = std::make_unique<http::server>(executor_, options_.address, listener_options(options_),
                                               std::move(handle));
    join_context(executor_);
}

void server::core::start()
{
    listener_->start();
}

void server::core::stop() noexcept
{
    listener_->stop();
    try {
        const std::lock_guard lock(mutex_);
        if (executor_ && !std::exchange(stopped_, true)) {
            asio::post(executor_, [self = shared_from_this()] { self->stop_here(); });
        }
    } catch (...) {
        // Out of memory: webhooks on their way end by their deadline.
        return;
    }
}

void server::core::stop_here() noexcept
{
    time_->cancel(*this);
    sender_.stop();
}

void server::core::context_shutdown() noexcept
{
    const std::shared_ptr<core> self =
        weak_from_this().lock(); // the frames dropped here may be the last to hold it
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    time_->shutdown(); // before those go whose alarms it holds
    sender_.drop();
    late_.drop();
    executor_ = {};
}

std::string server::core::url() const
{
    const std::string host = host_of(options_.address);
    const bool local = host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" || host == "[::]";
    return (options_.security == server_security::plain ? "http://" : "https://") +
           (local ? "localhost" : host) + ":" + std::to_string(port());
}

emulator::statistics server::core::statistics() const
{
    const std::lock_guard lock(mutex_);
    emulator::statistics all = service_.counts();
    const http::server_counts listener = listener_->counts();
    all.connections_accepted = listener.connections_accepted;
    all.tls_handshakes = listener.handshakes;
    return all;
}

void server::core::with_service(const std::function<void(service&, time_point)>& what)
{
    const std::lock_guard lock(mutex_);
    what(service_, time_->now());
    if (executor_ && !stopped_) {
        asio::post(executor_, [self = shared_from_this()] { self->plan_wakeup(); });
    }
}

reply server::core::ask(const http::server_request& asked)
{
    request what;
    what.method = asked.method;
    what.target = asked.target;
    what.authorization = asked.header("authorization").value_or(std::string_view());
    what.body = asked.body;
    what.user_agent = asked.header("user-agent").value_or(std::string_view());
    reply made;
    {
        const std::lock_guard lock(mutex_);
        made = service_.handle(what, time_->now(), time_->wall_now());
    }
    plan_wakeup();
    return made;
}

asio::awaitable<http::server_response> server::core::serve(std::shared_ptr<core> self,
                                                           const http::server_request& asked)
{
    http::server_response answer;
    if (!self) {
        answer.drop = true;
        co_return answer;
    }
    reply made = self->ask(asked);
    if (made.delay > std::chrono::nanoseconds(0)) {
        auto wait = self->late_.wait_until(self->time_->now() + made.delay);
        asio::any_io_executor home = self->executor_;
        const result<void> waited = co_await await_result<void>(std::move(wait), std::move(home));
        made.drop = made.drop || waited.has_error(); // the connection is gone
    }
    answer.status = made.status;
    answer.body = std::move(made.body);
    answer.content_type = std::move(made.content_type);
    answer.headers = std::move(made.headers);
    answer.drop = made.drop;
    co_return answer;
}

// The next wakeup only ever has to be moved forward; the alarm itself finds later ones.
void server::core::plan_wakeup()
{
    time_point next;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) {
            return;
        }
        next = service_.next_wakeup();
    }
    if (next < planned_) {
        planned_ = next;
        time_->wait_until(next, *this);
    }
}

void server::core::on_alarm()
{
    planned_ = time_point::max();
    std::vector<webhook> to_send;
    {
        const std::lock_guard lock(mutex_);
        to_send = service_.advance(time_->now(), webhooks_a_turn);
    }
    for (webhook& each : to_send) {
        sender_.send(std::move(each));
    }
    plan_wakeup();
}

void server::core::report(std::uint64_t id, bool answered_2xx)
{
    {
        const std::lock_guard lock(mutex_);
        service_.delivered(id, answered_2xx, time_->now());
    }
    plan_wakeup();
}

server::server(asio::any_io_executor executor, server_options options)
    : core_(std::make_shared<core>(std::move(executor), std::move(options)))
{
    core_->init();
}

server::server(server&&) noexcept = default;

server& server::operator=(server&& other) noexcept
{
    if (this != &other) {
        if (core_) {
            core_->stop();
        }
        core_ = std::move(other.core_);
    }
    return *this;
}

server::~server()
{
    if (core_) {
        core_->stop();
    }
}

void server::start()
{
    core_->start();
}

void server::stop() noexcept
{
    core_->stop();
}

std::string server::url() const
{
    return core_->url();
}

std::uint16_t server::port() const noexcept
{
    return core_->port();
}

const std::string& server::ca_pem() const noexcept
{
    return core_->ca_pem();
}

const std::string& server::public_key_pem() const noexcept
{
    return core_->public_key_pem();
}

emulator::statistics server::statistics() const
{
    return core_->statistics();
}

void server::with_service(const std::function<void(service& which, time_point now)>& what)
{
    core_->with_service(what);
}

} // namespace videosdk::inline v0::emulator
