// Delivering webhooks.
#include "emulator/webhook_sender.hpp"

#include "http/connection_pool.hpp"
#include "http/endpoint.hpp"

#include <array>
#include <span>
#include <utility>

namespace videosdk::inline v0::emulator {
namespace {

// An origin that got nothing for so long is forgotten.
constexpr std::chrono::seconds forget_after = std::chrono::seconds(30);

// Path and query, to the letter.
std::string target_of(std::string_view url)
{
    const std::size_t authority = url.find("://");
    const std::size_t rest = url.find_first_of("/?", authority + 3);
    if (rest == std::string_view::npos) {
        return "/";
    }
    return (url[rest] == '?' ? "/" : "") + std::string(url.substr(rest));
}

} // namespace

/// One attempt to deliver one webhook.
class webhook_sender::delivery final : public exchange_operation {
public:
    delivery(webhook_sender& owner, origin& to, webhook what)
        : owner_(owner),
          to_(to),
          content_(std::move(what)),
          target_(target_of(content_.url)),
          headers_{header_view{"Content-Type", "application/json"},
                   header_view{"User-Agent", "videosdk-emulator"},
                   header_view{"videosdk-signature", content_.signature}}
    {
        request.method = verb::post;
        request.target = target_;
        request.headers = std::span<const header_view>(headers_).first(content_.signature.empty() ? 2 : 3);
        request.body = content_.body;
        deadline = owner.time_->now() + owner.timeout_;
        ++to_.on_their_way;
    }

    std::uint64_t id() const noexcept { return content_.id; }
    origin& to() const noexcept { return to_; }

    void on_response(response answer) override { owner_.finish(*this, answer.status() / 100 == 2); }
    void on_failure(exchange_failure) override { owner_.finish(*this, false); }

private:
    webhook_sender& owner_;
    origin& to_;
    const webhook content_;
    const std::string target_;
    const std::array<header_view, 3> headers_;
};

webhook_sender::webhook_sender(asio::any_io_executor executor, std::shared_ptr<scheduler> time,
                               const server_options& options, report tell)
    : executor_(std::move(executor)),
      time_(std::move(time)),
      tls_(options.webhook_tls),
      timeout_(options.webhook_timeout),
      max_origins_(options.max_webhook_origins),
      tell_(std::move(tell))
{
    if (!tls_.ca_file.empty() || !tls_.ca_pem.empty()) {
        // Roots that cannot be read are to be known now, not when the first webhook does not arrive.
        http::endpoint nowhere;
        nowhere.host = "localhost";
        http::make_connection_pool(executor_, time_, nowhere, tls_, pool_options())->shutdown();
    }
}

webhook_sender::~webhook_sender()
{
    drop();
}

void webhook_sender::send(webhook what)
{
    const std::uint64_t id = what.id;
    origin* const to = find_origin(what.url);
    if (to == nullptr) {
        tell_(id, false);
        return;
    }
    auto made = std::make_unique<delivery>(*this, *to, std::move(what));
    delivery& started = *made;
    deliveries_.emplace(id, std::move(made));
    to->pool->start(started);
}

webhook_sender::origin* webhook_sender::find_origin(const std::string& url)
{
    const auto parsed = http::parse_endpoint(url, true);
    if (parsed.has_error()) {
        return nullptr;
    }
    http::endpoint where = *parsed;
    where.path.clear();
    const std::string key = (where.tls ? "https://" : "http://") + where.authority();
    auto found = origins_.find(key);
    if (found == origins_.end()) {
        if (!make_room()) {
            return nullptr;
        }
        origin fresh;
        try {
            fresh.pool = http::make_connection_pool(executor_, time_, where, tls_, pool_options());
        } catch (const error&) {
            return nullptr; // the system's roots cannot be read: like a receiver that cannot be reached
        }
        found = origins_.emplace(key, std::move(fresh)).first;
    }
    found->second.last_used = time_->now();
    return &found->second;
}

// Forgets origins that were not used for long, and one more where there are too many. False when all are
// busy.
bool webhook_sender::make_room()
{
    forget_unused();
    if (origins_.size() < max_origins_) {
        return true;
    }
    auto oldest = origins_.end();
    for (auto each = origins_.begin(); each != origins_.end(); ++each) {
        if (each->second.on_their_way == 0 &&
            (oldest == origins_.end() || each->second.last_used < oldest->second.last_used)) {
            oldest = each;
        }
    }
    if (oldest == origins_.end()) {
        return false;
    }
    oldest->second.pool->shutdown();
    origins_.erase(oldest);
    return true;
}

void webhook_sender::forget_unused()
{
    const auto now = time_->now();
    for (auto each = origins_.begin(); each != origins_.end();) {
        if (each->second.on_their_way == 0 && now - each->second.last_used > forget_after) {
            each->second.pool->shutdown();
            each = origins_.erase(each);
        } else {
            ++each;
        }
    }
}

void webhook_sender::finish(delivery& which, bool answered_2xx)
{
    const std::uint64_t id = which.id();
    --which.to().on_their_way;
    deliveries_.erase(id);
    tell_(id, answered_2xx);
}

void webhook_sender::stop() noexcept
{
    for (const auto& [id, each] : deliveries_) {
        each->to().pool->cancel(*each);
    }
    drop();
}

void webhook_sender::drop() noexcept
{
    for (const auto& [key, each] : origins_) {
        each.pool->shutdown();
    }
    deliveries_.clear();
    origins_.clear();
    executor_ = {};
}

} // namespace videosdk::inline v0::emulator
