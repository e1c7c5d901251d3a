// hiredis writes the bytes of a command.
#include "redis/command.hpp"

#include <hiredis/hiredis.h>
#include <memory>
#include <new>
#include <vector>

namespace videosdk::inline v0::redis {

command::command(std::initializer_list<std::string_view> arguments)
    : command(std::span<const std::string_view>(arguments.begin(), arguments.size()))
{
}

command::command(std::span<const std::string_view> arguments) : name_(arguments.front())
{
    std::vector<const char*> places;
    std::vector<std::size_t> sizes;
    for (const std::string_view each : arguments) {
        places.push_back(each.data());
        sizes.push_back(each.size());
    }
    char* made = nullptr;
    const auto size =
        redisFormatCommandArgv(&made, static_cast<int>(places.size()), places.data(), sizes.data());
    if (size < 0) {
        throw std::bad_alloc();
    }
    const std::unique_ptr<char, decltype(&redisFreeCommand)> owned(made, &redisFreeCommand);
    bytes_.assign(made, static_cast<std::size_t>(size));
}

} // namespace videosdk::inline v0::redis
