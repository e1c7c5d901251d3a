// A process of our own: what it says, and how it ends.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace recovery {

namespace asio = boost::asio;

/// Inherits standard input and outputs, and what it says with on `word_descriptor`; nothing else. Destroying
/// it kills it.
class process {
public:
    /// The first argument is the program. Throws std::system_error.
    process(const asio::any_io_executor& executor, std::vector<std::string> arguments);
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process();

    /// All that it has said so far.
    const std::string& words() const noexcept;
    /// It has closed its end, most likely by its own.
    bool fell_silent() const noexcept;

    void kill() const noexcept; ///< SIGKILL.
    /// Waits for its end; true when it was SIGKILL that ended it.
    bool was_killed();

private:
    class ear;

    std::shared_ptr<ear> ear_;
    pid_t id_ = 0;
};

} // namespace recovery
