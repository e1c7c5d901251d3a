// What is known of one composition: how far it has come, and where its output is.
#pragma once

#include <videosdk/composition.hpp>
#include <videosdk/event.hpp>
#include <videosdk/resource.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace videosdk::inline v0::events {

/// The status that an event about a composition tells; unknown for other events.
composition_status told_by(event_type type) noexcept;

/// Pure. A composition only goes forward: what falls behind tells at most that a status was passed, and after
/// its end nothing is learned.
class composition_facts {
public:
    /// Whether a status was reached, still may be, or cannot be any more.
    enum class prospect : std::uint8_t { reached = 1, open, never };

    /// It was started, with this answer.
    void answered(const started_composition& what);
    /// Whether the event, which is about this composition, tells anything new of it.
    bool learn(const event& what);

    prospect of(composition_status wanted) const noexcept;
    composition_status status() const noexcept { return status_; }
    bool over() const noexcept { return status_ >= composition_status::stopped; }
    const std::optional<std::string>& file_url() const noexcept { return file_url_; }
    const std::string& file_path() const noexcept { return file_path_; }
    const std::string& playback_url() const noexcept { return playback_url_; }
    const std::string& livestream_url() const noexcept { return livestream_url_; }

private:
    bool reach(composition_status which) noexcept;

    composition_status status_ = composition_status::starting;
    unsigned reached_ = 0; // bit per status
    std::optional<std::string> file_url_;
    std::string file_path_;
    std::string playback_url_;
    std::string livestream_url_;
};

} // namespace videosdk::inline v0::events
