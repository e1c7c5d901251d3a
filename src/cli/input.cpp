// Reading files and stdin.
#include "input.hpp"

#include "failure.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace videosdk_cli {
namespace {

class descriptor {
public:
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor()
    {
        if (number_ > STDERR_FILENO) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }

private:
    int number_;
};

command_failed unreadable(std::string_view option, int error_number)
{
    return usage_failure(std::string(option) +
                         ": cannot be read: " + std::generic_category().message(error_number));
}

} // namespace

std::string read_input(std::string_view option, const std::string& path, std::size_t most_bytes)
{
    const descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() == -1) {
        throw unreadable(option, errno);
    }
    std::string text;
    std::array<char, 16'384> block;
    for (;;) {
        const ssize_t count = ::read(file.number(), block.data(), block.size());
        if (count == 0) {
            return text;
        }
        if (count > 0) {
            text.append(block.data(), static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            throw unreadable(option, errno);
        }
        if (text.size() > most_bytes) {
            throw usage_failure(std::string(option) + ": holds more than " + std::to_string(most_bytes) +
                                " bytes");
        }
    }
}

std::vector<std::string> lines_of(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t first = line.find_first_not_of(blanks);
        if (first != std::string_view::npos && line[first] != '#') {
            line = line.substr(first, line.find_last_not_of(blanks) - first + 1);
            out.emplace_back(line);
        }
    }
    return out;
}

} // namespace videosdk_cli
