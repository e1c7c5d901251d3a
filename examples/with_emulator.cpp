// Runs a command against the service, played locally: with_emulator [--webhooks] command [argument…].
//
// The command finds VIDEOSDK_API_KEY, VIDEOSDK_SECRET and VIDEOSDK_API_ENDPOINT in its environment, as every
// official SDK reads them. With --webhooks the service sends webhooks to the URLs that it is given, and the
// command finds VIDEOSDK_LISTEN and VIDEOSDK_PUBLIC_URL too, unless they are set: a port that is free, and
// the URL that leads to it. Ends with the command's exit status, or with 1 when it left resources unreleased.
#include <videosdk/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace asio = boost::asio;

namespace {

/// Where the command can listen, and how the service reaches it there.
void offer_a_port(asio::io_context& context)
{
    using asio::ip::tcp;
    const tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::string address = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    setenv("VIDEOSDK_LISTEN", address.c_str(), 0);
    setenv("VIDEOSDK_PUBLIC_URL", ("http://" + address).c_str(), 0);
}

/// Runs the command with this process's environment and waits for its end.
int run(char** command)
{
    pid_t child = 0;
    if (const int failure = posix_spawnp(&child, command[0], nullptr, nullptr, command, environ);
        failure != 0) {
        throw std::system_error(failure, std::generic_category(), command[0]);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "waitpid");
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

int main(int argc, char** argv)
{
    const bool webhooks = argc > 1 && std::string_view(argv[1]) == "--webhooks";
    char** const command = argv + (webhooks ? 2 : 1);
    if (*command == nullptr) {
        std::cerr << "usage: with_emulator [--webhooks] command [argument…]\n";
        return 2;
    }
    try {
        videosdk::emulator::server_options options;
        options.service.api_key = "with-emulator";
        options.service.secret = "a secret of nobody, for the service played locally";
        options.service.send_webhooks = webhooks;
        options.security = videosdk::emulator::server_security::plain;

        asio::io_context context(1);
        videosdk::emulator::server provider(context.get_executor(), options);
        provider.start();
        std::thread runner([&context] { context.run(); });

        setenv("VIDEOSDK_API_KEY", options.service.api_key.c_str(), 1);
        setenv("VIDEOSDK_SECRET", options.service.secret.c_str(), 1);
        setenv("VIDEOSDK_API_ENDPOINT", provider.url().c_str(), 1);
        if (webhooks) {
            offer_a_port(context);
        }
        int status = 1;
        std::exception_ptr failure;
        try {
            status = run(command);
        } catch (...) {
            failure = std::current_exception();
        }
        const auto counts = provider.statistics();
        provider.stop();
        context.stop();
        runner.join();
        if (failure) {
            std::rethrow_exception(failure);
        }
        std::cerr << counts << '\n';
        const bool all_released = counts.resources_acquired == counts.resources_released;
        return status == 0 && !all_released ? 1 : status;
    } catch (const std::exception& failure) {
        std::cerr << "with_emulator: " << failure.what() << '\n';
        return 1;
    }
}
