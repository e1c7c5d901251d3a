// Writing to descriptors 1 and 2.
#include "output.hpp"

#include "error/text.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace videosdk_cli {
namespace {

int write_all(int descriptor, std::string_view text) noexcept
{
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) { // whoever shares it made it so
            pollfd ready{descriptor, POLLOUT, 0};
            if (::poll(&ready, 1, -1) < 0 && errno != EINTR) {
                return errno;
            }
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

} // namespace

output_failed::output_failed(int error_number)
    : std::runtime_error("cannot write to stdout: " + std::generic_category().message(error_number)),
      reader_gone_(error_number == EPIPE)
{
}

void prepare_standard_descriptors()
{
    // Each is opened the wrong way round: stdin for writing only, stdout and stderr for reading only.
    constexpr std::array directions{O_WRONLY, O_RDONLY, O_RDONLY};
    for (int descriptor = 0; descriptor != 3; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            // The lowest free number is taken, which is this one.
            static_cast<void>(::open("/dev/null", directions[static_cast<std::size_t>(descriptor)]));
        }
    }
    std::signal(SIGPIPE, SIG_IGN);
}

void end_for_want_of_a_reader()
{
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
    std::_Exit(128 + SIGPIPE);
}

void check_output()
{
    const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY) {
        throw output_failed(EBADF);
    }
}

void print(std::string_view text)
{
    if (const int failure = write_all(STDOUT_FILENO, text); failure != 0) {
        throw output_failed(failure);
    }
}

void print_line(std::string text)
{
    text += '\n';
    print(text);
}

void tell(std::string_view text) noexcept
{
    static_cast<void>(write_all(STDERR_FILENO, text));
}

void tell_line(std::string_view command, std::string_view text)
{
    std::string line = "videosdk";
    if (!command.empty()) {
        line += ' ';
        line += command;
    }
    line += ": ";
    videosdk::text::append_line(line, text);
    line += '\n';
    tell(line);
}

bool stderr_is_terminal() noexcept
{
    return ::isatty(STDERR_FILENO) == 1;
}

void redraw_line(std::string_view text)
{
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    std::string line = "\r\x1b[K";
    videosdk::text::append_line(line, text.substr(0, known ? size.ws_col - 1U : 79U));
    tell(line);
}

} // namespace videosdk_cli
