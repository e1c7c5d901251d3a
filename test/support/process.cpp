// Starting a process, talking with it, collecting it.
#include "process.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test_support {

/// Outlives the process object until its last read and write have ended.
class process::ear : public std::enable_shared_from_this<ear> {
public:
    ear(const asio::any_io_executor& executor, int descriptor)
        : socket_(executor, asio::local::stream_protocol(), descriptor)
    {
    }

    void listen()
    {
        socket_.async_read_some(
            asio::buffer(buffer_),
            [self = shared_from_this()](const boost::system::error_code& failure, std::size_t size) {
                self->words.append(self->buffer_.data(), size);
                self->hand_over_lines();
                if (!failure) {
                    return self->listen();
                }
                self->silent = true;
                if (self->on_silence) {
                    self->on_silence();
                }
            });
    }
    void hand_over_lines()
    {
        std::size_t begin = 0;
        while (on_line) {
            const std::size_t end = words.find('\n', begin);
            if (end == std::string::npos) {
                break;
            }
            on_line(std::string_view(words).substr(begin, end - begin));
            begin = end + 1;
        }
        words.erase(0, begin);
    }
    void say(std::string_view line)
    {
        waiting_.append(line).append("\n");
        if (under_way_.empty()) {
            write();
        }
    }
    void close()
    {
        on_line = nullptr;
        on_silence = nullptr;
        socket_.close();
    }

    std::string words;
    bool silent = false;
    std::function<void(std::string_view)> on_line;
    std::function<void()> on_silence;

private:
    void write()
    {
        under_way_ = std::exchange(waiting_, {});
        asio::async_write(socket_, asio::buffer(under_way_),
                          [self = shared_from_this()](const boost::system::error_code& failure, std::size_t) {
                              self->under_way_.clear();
                              if (!failure && !self->waiting_.empty()) {
                                  self->write();
                              }
                          });
    }

    asio::local::stream_protocol::socket socket_;
    std::array<char, 4096> buffer_{};
    std::string waiting_;
    std::string under_way_;
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
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0 ? 0 : errno, "socketpair");
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
    collect();
}

const std::string& process::words() const noexcept
{
    return ear_->words;
}

void process::on_line(std::function<void(std::string_view)> told, std::function<void()> silent)
{
    ear_->on_line = std::move(told);
    ear_->on_silence = std::move(silent);
}

bool process::fell_silent() const noexcept
{
    return ear_->silent;
}

void process::say(std::string_view line)
{
    ear_->say(line);
}

void process::kill() const noexcept
{
    signal(SIGKILL);
}

void process::freeze() const noexcept
{
    signal(SIGSTOP);
}

void process::thaw() const noexcept
{
    signal(SIGCONT);
}

void process::signal(int which) const noexcept
{
    if (id_ != 0) {
        ::kill(id_, which);
    }
}

void process::collect()
{
    if (const pid_t ours = std::exchange(id_, 0); ours != 0) {
        while (::waitpid(ours, &status_, 0) < 0 && errno == EINTR) {}
        ear_->close();
    }
}

bool process::was_killed()
{
    collect();
    return WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL;
}

bool process::ended_well()
{
    collect();
    return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

} // namespace test_support
