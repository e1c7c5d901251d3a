// Plain HTTP rules.
#include "plain_buyer.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace simulation {
namespace {

using videosdk::errc;
using videosdk::outcome;

constexpr std::uint32_t most_resends = 5; // libcurl's own limit
constexpr nanoseconds release_pause = 2s;
constexpr nanoseconds release_timeout = 30s;

/// One request, sent as often as its owner likes.
class exchange : public videosdk::exchange_operation {
public:
    exchange(workplace& where, std::string target, std::string body)
        : where_(where), target_(std::move(target)), body_(std::move(body)), pause_(*this)
    {
        headers_ = {videosdk::header_view{"Authorization", where.token},
                    videosdk::header_view{"Content-Type", "application/json"}};
        request.method = videosdk::verb::post;
        request.target = target_;
        request.body = body_;
        request.headers = headers_;
    }
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;

    void stop() noexcept
    {
        if (flying_) {
            flying_ = false;
            where_.carrier->cancel(*this);
        }
        where_.clock.cancel(pause_);
    }

    virtual void begin() = 0;

protected:
    ~exchange() { stop(); }

    void send(nanoseconds timeout)
    {
        deadline = where_.clock.now() + timeout;
        flying_ = true;
        where_.carrier->start(*this);
    }
    void send_later(nanoseconds pause) { where_.clock.wait_until(where_.clock.now() + pause, pause_); }
    void landed() noexcept { flying_ = false; }

    workplace& where_;

private:
    struct pause_alarm final : videosdk::alarm {
        explicit pause_alarm(exchange& its_owner) : owner(its_owner) {}
        void on_alarm() override { owner.begin(); }
        exchange& owner;
    };

    const std::string target_;
    const std::string body_;
    std::array<videosdk::header_view, 2> headers_;
    pause_alarm pause_;
    bool flying_ = false;
};

std::string acquire_body(life_number life, const order& wanted)
{
    return R"({"type":")" + std::string(to_string(wanted.type)) +
           R"(","webhookUrl":"https://hooks.example.com/life-)" + std::to_string(life) + "/order-" +
           std::to_string(wanted.number) + R"(","units":)" + std::to_string(wanted.units) + "}";
}

bool is_transient(unsigned status)
{
    return status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
}

} // namespace

sending_rules sending_rules::official_sdk()
{
    sending_rules rules;
    rules.attempts = 3;
    rules.attempt_timeout = 30s;
    rules.retry_rate_limited = true;
    rules.first_pause = 1s;
    rules.longest_pause = 8s;
    rules.jitter = 250ms;
    return rules;
}

sending_rules sending_rules::libcurl()
{
    sending_rules rules;
    rules.resend_on_dead_connection = true;
    return rules;
}

sending_rules sending_rules::libcurl_with_retry()
{
    sending_rules rules = libcurl();
    rules.attempts = 4;
    rules.attempt_timeout = 30s;
    rules.retry_rate_limited = true;
    rules.retry_errors = true;
    rules.first_pause = 1s;
    rules.longest_pause = 600s;
    return rules;
}

/// One order.
class plain_buyer::purchase final : public exchange {
public:
    purchase(plain_buyer& owner, const order& wanted)
        : exchange(owner.where_, "/v2/resource/acquire", acquire_body(owner.where_.life, wanted)),
          owner_(owner),
          wanted_(wanted)
    {
    }

    std::uint64_t number() const noexcept { return wanted_.number; }

    void begin() override
    {
        ++attempts_;
        send(owner_.rules_.attempt_timeout > 0ns ? owner_.rules_.attempt_timeout : wanted_.timeout);
    }

private:
    void on_response(videosdk::response answer) override
    {
        landed();
        const unsigned status = answer.status();
        if (status >= 200 && status < 300) {
            const auto read = videosdk::model::read_acquire(answer.body(), {});
            std::vector<std::string> ids;
            if (read && read->summary.success) {
                for (const videosdk::resource& each : read->units) {
                    ids.push_back(each.id);
                }
            }
            return finish(ids);
        }
        const bool again = status == 429 ? owner_.rules_.retry_rate_limited
                                         : owner_.rules_.retry_errors && is_transient(status);
        again_or_fail(again);
    }

