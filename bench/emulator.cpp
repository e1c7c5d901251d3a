// The server of the lease benchmark: this project's emulator over TLS, on one thread. Prints `PORT
// CERTIFICATE_FILE`, serves until its input ends, and then prints one line of JSON: what it was asked, and
// the CPU time that took.
#include "acquire.hpp"
#include "command_line.hpp"

#include <videosdk/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace {

namespace asio = boost::asio;
namespace emulator = videosdk::emulator;

constexpr std::string_view usage = "[--cert FILE --key FILE | --write-ca FILE] [--port PORT] "
                                   "[--idle-after MILLISECONDS] [--webhooks yes|no]";

std::string content_of(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::invalid_argument("cannot read " + file);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

/// User and system time of this process.
double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

struct command {
    command(int count, char** words)
    {
        server.serial_executor = true;
        server.service.api_key = bench::api_key;
        server.service.secret = bench::secret;
        server.service.send_webhooks = false;
        bench::read_command_line(count, words, [this](std::string_view name, std::string_view value) {
            return set(name, std::string(value));
        });
        if ((server.security == emulator::server_security::certificate) != written.empty() ||
            server.certificate_chain_pem.empty() != server.private_key_pem.empty()) {
            throw std::invalid_argument("needs a certificate with its key, or --write-ca alone");
        }
        server.service.sign_webhooks = server.service.send_webhooks;
    }

    bool set(std::string_view name, const std::string& value)
    {
        if (name == "--cert") {
            server.security = emulator::server_security::certificate;
            server.certificate_chain_pem = content_of(value);
            certificate = value;
        } else if (name == "--key") {
            server.private_key_pem = content_of(value);
        } else if (name == "--write-ca") {
            written = certificate = value;
        } else if (name == "--port") {
            server.address = "127.0.0.1:" + std::to_string(bench::number_in(value));
        } else if (name == "--idle-after") {
            server.service.idle_after = std::chrono::milliseconds(bench::number_in(value));
        } else if (name == "--webhooks" && (value == "yes" || value == "no")) {
            server.service.send_webhooks = value == "yes";
        } else {
            return false;
        }
        return true;
    }

    emulator::server_options server;
    std::string certificate;
    std::string written; ///< Where the certificate that is made is to be written to.
};

void serve(const command& wanted)
{
    asio::io_context io(1);
    emulator::server provider(io.get_executor(), wanted.server);
    provider.start();
    if (!wanted.written.empty() && !(std::ofstream(wanted.written) << provider.ca_pem())) {
        throw std::runtime_error("cannot write " + wanted.written);
    }
    std::cout << provider.port() << ' ' << wanted.certificate << std::endl;
    asio::posix::stream_descriptor input(io, ::dup(0));
    std::array<char, 64> ignored{};
    const double before = cpu_seconds();
    input.async_read_some(asio::buffer(ignored), [&](const auto&, std::size_t) { io.stop(); });
    io.run();
    const emulator::statistics all = provider.statistics();
    std::cout << "{\"requests\":" << all.requests_total << ",\"acquires\":" << all.count("acquire")
              << ",\"gets\":" << all.count("get") << ",\"releases\":" << all.count("release")
              << ",\"acquired\":" << all.resources_acquired << ",\"released\":" << all.resources_released
              << ",\"cpu_seconds\":" << cpu_seconds() - before << "}" << std::endl;
}

} // namespace

int main(int count, char** words)
{
    try {
        serve(command(count, words));
        return EXIT_SUCCESS;
    } catch (const std::invalid_argument& wrong) {
        std::cerr << words[0] << " " << wrong.what() << "\nusage: " << words[0] << " " << usage << "\n";
    } catch (const std::exception& failure) {
        std::cerr << words[0] << ": " << failure.what() << "\n";
    }
    return EXIT_FAILURE;
}
