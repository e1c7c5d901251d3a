// Lazy, single-flight, rate-limited; the last good key survives.
#include "webhook/key_store.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::webhook {

key_store::decision key_store::on_misfit(moment arrived, time_point now) noexcept
{
    decision out;
    if (fetching_) {
        out.what = advice::hold;
    } else if (current_ && proven_ > arrived) {
        out.what = advice::refuse;
    } else if (now >= allowed_at_) {
        fetching_ = true;
        begun_ = ++now_;
        begun_at_ = now;
        out.what = advice::hold;
        out.fetch = true;
    } else {
        out.what = advice::later;
        out.after = allowed_at_ - now;
    }
    return out;
}

void key_store::on_fetched(public_key key, std::string pem, time_point now)
{
    fetching_ = false;
    proven_ = begun_;
    allowed_at_ = begun_at_ + pace_.refetch_interval;
    backoff_ = pace_.first_backoff;
    if (pem == pem_) {
        return;
    }
    // One that comes back is not former any more: servers of the provider may disagree for a while.
    std::erase_if(former_, [&](const former_key& each) { return each.pem == pem || now >= each.until; });
    if (former_.size() == most_former) {
        former_.erase(former_.begin());
    }
    if (current_) {
        former_.emplace_back(current_, pem_, now + pace_.overlap);
    }
    ++edition_;
    current_ = std::move(key);
    pem_ = std::move(pem);
}

void key_store::on_fetch_failed(time_point now) noexcept
{
    fetching_ = false;
    if (current_) {
        allowed_at_ = begun_at_ + pace_.refetch_interval;
        return;
    }
    // Without a key no event gets in, so the next try comes sooner.
    const auto pause = std::min(backoff_, pace_.refetch_interval);
    allowed_at_ = now + pause;
    backoff_ = pause * 2;
}

std::array<public_key, 1 + key_store::most_former> key_store::keys(time_point now) const
{
    std::array<public_key, 1 + most_former> out;
    out[0] = current_;
    std::size_t next = 1;
    for (const former_key& each : former_) {
        if (now < each.until) {
            out[next++] = each.key;
        }
    }
    return out;
}

} // namespace videosdk::inline v0::webhook
