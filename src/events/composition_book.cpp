// The repetition rule of compositions.
#include "events/composition_book.hpp"

#include <functional>

namespace videosdk::inline v0::events {
namespace {

constexpr std::uint8_t ended = 5;

// starting, started, playable, stopping, ended.
std::uint8_t stage_of(event_type type) noexcept
{
    switch (type) {
    case event_type::recording_starting:
    case event_type::hls_starting:
    case event_type::livestream_starting:
        return 1;
    case event_type::recording_started:
    case event_type::hls_started:
    case event_type::livestream_started:
        return 2;
    case event_type::hls_playable:
        return 3;
    case event_type::recording_stopping:
    case event_type::hls_stopping:
    case event_type::livestream_stopping:
        return 4;
    case event_type::recording_stopped:
    case event_type::hls_stopped:
    case event_type::livestream_stopped:
    case event_type::recording_failed:
    case event_type::hls_failed:
    case event_type::livestream_failed:
        return ended;
    default:
        return 0;
    }
}

bool is_failure(event_type type) noexcept
{
    return type == event_type::recording_failed || type == event_type::hls_failed ||
           type == event_type::livestream_failed;
}

std::uint64_t hash_of(const std::string& text) noexcept
{
    return text.empty() ? 0 : std::hash<std::string>()(text) | 1U;
}

} // namespace

resource_type composition_kind(event_type type) noexcept
{
    if (type >= event_type::recording_starting && type <= event_type::recording_failed) {
        return resource_type::recording;
    }
    if (type >= event_type::hls_starting && type <= event_type::hls_failed) {
        return resource_type::hls;
    }
    if (type >= event_type::livestream_starting && type <= event_type::livestream_failed) {
        return resource_type::rtmp;
    }
    return resource_type::unknown;
}

composition_book::page& composition_book::turn_to(const std::string& id)
{
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
        pages_.splice(pages_.end(), pages_, found->second);
        return pages_.back();
    }
    if (pages_.size() >= limit_ && !pages_.empty()) {
        by_id_.erase(pages_.front().id);
        pages_.pop_front();
    }
    page& fresh = pages_.emplace_back();
    fresh.id = id;
    by_id_.emplace(fresh.id, std::prev(pages_.end()));
    return fresh;
}

bool composition_book::learn(const event& what)
{
    if (what.composition_id.empty()) {
        return true;
    }
    page& known = turn_to(what.composition_id);
    bool news = false;
    const std::uint8_t stage = stage_of(what.type);
    if (stage > known.stage) {
        known.stage = stage;
        news = true;
    }
    if (stage == ended) {
        // A stop that turns out to have been a failure, or the other way round, is worth hearing.
        const std::uint8_t end = is_failure(what.type) ? 2 : 1;
        news = news || (known.ends & end) == 0;
        known.ends = static_cast<std::uint8_t>(known.ends | end);
    }
    const std::uint64_t told[4] = {hash_of(what.file_path), hash_of(what.file_url),
                                   hash_of(what.playback_url), hash_of(what.livestream_url)};
    for (std::size_t i = 0; i != 4; ++i) {
        if (told[i] != 0 && told[i] != known.addresses[i]) {
            known.addresses[i] = told[i];
            news = true;
        }
    }
    return news;
}

} // namespace videosdk::inline v0::events
