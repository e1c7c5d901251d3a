// Reading answers: HTTP 200 can still be a failure.
#include "api/answers.hpp"

#include "api/call.hpp"
#include "model/json.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace videosdk::inline v0 {
namespace {

/// `{"success":false,…}`: the provider did nothing and says why.
error rejected(const response& answer, const call_base& call)
{
    return call.refusal(answer, errc::rejected, effect::none);
}

/// The status says yes, the body is not what is documented: a call that buys may have bought.
error unexpected(const response& answer, const call_base& call, std::string detail)
{
    return {errc::unexpected_response,
            call.answered(answer, call.doubt(),
                          "HTTP " + std::to_string(answer.status()) + ", but " + std::move(detail))};
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

/// The state that a release wants is there. The provider's words for it are not documented.
bool says_already_released(std::string_view message)
{
    return boost::algorithm::icontains(message, "already released") ||
           boost::algorithm::icontains(message, "is released");
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
        return unexpected(answer, call, std::move(value.error().detail));
    }
    return std::move(*value);
}

} // namespace

result<std::vector<resource>> read_acquire_answer(const response& answer, const call_base& call)
{
    model::parsed<model::acquire_answer> read = model::read_acquire(answer.body(), answer.scratch());
    if (!read) {
        // Whatever it is, units that it names have been bought.
        error_info filled = unexpected(answer, call, std::move(read.error().detail)).info();
        filled.granted = model::salvage_units(answer.body(), answer.scratch());
        return error(errc::unexpected_response, std::move(filled));
    }
    if (!read->summary.success) {
        return rejected(answer, call);
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
    raw_response raw;
    raw.status = answer.status();
    raw.body = answer.body();
    return raw;
}

} // namespace videosdk::inline v0
