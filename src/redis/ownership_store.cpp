// An ownership's store in Redis: arguments to scripts, and their replies to answers.
#include "redis/connection.hpp"
#include "redis/ownership_scripts.hpp"
#include "scheduler/serial_executor.hpp"

#include <videosdk/redis_ownership_store.hpp>

#include <boost/asio/post.hpp>

#include <initializer_list>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using redis::command;
using redis::reply;
using link_ptr = std::shared_ptr<redis::connection>;

/// For what is known of a boot, after it was last heard of.
constexpr std::chrono::milliseconds remembered = std::chrono::hours(24 * 30);

std::string milliseconds(std::chrono::nanoseconds time)
{
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

std::string base_of(const redis::connection& link)
{
    return link.key("{ownership}:");
}

/// One call of a script, as it is put together.
class script_call {
public:
    script_call(link_ptr link, std::string_view script) : link_(std::move(link)), base_(base_of(*link_))
    {
        words_ = {"EVAL", std::string(script), "0"};
    }
    script_call& key(std::string_view name, std::string_view boot = {})
    {
        words_.push_back(base_ + std::string(name) + std::string(boot));
        words_[2] = std::to_string(++keys_);
        return *this;
    }
    script_call& argument(std::string word)
    {
        words_.push_back(std::move(word));
        return *this;
    }
    script_call& arguments(const std::vector<std::string>& words)
    {
        words_.insert(words_.end(), words.begin(), words.end());
        return *this;
    }
    /// The reply, which is no error.
    asio::awaitable<result<reply>> send() const
    {
        const std::vector<std::string_view> views(words_.begin(), words_.end());
        return link_->try_call(command(std::span<const std::string_view>(views)));
    }
    const std::string& base() const noexcept { return base_; }

private:
    link_ptr link_;
    std::string base_;
    std::vector<std::string> words_;
    std::size_t keys_ = 0;
};

[[noreturn]] void throw_unexpected(const char* step)
{
    error_info info;
    info.call = step;
    info.detail = "Redis answered otherwise than the script does";
    throw error(make_error_code(errc::unexpected_response), std::move(info));
}

asio::awaitable<reply> value_of(asio::awaitable<result<reply>> asked)
{
    result<reply> answer = co_await std::move(asked);
    if (!answer) {
        throw answer.error();
    }
    co_return std::move(*answer);
}

asio::awaitable<bool> yes_or_no(const char* step, asio::awaitable<result<reply>> asked)
{
    const reply answer = co_await value_of(std::move(asked));
    if (!answer.is_integer()) {
        throw_unexpected(step);
    }
    co_return answer.number == 1;
}

asio::awaitable<void> nothing(asio::awaitable<result<reply>> asked)
{
    co_await value_of(std::move(asked));
}

asio::awaitable<std::optional<std::uint64_t>> fence_of(asio::awaitable<result<reply>> asked)
{
    const reply answer = co_await value_of(std::move(asked));
    if (answer.is_nil()) {
        co_return std::nullopt;
    }
    if (!answer.is_integer() || answer.number <= 0) {
        throw_unexpected("lock");
    }
    co_return static_cast<std::uint64_t>(answer.number);
}

asio::awaitable<std::vector<std::string>> texts_of(asio::awaitable<result<reply>> asked)
{
    reply answer = co_await value_of(std::move(asked));
    if (!answer.is_array()) {
        throw_unexpected("inherited");
    }
    std::vector<std::string> out;
    out.reserve(answer.elements.size());
    for (reply& each : answer.elements) {
        out.push_back(std::move(each.text));
    }
    co_return std::move(out);
}

boot_state state_of(std::int64_t number)
{
    switch (number) {
    case 2:
        return boot_state::beating;
    case 3:
        return boot_state::silent;
    case 4:
        return boot_state::buried;
    default:
        return boot_state::unknown;
    }
}

asio::awaitable<std::optional<store_sighting>> sighting_of(asio::awaitable<result<reply>> asked)
{
    const reply answer = co_await value_of(std::move(asked));
    if (answer.is_nil()) {
        co_return std::nullopt;
    }
    const bool whole = answer.is_array() && answer.elements.size() == 2 &&
                       answer.elements[0].elements.size() % 3 == 0 &&
                       answer.elements[1].elements.size() % 2 == 0;
    if (!whole) {
        throw_unexpected("look");
    }
    store_sighting out;
    const std::vector<reply>& boots = answer.elements[0].elements;
    for (std::size_t i = 0; i != boots.size(); i += 3) {
        out.boots.emplace_back(boots[i].text, state_of(boots[i + 1].number),
                               static_cast<std::uint64_t>(boots[i + 2].number));
    }
    const std::vector<reply>& heirs = answer.elements[1].elements;
    for (std::size_t i = 0; i != heirs.size(); i += 2) {
        out.heirs.emplace(heirs[i].text, heirs[i + 1].text);
    }
    co_return std::optional<store_sighting>(std::move(out));
}

link_ptr new_link(const asio::any_io_executor& executor, const redis_options& options)
{
    const asio::any_io_executor serial = make_serial(executor);
    return redis::make_connection(serial, make_timer_scheduler(serial), options, "videosdk-ownership");
}

} // namespace

