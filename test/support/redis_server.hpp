// A real redis-server on loopback, in a folder of its own, for as long as this object lives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace test_support {

/// For the constructor: it forgets nothing that it has answered.
inline std::vector<std::string> every_write_on_disk()
{
    return {"--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"};
}

class redis_server {
public:
    /// Started, and answering when this returns; throws std::runtime_error where it does not within 20 s.
    /// `arguments` are those of the program, behind our own: `--requirepass`, `x`.
    explicit redis_server(std::vector<std::string> arguments = {});
    /// Killed, and its folder removed.
    ~redis_server();
    redis_server(const redis_server&) = delete;
    redis_server& operator=(const redis_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// `redis://127.0.0.1:<port>`.
    std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
    /// Where it keeps its files.
    const std::string& folder() const noexcept { return folder_; }
    /// A file in it, with this content; returns its path.
    std::string write(const std::string& name, const std::string& content) const;

    /// One command; the first line of its reply. Empty where none came within 20 s.
    std::string tell(const std::string& command) const;

    /// SIGKILL; gone when this returns. Its files stay.
    void kill();
    /// On the same port, with the same arguments; answering when this returns.
    void start();
    /// SIGSTOP: it keeps its sockets, and says nothing.
    void freeze();
    /// SIGCONT.
    void thaw();

private:
    std::string first_line(const std::string& command, int milliseconds) const;
    bool running();
    void reserve_port();

    std::string folder_;
    std::vector<std::string> arguments_;
    std::uint16_t port_ = 0;
    int reservation_ =
        -1; ///< Bound to the port, and never listening: nobody else gets it while it is killed.
    pid_t process_ = -1;
};

/// A port of 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t free_port();

/// A new folder for files of a test.
std::string make_folder();

} // namespace test_support
