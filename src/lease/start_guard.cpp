// The decisions of a guarded start.
#include "lease/start_guard.hpp"

#include <algorithm>
#include <utility>

namespace videosdk::inline v0::leasing {
namespace {

constexpr std::chrono::nanoseconds first_pause = std::chrono::milliseconds(500);
constexpr std::chrono::nanoseconds longest_pause = std::chrono::seconds(5);

} // namespace

start_guard::start_guard(std::vector<std::string> known, std::chrono::nanoseconds horizon, bool once)
    : known_(std::move(known)), horizon_(horizon), once_(once)
{
}

start_guard::action start_guard::posted(const result<started_composition>& answer, time_point now)
{
    if (answer) {
        in_doubt_ = false;
        id_ = answer->id;
        return {step::done};
    }
    if (answer.error().effect() == effect::none) {
        return fail(answer.error(), effect::none);
    }
    if (!once_) {
        return {step::post};
    }
    in_doubt_ = true;
    last_byte_ = now;
    failure_ = answer.error();
    asked_ = now;
    return {step::get};
}

start_guard::action start_guard::after_wait(time_point now)
{
    asked_ = now;
    return {step::get};
}

start_guard::action start_guard::got(const result<resource>& answer, time_point now)
{
    const bool late_enough = asked_ >= last_byte_ + horizon_;
    if (answer) {
        for (const std::string& each : answer->composer_ids) {
            if (std::find(known_.begin(), known_.end(), each) == known_.end()) {
                in_doubt_ = false;
                id_ = each;
                return {step::done};
            }
        }
        const bool over = answer->status == resource_status::released;
        const bool never = answer->status == resource_status::idle && late_enough;
        if (over || never) {
            return fail(failure_, effect::none);
        }
    } else if (late_enough && answer.error().code() == condition::not_found) {
        return fail(failure_, effect::none); // released, and forgotten
    }
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    const time_point proof = last_byte_ + horizon_;
    return {step::wait, now < proof ? std::min(proof, now + pause_) : now + pause_};
}

start_guard::action start_guard::fail(const error& why, effect what)
{
    in_doubt_ = false;
    error_info info = why.info();
    info.effect = what;
    failure_ = error(why.code(), std::move(info));
    return {step::failed};
}

} // namespace videosdk::inline v0::leasing
