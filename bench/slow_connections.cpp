// A webhook listener under attack by slow connections acknowledges good webhooks, and says how fast and at
// what memory; and the attack, as another process. bench/slow_connections.sh runs both, and slowhttptest.
#include "slow_connections.hpp"

#include <videosdk/videosdk.hpp>

#include <boost/asio/io_context.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t least_samples = 200;

/// Signs as the provider does: RSA PKCS#1 v1.5 with SHA-256 over the raw body, in base64.
class signer {
public:
    signer() : key_(EVP_RSA_gen(2048)) {}
    ~signer() { EVP_PKEY_free(key_); }
    signer(const signer&) = delete;
    signer& operator=(const signer&) = delete;

    std::string public_pem() const
    {
        BIO* const out = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(out, key_);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out, &text);
        std::string pem(text, static_cast<std::size_t>(size));
        BIO_free(out);
        return pem;
    }

    std::string sign(const std::string& body) const
    {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        std::vector<unsigned char> raw(512);
        std::size_t size = raw.size();
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
        EVP_DigestSign(context, raw.data(), &size, reinterpret_cast<const unsigned char*>(body.data()),
                       body.size());
        EVP_MD_CTX_free(context);
        std::vector<unsigned char> text(1024);
        const int length = EVP_EncodeBlock(text.data(), raw.data(), static_cast<int>(size));
        return {text.begin(), text.begin() + length};
    }

private:
    EVP_PKEY* key_;
};

std::size_t resident_kib()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::strtoul(line.c_str() + 6, nullptr, 10);
        }
    }
    return 0;
}

/// One webhook over a connection of its own; whether it was acknowledged.
bool deliver(std::uint16_t port, const std::string& request)
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char answer[512] = {};
    const bool there = ::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::send(handle, request.data(), request.size(), MSG_NOSIGNAL) > 0 &&
                       ::recv(handle, answer, sizeof answer - 1, 0) > 0;
    ::close(handle);
    return there && std::string(answer).starts_with("HTTP/1.1 200");
}

struct outcome {
    std::vector<double> milliseconds; ///< Of webhooks sent and answered while the attack stood.
    std::size_t sent = 0;
    std::size_t failed = 0;
    std::uint64_t least_open = 0; ///< While they were taken.
    std::uint64_t most_open = 0;
    std::size_t most_kib = 0;
};

/// A webhook counts when nine tenths of the attackers are there before and after it, as the listener counts.
outcome send_webhooks(const videosdk::webhook_listener& listener, const videosdk::webhook_receiver& receiver,
                      const signer& provider, std::chrono::seconds duration, std::size_t attackers)
{
    outcome out;
    const auto open = [&] { return listener.counts().connections_open; };
    const auto end = clock_type::now() + duration;
    for (int i = 0; clock_type::now() < end; ++i) {
        const std::string url = receiver.webhook_url();
        const std::string body = R"({"webhookType":"session-started","data":{"meetingId":"m","sessionId":")" +
                                 std::to_string(i) + R"(","start":"now"}})";
        const std::string request = "POST " + url.substr(url.find('/', 8)) +
                                    " HTTP/1.1\r\nHost: hooks\r\nContent-Type: application/json\r\n"
                                    "Connection: close\r\nvideosdk-signature: " +
                                    provider.sign(body) +
                                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        const std::uint64_t before = open();
        const auto begin = clock_type::now();
        const bool acknowledged = deliver(listener.port(), request);
        const std::chrono::duration<double, std::milli> took = clock_type::now() - begin;
        const std::uint64_t now = std::min(before, open());
        ++out.sent;
        out.failed += acknowledged ? 0 : 1;
        if (10 * now >= 9 * attackers) {
            out.least_open = out.milliseconds.empty() ? now : std::min(out.least_open, now);
            out.milliseconds.push_back(took.count());
        }
        if (now >= out.most_open) {
            out.most_open = now;
            out.most_kib = std::max(out.most_kib, resident_kib());
        }
        std::this_thread::sleep_for(2ms); // a webhook now and then, not as many as possible
    }
    std::sort(out.milliseconds.begin(), out.milliseconds.end());
    return out;
}

