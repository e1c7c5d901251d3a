// What the service answers, and what it remembers of the asking.
#include "provider.hpp"

#include "unit/webhook/rsa_signer.hpp"

#include <videosdk/token.hpp>

#include <utility>

namespace nodes {
namespace {

using videosdk::emulator::fault;

/// The quoted texts of a release's body that are ids.
std::vector<std::string> ids_in(std::string_view body)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; (at = body.find('"', at)) != std::string_view::npos;) {
        const std::size_t end = body.find('"', at + 1);
        if (end == std::string_view::npos) {
            break;
        }
        if (end - at - 1 == id_size) {
            out.emplace_back(body.substr(at + 1, id_size));
        }
        at = end + 1;
    }
    return out;
}

} // namespace

provider::provider(const asio::any_io_executor& executor, book& events,
                   std::function<bool(const record&)> may_tell)
    : events_(events), may_tell_(std::move(may_tell)), server_(executor, options())
{
    server_.start();
}

videosdk::emulator::server_options provider::options()
{
    videosdk::emulator::server_options out;
    out.service.api_key = api_key;
    out.service.secret = secret;
    out.service.private_key_pem = rsa_signer::provider().private_pem();
    out.service.idle_after = 30ms;
    out.service.released_kept = 1'000'000;
    out.service.redelivery.attempts = 12;
    out.service.redelivery.first_delay = 100ms;
    out.service.redelivery.growth = 1.5;
    out.service.on_request = [this](const videosdk::emulator::request& what) { return receive(what); };
    out.security = videosdk::emulator::server_security::plain;
    out.serial_executor = true;
    return out;
}

std::string provider::token_for(const std::string& life)
{
    videosdk::token_claims claims;
    claims.api_key = api_key;
    claims.participant_id = life;
    claims.issued_at = std::chrono::system_clock::now() - 1min;
    claims.expires_at = claims.issued_at + 24h;
    std::string token = videosdk::mint_token(claims, secret);
    lives_.emplace(token, life);
    return token;
}

fault provider::receive(const videosdk::emulator::request& what)
{
    ++requests_;
    constexpr std::string_view unit = "/v2/resource/";
    if (what.target == "/v2/resource/release") {
        const auto life = lives_.find(what.authorization);
        for (const std::string& each : ids_in(what.body)) {
            release_request& asked = releases_[each].emplace_back();
            asked.life = life == lives_.end() ? std::string() : life->second;
            asked.at = requests_;
        }
    } else if (what.method == "GET" && what.target.starts_with(unit)) {
        if (record* const event = events_.find(what.target.substr(unit.size()))) {
            return tell_of(*event);
        }
    }
    return {};
}

/// What is not to be told yet is as it was before.
fault provider::tell_of(record& which)
{
    ++asked_;
    const bool acquire = which.what == sort::acquire;
    const bool tells = may_tell_(which);
    which.told = which.told || (tells && which.resolved == 0);
    const char* const status = acquire ? (tells ? "idle" : "pending") : (tells ? "released" : "idle");
    return fault::answer(200, R"({"id":")" + id_of(which.number) +
                                  R"(","type":"recording","composerIds":[],"webhookUrl":"","status":")" +
                                  status + R"("})");
}

std::vector<videosdk::resource> provider::units()
{
    std::vector<videosdk::resource> out;
    server_.with_service([&](videosdk::emulator::service& which, auto) { out = which.resources(); });
    return out;
}

std::size_t provider::billed()
{
    const auto now = server_.statistics();
    return now.resources_pending + now.resources_idle + now.resources_composing;
}

} // namespace nodes
