// Reading a listing that moves.
#include "lease/sweep.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

constexpr std::array order{resource_status::pending, resource_status::idle, resource_status::composing};
constexpr std::uint64_t largest_page = 2000; // less than a megabyte
constexpr unsigned most_tries = 3;           ///< Of one status whose pages shift.

} // namespace

std::optional<list_request> sweep::next() const noexcept
{
    if (ended_) {
        return std::nullopt;
    }
    list_request request;
    request.page = page_;
    request.per_page = per_page_;
    request.status = order[status_];
    return request;
}

void sweep::on_page(result<resource_page> page)
{
    if (ended_) {
        return;
    }
    ++pages_;
    if (!page && per_page_ > first_page) {
        larger_refused_ = true;
        per_page_ = first_page;
        return begin_status();
    }
    if (!page) {
        failure_ = page.error();
        return end(false);
    }
    if (!total_) {
        total_ = page->total;
    }
    shifted_ = shifted_ || *total_ != page->total;
    const std::size_t before = ids_.size();
    const bool empty = page->resources.empty();
    const bool last = page->last_page != 0 && page_ >= page->last_page;
    for (resource& each : page->resources) {
        ids_.insert(each.id);
        keep(std::move(each));
    }
    // A page without anything new ends a listing that does not say where it ends.
    if (empty || last || ids_.size() == before || ids_.size() >= *total_) {
        return end_of_status();
    }
    ++page_;
}

void sweep::end_of_status()
{
    const bool whole = !shifted_ && ids_.size() == *total_;
    // What one page shows cannot move between two: where pages have shifted, a larger one is tried, though
    // the provider may cut it short.
    if (!whole && *total_ > per_page_ && !larger_refused_) {
        per_page_ = std::min(largest_page, *total_ + *total_ / 4);
    }
    if (whole) {
        unpaged_ = unpaged_ && page_ == 1;
        tries_ = 0;
        if (++status_ == order.size()) {
            end(true);
        }
    } else if (++tries_ == most_tries) {
        end(false);
    }
    begin_status();
}

void sweep::begin_status()
{
    page_ = 1;
    total_.reset();
    ids_.clear();
    shifted_ = false;
}

void sweep::keep(resource seen)
{
    const auto [place, fresh] = places_.try_emplace(seen.id, units_.size());
    if (fresh) {
        units_.push_back(std::move(seen));
    } else {
        units_[place->second] = std::move(seen);
    }
}

void sweep::end(bool complete) noexcept
{
    ended_ = true;
    complete_ = complete;
}

} // namespace videosdk::inline v0::leasing
