// What a command reads of files and stdin: secrets among it, so that no message quotes a word of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk_cli {

/// The whole of a file, or of stdin where `path` is `-`, which can be read once. Throws command_failed
/// (usage) that names `option` and not the path, in whose place somebody may have written a secret.
std::string read_input(std::string_view option, const std::string& path,
                       std::size_t most_bytes = std::size_t(16) * 1024 * 1024);

/// The lines of it without blanks at both ends, without empty ones and those that begin with `#`.
std::vector<std::string> lines_of(std::string_view text);

} // namespace videosdk_cli
