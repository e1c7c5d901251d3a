// Starts, freezes and kills one redis-server, by its process id.
#include "redis_server.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test_support {
namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
}

} // namespace

std::uint16_t free_port()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place = loopback(0);
    socklen_t size = sizeof place;
    const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 &&
                       ::getsockname(socket, reinterpret_cast<sockaddr*>(&place), &size) == 0;
    ::close(socket);
    if (!bound) {
        throw std::runtime_error("no port is free");
    }
    return ntohs(place.sin_port);
}

std::string make_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "videosdk-redis-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no folder can be made: " + name);
    }
    return name;
}

redis_server::redis_server(std::vector<std::string> arguments)
    : folder_(make_folder()), arguments_(std::move(arguments))
{
    for (int attempt = 0; attempt < 5; ++attempt) {
        try {
            reserve_port();
            start();
            return;
        } catch (const std::runtime_error&) {
            kill();
            ::close(std::exchange(reservation_, -1));
        }
    }
    std::filesystem::remove_all(folder_);
    throw std::runtime_error("redis-server does not start");
}

redis_server::~redis_server()
{
    kill();
    ::close(reservation_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

/// The server sets the same option, so it can listen there beside us.
void redis_server::reserve_port()
{
    reservation_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    sockaddr_in place = loopback(0);
    socklen_t size = sizeof place;
    if (::setsockopt(reservation_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        ::bind(reservation_, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0 ||
        ::getsockname(reservation_, reinterpret_cast<sockaddr*>(&place), &size) != 0) {
        throw std::runtime_error("no port is free");
    }
    port_ = ntohs(place.sin_port);
}

std::string redis_server::write(const std::string& name, const std::string& content) const
{
    std::string path = folder_ + "/" + name;
    std::ofstream(path) << content;
    return path;
}

void redis_server::start()
{
    std::vector<std::string> words{"redis-server",
                                   "--port",
                                   std::to_string(port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--dir",
                                   folder_,
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--logfile",
                                   folder_ + "/log",
                                   "--enable-debug-command",
                                   "local"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> argv;
    for (std::string& each : words) {
        argv.push_back(each.data());
    }
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == parent) {
            ::execvp(argv[0], argv.data());
        }
        ::_exit(127);
    }
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    // Whatever it says to PING, be it that a password is needed, or that it reads its files still.
    while (first_line("PING", 1'000).empty()) {
        if (!running() || std::chrono::steady_clock::now() > limit) {
            throw std::runtime_error("redis-server does not answer");
        }
        ::poll(nullptr, 0, 2);
    }
}

std::string redis_server::tell(const std::string& command) const
{
    return first_line(command, 20'000);
}

/// Without its end; empty where it has not come whole after a silence of that length.
std::string redis_server::first_line(const std::string& command, int milliseconds) const
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in place = loopback(port_);
    const std::string words = command + "\r\n";
    std::string line;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 &&
        ::send(socket, words.data(), words.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(words.size())) {
        pollfd waiting{socket, POLLIN, 0};
        char byte = 0;
        while (byte != '\n' && ::poll(&waiting, 1, milliseconds) == 1 && ::recv(socket, &byte, 1, 0) == 1) {
            line += byte;
        }
    }
    ::close(socket);
    return line.ends_with("\r\n") ? line.substr(0, line.size() - 2) : std::string();
}

bool redis_server::running()
{
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = -1;
    }
    return process_ > 0;
}

void redis_server::kill()
{
    if (running()) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }
}

void redis_server::freeze()
{
    ::kill(process_, SIGSTOP);
}

void redis_server::thaw()
{
    ::kill(process_, SIGCONT);
}

} // namespace test_support
