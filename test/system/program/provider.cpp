// A provider for the program's tests that fails in the ways that an acquire may name, and gives a signed
// webhook away.
//
// provider folder secret: writes body.json, signature.txt and key.pem there, prints its URL and runs until
// SIGTERM. An acquire of hls is done and never answered; before one of low quality is answered, a line is
// printed and the process stops until SIGCONT. No more than three units are granted at once, and the unit
// `slow` takes its time.
#include <videosdk/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

namespace {

namespace emulator = videosdk::emulator;
using namespace std::chrono_literals;

emulator::fault choose_fault(const emulator::request& what)
{
    if (what.target.find("/slow") != std::string_view::npos) {
        return emulator::fault::delay(20s);
    }
    if (what.target.find("/acquire") == std::string_view::npos) {
        return {};
    }
    if (what.body.find("\"hls\"") != std::string_view::npos) {
        return emulator::fault::apply_then_drop();
    }
    if (what.body.find("\"low\"") != std::string_view::npos) {
        std::cout << "asked" << std::endl;
        std::raise(SIGSTOP);
    }
    return {};
}

void write_file(const std::string& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path);
    }
}

void give_webhook_away(emulator::server& provider, const std::string& folder)
{
    const std::string body =
        R"({ "webhookType": "recording-stopped", "data": { "id": "c1", "fileUrl": null } })";
    provider.with_service([&](emulator::service& which, emulator::service::time_point now) {
        which.send_webhook("http://127.0.0.1:9/hook", body, now);
        const auto sent = which.advance(now);
        write_file(folder + "/signature.txt", sent.at(0).signature);
        which.delivered(sent.at(0).id, true, now);
    });
    write_file(folder + "/body.json", body);
    write_file(folder + "/key.pem", provider.public_key_pem());
}

} // namespace

int main(int argc, char** argv)
{
    try {
        boost::asio::io_context context(1);
        emulator::server_options options;
        options.service.api_key = "key";
        options.service.secret = argc > 2 ? argv[2] : "";
        options.service.idle_after = 100ms;
        options.service.grant_at_most = 3;
        options.service.send_webhooks = true;
        options.service.on_request = choose_fault;
        options.security = emulator::server_security::plain;
        options.serial_executor = true;
        emulator::server provider(context.get_executor(), options);
        provider.start();
        give_webhook_away(provider, argc > 1 ? argv[1] : ".");
        boost::asio::signal_set signals(context, SIGTERM);
        signals.async_wait([&](const boost::system::error_code&, int) { provider.stop(); });
        std::cout << provider.url() << std::endl;
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