void raise_descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// One line of name=value for the script. The listener has the limits of production.
int listen(std::chrono::seconds duration, std::size_t attackers)
{
    const signer provider;
    boost::asio::io_context io(1);
    videosdk::client_options settings;
    settings.credentials = videosdk::credentials::key_and_secret("key", "a secret of this benchmark");
    videosdk::client client(io.get_executor(), settings);
    videosdk::event_hub hub(client);
    videosdk::webhook_options hooks;
    hooks.public_url = "http://hooks.example.com";
    hooks.public_key_pem = provider.public_pem();
    videosdk::webhook_receiver receiver(client, hub, hooks);
    videosdk::webhook_listener listener(io.get_executor(), receiver, "127.0.0.1:0");
    listener.start();
    const std::string url = receiver.webhook_url();
    std::printf("%u %s\n", unsigned(listener.port()), url.substr(url.find('/', 8)).c_str());
    std::fflush(stdout);
    const std::size_t before = resident_kib();
    outcome got;
    std::thread sender([&] {
        got = send_webhooks(listener, receiver, provider, duration, attackers);
        io.stop();
    });
    io.run();
    sender.join();
    const auto counts = listener.counts();
    const auto number = [](auto value) { return static_cast<unsigned long long>(value); };
    const auto& times = got.milliseconds;
    const bool enough = times.size() >= least_samples;
    std::printf("sent=%llu failed=%llu samples=%llu least_open=%llu most_open=%llu heads=%llu bodies=%llu "
                "writes=%llu shed=%llu kib=%.1f",
                number(got.sent), number(got.failed), number(times.size()), number(got.least_open),
                number(got.most_open), number(counts.timed_out_heads), number(counts.timed_out_bodies),
                number(counts.timed_out_writes), number(counts.connections_shed),
                got.most_open == 0 || got.most_kib < before
                    ? 0.0
                    : double(got.most_kib - before) / double(got.most_open));
    if (enough) {
        std::printf(" p50=%.2f p99=%.2f max=%.2f", times[times.size() / 2], times[times.size() * 99 / 100],
                    times.back());
    }
    std::printf("\n");
    if (!enough) {
        std::fprintf(stderr,
                     "%zu webhooks were sent while %zu connections were open, %zu are needed; at most %llu "
                     "were open\n",
                     times.size(), attackers * 9 / 10, least_samples, number(got.most_open));
    }
    return enough && got.failed == 0 ? 0 : 1;
}

long number_of(const char* word, long most)
{
    const long value = std::strtol(word, nullptr, 10);
    if (value < 1 || value > most) {
        throw std::runtime_error(std::string(word) + " is not a number from 1 to " + std::to_string(most));
    }
    return value;
}

} // namespace

int main(int count, char** words)
{
    try {
        raise_descriptor_limit();
        const std::string what = count > 1 ? words[1] : "";
        if (what == "listen" && count == 4) {
            return listen(std::chrono::seconds(number_of(words[2], 3600)),
                          static_cast<std::size_t>(number_of(words[3], 60'000)));
        }
        if (what == "attack" && count == 7) {
            slow::crowd attackers(slow::attack_of(words[2], words[4]),
                                  static_cast<std::uint16_t>(number_of(words[3], 65'535)),
                                  static_cast<std::size_t>(number_of(words[5], 60'000)));
            attackers.run_for(std::chrono::seconds(number_of(words[6], 3600)));
            return 0;
        }
        std::fprintf(stderr,
                     "usage: %s listen <seconds> <attackers>\n"
                     "       %s attack heads|bodies|reads <port> <path> <connections> <seconds>\n",
                     words[0], words[0]);
        return 2;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
