// Trouble, and how it is known that it is over.
#include "provider.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace recovery {
namespace {

using namespace std::chrono_literals;
using videosdk::emulator::fault;

std::size_t open_sockets()
{
    std::size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        count += std::filesystem::read_symlink(each.path(), gone).string().starts_with("socket:") ? 1 : 0;
    }
    return count;
}

request_kind kind_of(const videosdk::emulator::request& what)
{
    if (what.target == "/v2/resource/acquire") {
        return request_kind::acquire;
    }
    return what.target == "/v2/resource/release" ? request_kind::release : request_kind::any;
}

} // namespace

std::string boot_of(const videosdk::resource& unit, std::string_view owner)
{
    const std::string start = "/" + std::string(owner) + "/v1-";
    const std::size_t place = unit.webhook_url.find(start);
    if (place == std::string::npos) {
        return {};
    }
    return unit.webhook_url.substr(place + start.size(), boot_size);
}

provider::provider(const asio::any_io_executor& executor, std::uint64_t seed)
    : random_(seed), server_(executor, options())
{
    server_.start();
    sockets_at_rest_ = open_sockets();
}

videosdk::emulator::server_options provider::options()
{
    videosdk::emulator::server_options chosen;
    chosen.service.api_key = api_key;
    chosen.service.secret = secret;
    chosen.service.idle_after = 20ms;
    chosen.service.released_kept = 5'000;
    chosen.service.redelivery.attempts = 2; // the second finds the port closed, or another process there
    chosen.service.redelivery.first_delay = 10ms;
    chosen.service.on_request = [this](const videosdk::emulator::request& what) { return receive(what); };
    chosen.serial_executor = true;
    return chosen;
}

void provider::at_request(std::uint64_t number, request_kind kind, std::function<void()> what)
{
    due_ = requests_ + number;
    due_kind_ = kind;
    what_ = std::move(what);
}

fault provider::receive(const videosdk::emulator::request& what)
{
    ++requests_;
    const request_kind kind = kind_of(what);
    const fault planned = trouble_ ? trouble(kind) : fault();
    const auto now = clock::now();
    const auto over = [now](const auto& each) { return each.first <= now; };
    std::erase_if(unanswered_, over);
    std::erase_if(late_, over);
    const bool later = planned.kind() == videosdk::emulator::fault_kind::apply_later;
    (later ? late_ : unanswered_).emplace(now + planned.time(), kind);
    if (what_ && requests_ >= due_ && (due_kind_ == request_kind::any || due_kind_ == kind)) {
        then_ = look();
        const auto strike = std::exchange(what_, nullptr);
        strike();
    }
    return planned;
}

/// A release takes longer than what changes nothing, and an acquire longer still. Of acquires one in twenty
/// fails, of others one in fifty.
fault provider::trouble(request_kind kind)
{
    const bool acquires = kind == request_kind::acquire;
    if (below(acquires ? 20 : 50) != 0) {
        const std::uint64_t longest = acquires ? 80'000 : kind == request_kind::release ? 20'000 : 3'000;
        return fault::delay(std::chrono::microseconds(500 + below(longest)));
    }
    ++faults_;
    switch (below(6)) {
    case 0:
        return fault::answer(503, R"({"message":"maintenance"})");
    case 1:
        return fault::drop();
    case 2:
    case 3:
        return fault::apply_then_drop();
    default:
        return fault::apply_later(std::chrono::milliseconds(20 + below(400)));
    }
}

in_the_air provider::look() const
{
    in_the_air seen;
    for (const auto& [until, each] : unanswered_) {
        seen.acquires += each == request_kind::acquire ? 1 : 0;
        seen.releases += each == request_kind::release ? 1 : 0;
    }
    for (const auto& [until, each] : late_) {
        seen.later += each == request_kind::any ? 0 : 1;
    }
    return seen;
}

/// What a dead process has sent is in the sockets until they have been read to their end, and are closed.
bool provider::quiet()
{
    if (open_sockets() != sockets_at_rest_) {
        return false;
    }
    bool planned = false;
    server_.with_service([&](videosdk::emulator::service& which, auto) {
        planned = which.next_wakeup() != videosdk::emulator::service::time_point::max();
    });
    const videosdk::emulator::statistics seen = server_.statistics();
    return !planned && seen.webhooks_sent == seen.webhooks_delivered + seen.webhooks_failed;
}

std::vector<videosdk::resource> provider::live()
{
    std::vector<videosdk::resource> units;
    server_.with_service([&](videosdk::emulator::service& which, auto) { units = which.resources(); });
    std::erase_if(units, [](const videosdk::resource& each) {
        return each.status == videosdk::resource_status::released;
    });
    return units;
}

} // namespace recovery
