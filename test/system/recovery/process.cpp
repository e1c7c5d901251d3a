// Starting a process, listening to it, collecting it.
#include "process.hpp"

#include "life.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace recovery {

/// Outlives the process object until its last read has ended.
class process::ear : public std::enable_shared_from_this<ear> {
public:
    ear(const asio::any_io_executor& executor, int descriptor) : pipe_(executor, descriptor) {}

    void listen()
    {
        pipe_.async_read_some(
            asio::buffer(buffer_),
            [self = shared_from_this()](const boost::system::error_code& failure, std::size_t size) {
                self->words.append(self->buffer_.data(), size);
                self->silent = static_cast<bool>(failure);
                if (!failure) {
                    self->listen();
                }
            });
    }
    void close() { pipe_.close(); }

    std::string words;
    bool silent = false;

private:
    asio::posix::stream_descriptor pipe_;
    std::array<char, 64> buffer_{};
};

namespace {

void check(int failure, const char* what)
{
    if (failure != 0) {
        throw std::system_error(failure, std::generic_category(), what);
    }
}

/// Of its parent's descriptors the process keeps the standard ones: sockets, above all, are its parent's
/// alone.
pid_t start(std::vector<std::string>& arguments, int words)
{
    std::vector<char*> texts;
    for (std::string& each : arguments) {
        texts.push_back(each.data());
    }
    texts.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
    pid_t child = 0;
    int failure = ::posix_spawn_file_actions_adddup2(&actions, words, word_descriptor);
    if (failure == 0) {
        failure = ::posix_spawn_file_actions_addclosefrom_np(&actions, word_descriptor + 1);
    }
    if (failure == 0) {
        failure = ::posix_spawn(&child, texts[0], &actions, nullptr, texts.data(), environ);
    }
    ::posix_spawn_file_actions_destroy(&actions);
    check(failure, texts[0]);
    return child;
}

} // namespace

process::process(const asio::any_io_executor& executor, std::vector<std::string> arguments)
{
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe2");
    ear_ = std::make_shared<ear>(executor, ends[0]);
    try {
        id_ = start(arguments, ends[1]);
    } catch (...) {
        ::close(ends[1]);
        throw;
    }
    ::close(ends[1]);
    ear_->listen();
}

process::~process()
{
    kill();
    was_killed();
}

const std::string& process::words() const noexcept
{
    return ear_->words;
}

bool process::fell_silent() const noexcept
{
    return ear_->silent;
}

void process::kill() const noexcept
{
    if (id_ != 0) {
        ::kill(id_, SIGKILL);
    }
}

bool process::was_killed()
{
    int status = 0;
    if (const pid_t ours = std::exchange(id_, 0); ours != 0) {
        while (::waitpid(ours, &status, 0) < 0 && errno == EINTR) {}
        ear_->close();
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

} // namespace recovery