    void on_failure(videosdk::exchange_failure failure) override
    {
        landed();
        const bool died = failure.code == errc::connection_lost || failure.code == errc::connection_stale;
        if (owner_.rules_.resend_on_dead_connection && died && failure.reused && resends_++ < most_resends) {
            send(owner_.rules_.attempt_timeout > 0ns ? owner_.rules_.attempt_timeout : wanted_.timeout);
            return;
        }
        again_or_fail(owner_.rules_.retry_errors && failure.code == errc::response_timeout);
    }

    void again_or_fail(bool again)
    {
        if (!again || attempts_ >= owner_.rules_.attempts) {
            return finish({});
        }
        const nanoseconds grown = std::min(owner_.rules_.first_pause * (std::int64_t(1) << (attempts_ - 1)),
                                           owner_.rules_.longest_pause);
        send_later(grown + owner_.chance_.time(0ns, owner_.rules_.jitter));
    }

    void finish(const std::vector<std::string>& ids)
    {
        judge& law = owner_.where_.law;
        workplace& where = owner_.where_;
        if (ids.size() == wanted_.units) {
            law.served(where.life, wanted_.number, ids);
            where.came(wanted_.number, ids);
        } else {
            law.failed(wanted_.number, false);
            for (const std::string& id : ids) {
                owner_.give_back(id); // too few are no use
            }
        }
        owner_.end(*this);
    }

    plain_buyer& owner_;
    const order wanted_;
    std::uint32_t attempts_ = 0;
    std::uint32_t resends_ = 0;
};

/// One unit on its way back.
class plain_buyer::giving_back final : public exchange {
public:
    giving_back(plain_buyer& owner, const std::string& id)
        : exchange(owner.where_, "/v2/resource/release", R"({"ids":[")" + id + "\"]}"), owner_(owner), id_(id)
    {
    }

    const std::string& id() const noexcept { return id_; }
    void begin() override { send(release_timeout); }

private:
    void on_response(videosdk::response answer) override
    {
        landed();
        const auto read = videosdk::model::read_release(answer.body(), {});
        const bool answered = answer.status() == 200 && read && read->size() == 1;
        // A unit that is released already, or forgotten, is refused with words that say so.
        const auto& said = answered ? read->front().message : std::string();
        if (answered && (read->front().success || said.find("is released") != std::string::npos ||
                         said.find("not found") != std::string::npos)) {
            owner_.end(*this);
        } else {
            send_later(release_pause);
        }
    }

    void on_failure(videosdk::exchange_failure) override
    {
        landed();
        send_later(release_pause);
    }

    plain_buyer& owner_;
    const std::string id_;
};

plain_buyer::plain_buyer(workplace& where, const sending_rules& rules)
    : where_(where), rules_(rules), chance_(where.planned.chance.fork("plain buyer", where.life))
{
}

plain_buyer::~plain_buyer() = default;

void plain_buyer::acquire(const order& wanted)
{
    auto fresh = std::make_unique<purchase>(*this, wanted);
    purchase& begun = *fresh;
    acquires_.emplace(wanted.number, std::move(fresh));
    begun.begin();
}

void plain_buyer::cancel(std::uint64_t order)
{
    const auto found = acquires_.find(order);
    if (found != acquires_.end()) {
        where_.law.failed(order, false);
        acquires_.erase(found); // the transfer is aborted
    }
}

void plain_buyer::give_back(const std::string& id)
{
    where_.law.given_back(id);
    auto fresh = std::make_unique<giving_back>(*this, id);
    giving_back& begun = *fresh;
    releases_.emplace(id, std::move(fresh));
    begun.begin();
}

void plain_buyer::end(purchase& which)
{
    acquires_.erase(acquires_.find(which.number()));
}

void plain_buyer::end(giving_back& which)
{
    releases_.erase(releases_.find(which.id()));
}

} // namespace simulation
