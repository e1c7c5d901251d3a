// Runs every target once over its seeds and regressions, with any compiler: fuzz_replay <folder> [target…].
#include "fuzz.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

struct target {
    std::string_view name;
    void (*run)(std::string_view);
};

constexpr std::array targets{
    target{"check_head", &fuzz::check_head},
    target{"request_reader", &fuzz::request_reader},
    target{"server_requests", &fuzz::server_requests},
    target{"webhook_receiver", &fuzz::webhook_receiver},
    target{"json_answers", &fuzz::json_answers},
    target{"response_reader", &fuzz::response_reader},
    target{"client_calls", &fuzz::client_calls},
    target{"base64", &fuzz::base64},
    target{"pem", &fuzz::pem},
    target{"retry_after", &fuzz::retry_after},
    target{"url", &fuzz::url},
    target{"proxy", &fuzz::proxy},
    target{"token", &fuzz::token},
#ifdef FUZZ_WITH_REDIS
    target{"redis_replies", &fuzz::redis_replies},
#endif
};

// In memory of exactly its size, so that a byte read beyond it is seen.
void run_file(const target& which, const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto exact = std::make_unique_for_overwrite<char[]>(content.size());
    std::ranges::copy(content, exact.get());
    std::cout << which.name << ' ' << file.filename().string() << std::endl; // known before it crashes
    which.run({exact.get(), content.size()});
}

std::size_t run_folder(const target& which, const std::filesystem::path& folder)
{
    std::size_t count = 0;
    if (std::filesystem::is_directory(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            run_file(which, entry.path());
            ++count;
        }
    }
    return count;
}

} // namespace

int main(int count, char** words)
{
    if (count < 2) {
        std::cerr << "usage: fuzz_replay <folder with corpus/ and regressions/> [target…]\n";
        return 2;
    }
    const std::filesystem::path folder(words[1]);
    const std::vector<std::string_view> wanted(words + 2, words + count);
    for (const target& each : targets) {
        if (!wanted.empty() && std::ranges::find(wanted, each.name) == wanted.end()) {
            continue;
        }
        const std::size_t seeds = run_folder(each, folder / "corpus" / each.name);
        const std::size_t regressions = run_folder(each, folder / "regressions" / each.name);
        if (seeds == 0) {
            std::cerr << each.name << " has no seeds in " << folder << '\n';
            return 1;
        }
        std::cout << each.name << ": " << seeds << " seeds, " << regressions << " regressions\n";
        each.run({});
    }
    return 0;
}
