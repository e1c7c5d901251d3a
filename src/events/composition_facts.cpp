// How events move a composition forward.
#include "events/composition_facts.hpp"

#include <algorithm>

namespace videosdk::inline v0::events {
namespace {

unsigned bit_of(composition_status which) noexcept
{
    return 1U << static_cast<unsigned>(which);
}

/// What has been reached where that has: a stopped composition may never have started, where it was ended
/// before.
unsigned passed_with(composition_status which) noexcept
{
    switch (which) {
    case composition_status::playable:
        return bit_of(which) | bit_of(composition_status::started);
    case composition_status::stopped:
        return bit_of(which) | bit_of(composition_status::stopping);
    default:
        return bit_of(which);
    }
}

bool take(std::string& known, const std::string& told)
{
    const bool news = known.empty() && !told.empty();
    if (news) {
        known = told;
    }
    return news;
}

} // namespace

composition_status told_by(event_type type) noexcept
{
    switch (type) {
    case event_type::recording_starting:
    case event_type::hls_starting:
    case event_type::livestream_starting:
        return composition_status::starting;
    case event_type::recording_started:
    case event_type::hls_started:
    case event_type::livestream_started:
        return composition_status::started;
    case event_type::hls_playable:
        return composition_status::playable;
    case event_type::recording_stopping:
    case event_type::hls_stopping:
    case event_type::livestream_stopping:
        return composition_status::stopping;
    case event_type::recording_stopped:
    case event_type::hls_stopped:
    case event_type::livestream_stopped:
        return composition_status::stopped;
    case event_type::recording_failed:
    case event_type::hls_failed:
    case event_type::livestream_failed:
        return composition_status::failed;
    default:
        return composition_status::unknown;
    }
}

void composition_facts::answered(const started_composition& what)
{
    // Before events: the answer is about this composition for certain.
    playback_url_ = what.playback_hls_url.empty() ? playback_url_ : what.playback_hls_url;
    livestream_url_ = what.livestream_url.empty() ? livestream_url_ : what.livestream_url;
}

bool composition_facts::reach(composition_status which) noexcept
{
    const unsigned before = reached_;
    reached_ |= passed_with(which);
    status_ = std::max(status_, which);
    return reached_ != before;
}

bool composition_facts::learn(const event& what)
{
    const composition_status told = told_by(what.type);
    if (told == composition_status::unknown || over()) {
        return false;
    }
    bool news = reach(told);
    news = take(playback_url_, what.playback_url) || news;
    news = take(livestream_url_, what.livestream_url) || news;
    if (told == composition_status::stopped) {
        file_path_ = what.file_path;
        if (!what.file_url.empty()) {
            file_url_ = what.file_url;
        }
    }
    return news;
}

composition_facts::prospect composition_facts::of(composition_status wanted) const noexcept
{
    if (wanted == composition_status::starting || (reached_ & bit_of(wanted)) != 0) {
        return prospect::reached;
    }
    return over() ? prospect::never : prospect::open;
}

} // namespace videosdk::inline v0::events
