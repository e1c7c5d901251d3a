// A process of our own: what it says, what it is told, and how it ends.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace test_support {

namespace asio = boost::asio;

/// The process' end of the socket over which it and its parent talk.
inline constexpr int word_descriptor = 3;

/// Inherits standard input and outputs, and the socket on `word_descriptor`; nothing else. Destroying it
/// kills it. What is said to it is written in the background.
class process {
public:
    /// The first argument is the program. Throws std::system_error.
    process(const asio::any_io_executor& executor, std::vector<std::string> arguments);
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process();

    /// All that it has said so far, but for lines that on_line() got.
    const std::string& words() const noexcept;
    /// Each whole line from now on, without its end; then, once, that it fell silent. Neither may destroy the
    /// process, or wait for its end.
    void on_line(std::function<void(std::string_view)> told, std::function<void()> silent);
    /// It has closed its end, most likely by its own.
    bool fell_silent() const noexcept;
    /// A line, without its end.
    void say(std::string_view line);

    void kill() const noexcept;   ///< SIGKILL.
    void freeze() const noexcept; ///< SIGSTOP: it keeps its sockets, and does nothing.
    void thaw() const noexcept;   ///< SIGCONT.
    /// Waits for its end; true when it was SIGKILL that ended it.
    bool was_killed();
    /// Waits for its end; true when it returned 0.
    bool ended_well();

private:
    class ear;

    void signal(int which) const noexcept;
    void collect();

    std::shared_ptr<ear> ear_;
    pid_t id_ = 0;
    int status_ = 0;
};

} // namespace test_support
