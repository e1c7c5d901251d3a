// HELLO and SELECT.
#include "redis/greeting.hpp"

#include "redis/command.hpp"

#include <utility>
#include <vector>

namespace videosdk::inline v0::redis {

greeting::greeting(const redis_options& options, std::string address, const std::string& client_name)
    : address_(std::move(address))
{
    std::vector<std::string_view> hello{"HELLO", "2"};
    if (!options.password.empty()) {
        hello.insert(hello.end(), {"AUTH", options.user.empty() ? "default" : std::string_view(options.user),
                                   options.password});
    }
    hello.insert(hello.end(), {"SETNAME", client_name});
    bytes_ = command(hello).take();
    if (options.database != 0) {
        bytes_ += command({"SELECT", std::to_string(options.database)}).bytes();
        ++expected_;
    }
}

std::optional<error> greeting::on_reply(const reply& answer)
{
    const std::string_view name = waits_for();
    if (answer.is_error()) {
        return refusal({name, address_}, answer);
    }
    if (answered_++ == 0) {
        return on_hello(answer);
    }
    return std::nullopt;
}

/// A map, as an array of names and values.
std::optional<error> greeting::on_hello(const reply& answer) const
{
    const subject who{"HELLO", address_};
    for (std::size_t i = 0; i + 1 < answer.elements.size(); i += 2) {
        if (answer.elements[i].text != "role") {
            continue;
        }
        if (answer.elements[i + 1].text == "master") {
            return std::nullopt;
        }
        return no_reply(who, errc::server_error, outcome::answered,
                        "Redis at " + address_ +
                            " is no master: name the one that is in redis_options::addresses");
    }
    return no_reply(who, errc::malformed_response, outcome::answered,
                    "what answers at " + address_ + " does not say whether it is a master: is it a Redis?");
}

} // namespace videosdk::inline v0::redis
