// Reading layouts, themes and outputs.
#include "composition_options.hpp"

#include "failure.hpp"
#include "input.hpp"
#include "model/json.hpp"

#include <CLI/CLI.hpp>
#include <initializer_list>

namespace videosdk_cli {
namespace {

/// The enumerator with that name on the wire; nothing where the text is empty. The option's check has let no
/// other text pass.
template <class Enum>
std::optional<Enum> read(const std::string& text, std::initializer_list<Enum> all)
{
    for (const Enum each : all) {
        if (to_string(each) == text) {
            return each;
        }
    }
    return std::nullopt;
}

} // namespace

void add_composition_options(CLI::App& command, composition_options& options, bool media)
{
    CLI::Option* const layout = command.add_option("--layout", options.layout, "Needed by the others")
                                    ->check(CLI::IsMember({"GRID", "SPOTLIGHT", "SIDEBAR"}));
    const auto add = [&](const char* name, std::string& place, CLI::IsMember choice) {
        command.add_option(name, place)->check(std::move(choice))->needs(layout);
    };
    add("--priority", options.priority, CLI::IsMember({"SPEAKER", "PIN"}));
    command.add_option("--grid-size", options.grid_size, "At most 25 for HLS, else 4")
        ->check(CLI::Range(1, 25))
        ->needs(layout);
    add("--theme", options.theme, CLI::IsMember({"DARK", "LIGHT", "DEFAULT"}));
    add("--orientation", options.orientation, CLI::IsMember({"portrait", "landscape"}));
    if (media) {
        add("--mode", options.mode, CLI::IsMember({"video-and-audio", "audio"}));
        add("--quality", options.quality, CLI::IsMember({"low", "med", "high"}));
    }
}

std::optional<videosdk::composition_config> config_of(const composition_options& options)
{
    using namespace videosdk;
    if (options.layout.empty()) {
        return std::nullopt;
    }
    composition_layout layout;
    layout.type = read(options.layout, {layout_type::grid, layout_type::spotlight, layout_type::sidebar})
                      .value_or(layout_type::unknown);
    layout.priority = read(options.priority, {layout_priority::speaker, layout_priority::pin});
    layout.grid_size = options.grid_size;
    composition_config config;
    config.layout = layout;
    config.theme = read(
        options.theme, {composition_theme::dark, composition_theme::light, composition_theme::default_theme});
    config.orientation =
        read(options.orientation, {composition_orientation::portrait, composition_orientation::landscape});
    config.mode = read(options.mode, {resource_mode::video_and_audio, resource_mode::audio});
    config.quality =
        read(options.quality, {resource_quality::low, resource_quality::med, resource_quality::high});
    return config;
}

stream_outputs::stream_outputs(const std::string& text)
{
    for (const std::string& line : lines_of(text)) {
        const std::size_t gap = line.find_first_of(" \t");
        const std::size_t key = gap == std::string::npos ? gap : line.find_first_not_of(" \t", gap);
        if (key == std::string::npos || line.find_first_of(" \t", key) != std::string::npos) {
            throw usage_failure("--outputs: output " + std::to_string(pairs_.size() + 1) +
                                " is not 'URL STREAMKEY'");
        }
        pairs_.emplace_back(line.substr(0, gap), line.substr(key));
    }
    if (pairs_.empty()) {
        throw usage_failure("--outputs: holds no output: write 'URL STREAMKEY' on each line");
    }
    views_.reserve(pairs_.size());
    for (const auto& [url, stream_key] : pairs_) {
        views_.push_back({.url = url, .stream_key = stream_key});
    }
}

} // namespace videosdk_cli
