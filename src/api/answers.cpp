// Reading answers: HTTP 200 can still be a failure.
#include "api/answers.hpp"

#include "api/call.hpp"
#include "model/json.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace videosdk::inline v0 {
namespace {

/// `{"success":false,…}`: the provider did nothing and says why.
error rejected(const response& answer, const call_base& call)
{
    return call.refusal(answer, errc::rejected, effect::none);
}

/// The status says yes, the body is not what is documented: a call that buys may have bought.
error unexpected(const response& answer, const call_base& call, std::string_view detail)
{
    return {errc::unexpected_response, call.answered(answer, call.doubt(),
                                                     "HTTP " + std::to_string(answer.status()) + ", but " +
                                                         with_content_type(std::string(detail), answer))};
}

/// Whether the body says `success:false`; bodies that are no JSON are left to their reader.
bool says_no(const response& answer)
{
    if (answer.body().find("\"success\"") == std::string_view::npos) {
        return false;
    }
    const auto said = model::read_summary(answer.body(), answer.scratch());
    return said && !said->success;
}

bool starts_with_one_of(std::string_view& text, std::span<const std::string_view> words)
{
    for (const std::string_view each : words) {
        if (boost::algorithm::istarts_with(text, each)) {
            text.remove_prefix(each.size());
            return true;
        }
    }
    return false;
}

/// The state that a release wants is there. The provider's words for it are not documented: these, at the
/// beginning and with nothing behind them but a new clause, since "Only an idle resource is released" and "a
/// resource is released when it is idle" say the opposite, and a unit taken for released is billed on.
bool says_already_released(std::string_view message)
{
    static constexpr std::array<std::string_view, 3> subjects{"the resource ", "this resource ", "resource "};
    static constexpr std::array<std::string_view, 7> predicates{
        "already released",     "is already released",
        "was already released", "has already been released",
        "is released already",  "has been released already",
        "is released"};
    starts_with_one_of(message, subjects);
    if (!starts_with_one_of(message, predicates)) {
        return false;
    }
    return message.empty() || std::string_view(".:;,!").find(message.front()) != std::string_view::npos;
}

template <class T>
result<T> read_with(model::parsed<T> (*read)(std::string_view, std::span<unsigned char>),
                    const response& answer, const call_base& call)
{
    if (says_no(answer)) {
        return rejected(answer, call);
    }
    model::parsed<T> value = read(answer.body(), answer.scratch());
    if (!value) {
        return unexpected(answer, call, value.error().detail);
    }
    return std::move(*value);
}

/// An acquire that was refused; units that the refusal names all the same may have been bought.
error rejected_acquire(const response& answer, const call_base& call)
{
    error refused = rejected(answer, call);
    std::vector<resource> units = model::salvage_units(answer.body(), answer.scratch());
    if (units.empty()) {
        return refused;
    }
    error_info filled = refused.info();
    filled.effect = effect::unknown;
    filled.detail = "the answer says success:false and names " + std::to_string(units.size()) +
                    (units.size() == 1 ? " unit" : " units") +
                    " all the same, perhaps billed: see error::granted()";
    filled.granted = std::move(units);
    return {errc::unexpected_response, std::move(filled)};
}

/// Whether somebody on the way may have answered, with a page for people.
bool looks_like_page(const response& answer)
{
    const std::string_view body = answer.body();
    const std::size_t begin = body.find_first_not_of(" \t\r\n");
    const auto type = answer.header("content-type");
    return (begin != std::string_view::npos && body[begin] == '<') ||
           (type && answer.status() != 204 && boost::algorithm::istarts_with(*type, "text/html"));
}

} // namespace

bool tells_of_release(const error& refused, const call_base& call)
{
    // Of several ids it would not be known which one is meant.
    const bool refusal = refused.code() == errc::rejected || refused.http_status() / 100 == 4;
    return call.spec().releases.size() == 1 && refusal && says_already_released(refused.api_message());
}

result<std::vector<resource>> read_acquire_answer(const response& answer, const call_base& call)
{
    model::parsed<model::acquire_answer> read = model::read_acquire(answer.body(), answer.scratch());
    if (!read) {
        // Whatever it is, units that it names have been bought.
        error_info filled = unexpected(answer, call, read.error().detail).info();
        filled.granted = model::salvage_units(answer.body(), answer.scratch());
        return error(errc::unexpected_response, std::move(filled));
    }
    if (!read->summary.success) {
        return rejected_acquire(answer, call);
    }
    if (read->units.size() < call.spec().units) {
        error_info filled = call.answered(answer, effect::known,
                                          "asked for " + std::to_string(call.spec().units) +
                                              " units and got " + std::to_string(read->units.size()) +
                                              ", which are billed: see error::granted()");
        filled.granted = std::move(read->units);
        return error(errc::short_grant, std::move(filled));
    }
    return std::move(read->units);
}

result<resource> read_get_answer(const response& answer, const call_base& call)
{
    return read_with(&model::read_resource, answer, call);
}

result<resource_page> read_list_answer(const response& answer, const call_base& call)
{
    return read_with(&model::read_page, answer, call);
}

result<std::vector<release_result>> read_release_answer(const response& answer, const call_base& call)
{
    auto all = read_with(&model::read_release, answer, call);
    if (all) {
        for (release_result& each : *all) {
            each.success = each.success || says_already_released(each.message);
        }
        for (const std::string& id : call.spec().releases) {
            const bool mentioned = std::any_of(all->begin(), all->end(),
                                               [&](const release_result& each) { return each.id == id; });
            if (!mentioned) {
                release_result& silent = all->emplace_back();
                silent.id = id;
                silent.message = "the answer does not mention it";
            }
        }
    }
    return all;
}

result<release_result> read_single_release_answer(const response& answer, const call_base& call)
{
    auto all = read_release_answer(answer, call);
    if (!all) {
        return all.error();
    }
    for (release_result& each : *all) {
        if (each.id != call.spec().releases.front()) {
            continue;
        }
        if (each.success) {
            return std::move(each);
        }
        error_info filled = call.answered(
            answer, effect::none, "resource " + each.id + " was not released: only idle resources are");
        filled.api_message = each.message;
        return error(errc::release_refused, std::move(filled));
    }
    return unexpected(answer, call, "the answer does not mention the resource");
}

result<started_composition> read_started_answer(const response& answer, const call_base& call)
{
    return read_with(&model::read_started, answer, call);
}

result<void> read_ended_answer(const response& answer, const call_base& call)
{
    if (says_no(answer)) {
        return rejected(answer, call);
    }
    const auto said = model::check_json(answer.body());
    if (!said) {
        return unexpected(answer, call, said.error().detail);
    }
    return {};
}

result<raw_response> read_raw_answer(const response& answer, const call_base& call)
{
    if (says_no(answer)) {
        return rejected(answer, call);
    }
    if (looks_like_page(answer)) {
        if (const auto said = model::check_json(answer.body()); !said) {
            return unexpected(answer, call, said.error().detail);
        }
    }
    raw_response raw;
    raw.status = answer.status();
    raw.body = answer.body();
    return raw;
}

} // namespace videosdk::inline v0