redis_ownership_store::redis_ownership_store(const asio::any_io_executor& executor,
                                             const redis_options& options)
    : link_(new_link(executor, options))
{
}

redis_ownership_store::~redis_ownership_store()
{
    if (const asio::any_io_executor home = link_->executor()) {
        try {
            asio::post(home, [link = link_] { link->close(); });
        } catch (...) {
            // Out of memory, in a destructor: the connection ends with its context.
            static_cast<void>(0);
        }
    }
}

asio::awaitable<bool> redis_ownership_store::beat(std::string boot, std::chrono::nanoseconds lasts)
{
    script_call call(link_, redis::scripts::beat);
    call.key("beat:", boot).key("known:", boot).key("buried:", boot);
    call.argument(milliseconds(lasts)).argument(milliseconds(remembered));
    return yes_or_no("beat", call.send());
}

asio::awaitable<void> redis_ownership_store::leave(std::string boot)
{
    script_call call(link_, redis::scripts::leave);
    call.key("beat:", boot).key("known:", boot).key("heirs").argument(std::move(boot));
    return nothing(call.send());
}

asio::awaitable<std::optional<std::uint64_t>> redis_ownership_store::lock(std::string boot,
                                                                          std::chrono::nanoseconds lasts)
{
    script_call call(link_, redis::scripts::lock);
    call.key("lock").key("fence").key("buried:", boot);
    call.argument(std::move(boot)).argument(milliseconds(lasts));
    return fence_of(call.send());
}

asio::awaitable<void> redis_ownership_store::unlock(std::uint64_t fence)
{
    script_call call(link_, redis::scripts::unlock);
    call.key("lock").key("fence").argument(std::to_string(fence));
    return nothing(call.send());
}

asio::awaitable<std::optional<store_sighting>> redis_ownership_store::look(std::uint64_t fence,
                                                                           std::vector<std::string> boots,
                                                                           std::vector<std::string> units)
{
    script_call call(link_, redis::scripts::look);
    call.key("fence").key("heirs").argument(std::to_string(fence)).argument(call.base());
    call.argument(milliseconds(remembered)).argument(std::to_string(boots.size()));
    call.arguments(boots).arguments(units);
    return sighting_of(call.send());
}

asio::awaitable<bool> redis_ownership_store::bury(std::uint64_t fence, std::string boot, std::uint64_t beats)
{
    script_call call(link_, redis::scripts::bury);
    call.key("fence").key("beat:", boot).key("known:", boot).key("buried:", boot);
    call.argument(std::to_string(fence)).argument(std::to_string(beats)).argument(milliseconds(remembered));
    return yes_or_no("bury", call.send());
}

asio::awaitable<bool> redis_ownership_store::claim(std::uint64_t fence, std::string unit, std::string from,
                                                   std::string by)
{
    script_call call(link_, redis::scripts::claim);
    call.key("fence").key("heirs").key("buried:", by).key("buried:", from).key("known:", by);
    call.argument(std::to_string(fence)).argument(std::move(unit));
    call.argument(std::move(from)).argument(std::move(by));
    return yes_or_no("claim", call.send());
}

asio::awaitable<std::vector<std::string>> redis_ownership_store::inherited(std::string boot)
{
    script_call call(link_, redis::scripts::inherited);
    call.key("heirs").argument(std::move(boot));
    return texts_of(call.send());
}

asio::awaitable<bool> redis_ownership_store::prune(std::uint64_t fence, std::vector<std::string> units)
{
    script_call call(link_, redis::scripts::prune);
    call.key("fence").key("heirs").key("lock").argument(std::to_string(fence)).argument(call.base());
    call.arguments(units);
    return yes_or_no("prune", call.send());
}

} // namespace videosdk::inline v0
