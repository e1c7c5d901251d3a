// Indices over what is known, and the bound on it.
#include "events/fact_table.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::events {
namespace {

// `composerIds` may keep ended compositions for ever; only the latest are of use.
constexpr std::size_t compositions_kept = 16;

// How many resources that somebody waits on are passed over to find one that may be forgotten.
constexpr int passed_over = 8;

} // namespace

fact_table::~fact_table()
{
    clear();
}

known_resource& fact_table::at(std::string_view id)
{
    if (known_resource* const known = find(id)) {
        return *known;
    }
    const auto made = resources_.try_emplace(std::string(id)).first;
    made->second.id = &made->first;
    return made->second;
}

known_resource* fact_table::find(std::string_view id) noexcept
{
    const auto found = resources_.find(id);
    return found == resources_.end() ? nullptr : &found->second;
}

known_resource* fact_table::by_composition(std::string_view composition_id) noexcept
{
    const auto found = compositions_.find(composition_id);
    return found == compositions_.end() ? nullptr : found->second;
}

token_group* fact_table::by_token(std::string_view token) noexcept
{
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? nullptr : &found->second;
}

void fact_table::learn_token(known_resource& which, std::string_view token)
{
    if (token.empty() || (which.group != nullptr && which.group->token == token)) {
        return;
    }
    leave_group(which);
    auto found = tokens_.find(token);
    if (found == tokens_.end()) {
        found = tokens_.try_emplace(std::string(token)).first;
        found->second.token = token;
    }
    which.group = &found->second;
    which.group->members.push_back(which);
}

void fact_table::learn_composition(known_resource& which, std::string_view composition_id)
{
    if (composition_id.empty()) {
        return;
    }
    const auto found = compositions_.find(composition_id);
    if (found != compositions_.end()) {
        if (found->second == &which) {
            return;
        }
        std::erase(found->second->compositions, composition_id);
        compositions_.erase(found);
    }
    if (which.compositions.size() == compositions_kept) {
        compositions_.erase(which.compositions.front());
        which.compositions.erase(which.compositions.begin());
    }
    which.compositions.emplace_back(composition_id);
    compositions_.emplace(which.compositions.back(), &which);
}

void fact_table::refresh(known_resource& which)
{
    if (!which.remembered) {
        which.remembered = true;
        ++facts_;
    }
    which.by_age.unlink();
    ages_.push_back(which);
    for (int i = 0; facts_ > limit_ && i != passed_over; ++i) {
        known_resource& oldest = ages_.front();
        if (&oldest == &which) {
            return;
        }
        if (oldest.watcher) {
            oldest.by_age.unlink();
            ages_.push_back(oldest);
        } else {
            forget(oldest);
        }
    }
}

void fact_table::touch(known_resource& which) noexcept
{
    if (which.remembered) {
        which.by_age.unlink();
        ages_.push_back(which);
    }
}

void fact_table::let_go(known_resource& which)
{
    which.watcher.reset();
    if (!which.remembered) {
        forget(which);
    } else if (facts_ > limit_) {
        refresh(which);
    }
}

void fact_table::forget(known_resource& which)
{
    leave_group(which);
    for (const std::string& composition : which.compositions) {
        compositions_.erase(composition);
    }
    which.by_age.unlink();
    facts_ -= which.remembered ? 1 : 0;
    resources_.erase(resources_.find(*which.id));
}

void fact_table::leave_group(known_resource& which) noexcept
{
    if (which.group == nullptr) {
        return;
    }
    which.by_token.unlink();
    if (which.group->members.empty()) {
        tokens_.erase(tokens_.find(which.group->token));
    }
    which.group = nullptr;
}

void fact_table::clear() noexcept
{
    // Hooks unlink themselves, so the lists go last.
    compositions_.clear();
    resources_.clear();
    tokens_.clear();
    facts_ = 0;
}

std::string_view token_in(std::string_view url) noexcept
{
    constexpr std::string_view mark = "/v1-";
    const std::size_t found = url.rfind(mark);
    if (found == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = url.substr(found + 1);
    const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return rest.substr(
        0, static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_part) - rest.begin()));
}

} // namespace videosdk::inline v0::events
