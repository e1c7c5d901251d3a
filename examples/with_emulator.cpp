// Runs a command against the service, played locally: with_emulator [--webhooks] command [argument…].
//
// The command finds VIDEOSDK_API_KEY, VIDEOSDK_SECRET and VIDEOSDK_API_ENDPOINT in its environment, as every
// official SDK reads them. With --webhooks the service sends webhooks to the URLs that it is given. Ends with
// the command's exit status, or with 1 when the command left resources unreleased.
#include <videosdk/emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>
#include <system_error>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

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

        boost::asio::io_context context(1);
        videosdk::emulator::server provider(context.get_executor(), options);
        provider.start();
        std::thread runner([&context] { context.run(); });

        setenv("VIDEOSDK_API_KEY", options.service.api_key.c_str(), 1);
        setenv("VIDEOSDK_SECRET", options.service.secret.c_str(), 1);
        setenv("VIDEOSDK_API_ENDPOINT", provider.url().c_str(), 1);
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
