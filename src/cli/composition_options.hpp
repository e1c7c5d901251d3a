// How a composition looks and where it goes: the options of the start commands.
#pragma once

#include <videosdk/requests.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace videosdk_cli {

struct composition_options {
    std::string layout;
    std::string priority;
    std::optional<std::uint32_t> grid_size;
    std::string theme;
    std::string orientation;
    std::string mode;
    std::string quality;
};

/// `media`: whether mode and quality may be given.
void add_composition_options(CLI::App& command, composition_options& options, bool media);

/// Empty where none of them was given.
std::optional<videosdk::composition_config> config_of(const composition_options& options);

/// URLs and stream keys, one pair a line.
class stream_outputs {
public:
    /// Throws command_failed (usage) that names the line and none of its words.
    explicit stream_outputs(const std::string& text);

    /// They live as long as this.
    std::span<const videosdk::rtmp_output> views() const noexcept { return views_; }
    stream_outputs(const stream_outputs&) = delete;
    stream_outputs& operator=(const stream_outputs&) = delete;

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
    std::vector<videosdk::rtmp_output> views_;
};

} // namespace videosdk_cli
