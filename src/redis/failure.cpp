// What each of Redis' own errors means, and what to do about it.
#include "redis/failure.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace videosdk::inline v0::redis {
namespace {

struct meaning {
    std::string_view word; ///< The first of the reply.
    errc code;
    bool elsewhere; ///< Another server, or this one later, may do better.
    std::string_view advice;
};

constexpr std::array meanings{
    meaning{"WRONGPASS", errc::unauthorized, false, "check redis_options::user and password"},
    meaning{"NOAUTH", errc::unauthorized, false, "it wants a password: set redis_options::password"},
    meaning{"NOPERM", errc::forbidden, false,
            "the user's access control list must allow this command, and the keys and channels below "
            "redis_options::prefix"},
    meaning{"WRONGTYPE", errc::conflict, false,
            "a key below redis_options::prefix is used by somebody else: choose another prefix"},
    meaning{"LOADING", errc::server_error, true, "it is still reading its data"},
    meaning{"READONLY", errc::server_error, true,
            "it is a replica: name the master in redis_options::addresses"},
    meaning{"MASTERDOWN", errc::server_error, true, "it is a replica that has lost its master"},
    meaning{"CLUSTERDOWN", errc::server_error, true, "its cluster does not serve all slots"},
    meaning{"TRYAGAIN", errc::server_error, false, "its cluster is moving the key"},
    meaning{"MOVED", errc::rejected, false,
            "it belongs to a cluster: name a server outside of one, or a proxy that speaks for it"},
    meaning{"ASK", errc::rejected, false,
            "it belongs to a cluster: name a server outside of one, or a proxy that speaks for it"},
    meaning{"CROSSSLOT", errc::rejected, false, "put a part of redis_options::prefix in braces"},
    meaning{"BUSY", errc::server_error, true, "a script is running there"},
    meaning{"OOM", errc::server_error, false, "it has reached its maxmemory and throws nothing out"},
    meaning{"MISCONF", errc::server_error, false, "it cannot save its data to the disk, and takes no writes"},
    meaning{"NOREPLICAS", errc::server_error, false, "too few replicas are there for it to take writes"},
    meaning{"NOSCRIPT", errc::not_found, false, "it has forgotten the script, which must be sent again"},
    meaning{"UNKILLABLE", errc::server_error, true, "a script is running there"},
};

std::string_view first_word(std::string_view text) noexcept
{
    return text.substr(0, text.find(' '));
}

/// Where a script failed, Redis 6 says so first, and what a command in it was told further on.
std::string_view telling_word(std::string_view text) noexcept
{
    constexpr std::string_view of_script = "ERR Error running script";
    constexpr std::string_view mark = ": -";
    if (text.starts_with(of_script)) {
        if (const std::size_t at = text.rfind(mark); at != std::string_view::npos) {
            return first_word(text.substr(at + mark.size()));
        }
    }
    return first_word(text);
}

const meaning* meaning_of(std::string_view word) noexcept
{
    const auto at = std::find_if(meanings.begin(), meanings.end(),
                                 [word](const meaning& each) { return each.word == word; });
    return at == meanings.end() ? nullptr : &*at;
}

/// Redis quotes the arguments of what it does not know.
std::string_view without_arguments(std::string_view text) noexcept
{
    return text.substr(0, text.find(", with args"));
}

std::string_view advice_for(std::string_view text) noexcept
{
    const auto holds = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
    if (holds("unknown command") || holds("unknown subcommand")) {
        return "Redis 6 or later is needed, with streams and scripts";
    }
    if (holds("DB index") || holds("SELECT is not allowed")) {
        return "check redis_options::database";
    }
    if (holds("max number of clients")) {
        return "raise its maxclients";
    }
    return {};
}

} // namespace

error refusal(const subject& who, const reply& answer)
{
    const std::string_view word = telling_word(answer.text);
    const meaning* const known = meaning_of(word);
    error_info info;
    info.call = "redis";
    info.method = who.command;
    info.attempts = 1;
    info.outcome = outcome::answered;
    // A script may have written before it failed.
    info.effect = who.command.starts_with("EVAL") && known == nullptr ? effect::unknown : effect::none;
    info.api_code = word;
    info.api_message = without_arguments(answer.text);
    const std::string_view advice = known != nullptr ? known->advice : advice_for(answer.text);
    info.detail = "Redis at " + std::string(who.address) + " refused it";
    if (!advice.empty()) {
        info.detail.append(": ").append(advice);
    }
    return {make_error_code(known != nullptr ? known->code : errc::rejected), std::move(info)};
}

error no_reply(const subject& who, boost::system::error_code code, outcome what, std::string detail)
{
    error_info info;
    info.call = "redis";
    info.method = who.command;
    info.attempts = what == outcome::not_sent ? 0 : 1;
    info.outcome = what;
    info.effect = what == outcome::not_sent ? effect::none : effect::unknown;
    info.detail = std::move(detail);
    return {code, std::move(info)};
}

error not_sent_because(std::string_view command, const error& why)
{
    error_info info = why.info();
    if (!info.method.empty() && info.method != command) {
        info.detail = "no connection could be used, since " + info.method + " failed: " + info.detail;
    }
    info.method = command;
    info.attempts = 0;
    info.outcome = outcome::not_sent;
    info.effect = effect::none;
    return {why.code(), std::move(info)};
}

bool sends_elsewhere(const reply& answer) noexcept
{
    const meaning* const known = answer.is_error() ? meaning_of(telling_word(answer.text)) : nullptr;
    return known != nullptr && known->elsewhere;
}

} // namespace videosdk::inline v0::redis
