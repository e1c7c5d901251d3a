// Offering events to this node's handlers, as many at once as these have room for.
#include "redis/bus_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace videosdk::inline v0 {
namespace {

constexpr std::chrono::seconds between_offers(1);
constexpr std::chrono::milliseconds until_there_is_room(100);

} // namespace

/// Events that are being published to the hub, and what it said of each.
struct redis_bus_core::batch {
    struct one {
        event what;
        bool taken = false;
        bool no_room = false; ///< No handler has seen it.
    };

    batch(std::shared_ptr<scheduler> time, std::vector<event> news) : open(news.size()), done(std::move(time))
    {
        all.reserve(news.size());
        for (event& each : news) {
            all.push_back(one{std::move(each)});
        }
    }

    std::vector<one> all;
    one* begun = nullptr; ///< The last.
    std::size_t open;
    redis::gate done;
};

/// Whether all are decided: where the bus closes before, the rest is for the next life.
asio::awaitable<bool> redis_bus_core::offer_all(core_ptr self, std::vector<event> news)
{
    for (std::uint32_t offer = 0; !news.empty(); ++offer) {
        if (self->closing_) {
            co_return false;
        }
        if (offer == self->options_.offers) {
            self->counts_.not_taken += news.size();
            self->tell({.kind = redis_notice_kind::not_taken, .count = news.size()});
            break;
        }
        if (offer != 0) {
            auto pausing = self->reading_pause_.wait(self->home_, self, between_offers, {});
            const result<void> over = co_await std::move(pausing);
            static_cast<void>(over);
        }
        auto offering = offer_once(self, std::move(news));
        news = co_await std::move(offering);
    }
    co_return true;
}

/// Until handlers have seen each; completes with those that they refused, and with all that is left where the
/// bus closes.
asio::awaitable<std::vector<event>> redis_bus_core::offer_once(core_ptr self, std::vector<event> news)
{
    std::vector<event> refused;
    std::size_t room = news.size();
    while (!news.empty() && !self->closing_ && !self->hub_.closed()) {
        const auto end = news.begin() + static_cast<std::ptrdiff_t>(std::min(room, news.size()));
        std::vector<event> first(std::move_iterator(news.begin()), std::move_iterator(end));
        news.erase(news.begin(), end);
        auto publishing = publish_all(self, std::move(first));
        const std::shared_ptr<batch> told = co_await std::move(publishing);
        std::vector<event> unseen;
        for (batch::one& each : told->all) {
            if (each.no_room) {
                unseen.push_back(std::move(each.what));
            } else if (!each.taken) {
                refused.push_back(std::move(each.what));
            }
        }
        const std::size_t seen = told->all.size() - unseen.size();
        room = unseen.empty() ? 2 * room : std::max<std::size_t>(seen, 1);
        news.insert(news.begin(), std::move_iterator(unseen.begin()), std::move_iterator(unseen.end()));
        if (seen == 0) {
            auto pausing = self->reading_pause_.wait(self->home_, self, until_there_is_room, {});
            const result<void> over = co_await std::move(pausing);
            static_cast<void>(over);
        }
    }
    refused.insert(refused.end(), std::move_iterator(news.begin()), std::move_iterator(news.end()));
    co_return refused;
}

/// All at once, in their order; completes when the hub has answered for each.
asio::awaitable<std::shared_ptr<redis_bus_core::batch>> redis_bus_core::publish_all(core_ptr self,
                                                                                    std::vector<event> news)
{
    const auto which = std::make_shared<batch>(self->time_, std::move(news));
    self->delivering_ = which;
    for (std::size_t i = 0; i < which->all.size(); ++i) {
        asio::co_spawn(self->home_, publish_one(self, which, i), asio::detached);
    }
    // The hub ends what its handlers do in time.
    auto ending = which->done.wait(self->home_, which, std::chrono::hours(24), {});
    const result<void> over = co_await std::move(ending);
    static_cast<void>(over);
    self->delivering_.reset();
    co_return which;
}

asio::awaitable<void> redis_bus_core::publish_one(core_ptr self, std::shared_ptr<batch> which,
                                                  std::size_t index)
{
    batch::one& mine = which->all[index];
    auto publishing = self->hub_.publish(mine.what);
    which->begun = &mine;
    const verdict told = co_await std::move(publishing);
    if (told == verdict::accepted) {
        ++self->counts_.published;
    } else if (told == verdict::repetition) {
        ++self->counts_.repetitions;
    }
    // A hub that is gone refuses nothing.
    mine.taken = told != verdict::unavailable || self->hub_.closed();
    if (--which->open == 0) {
        which->done.open();
    }
}

/// It is ours where it is the one whose publishing has just begun; a webhook of this node's may have no room
/// meanwhile.
void redis_bus_core::on_no_room(const event& what) noexcept
{
    batch::one* const last = delivering_ ? delivering_->begun : nullptr;
    if (last != nullptr && last->what.data == what.data && last->what.token == what.token &&
        last->what.type.text() == what.type.text()) {
        last->no_room = true;
    }
}

void redis_bus_core::drop_delivery() noexcept
{
    if (const std::shared_ptr<batch> last = std::exchange(delivering_, {})) {
        last->done.drop();
    }
}

} // namespace videosdk::inline v0
