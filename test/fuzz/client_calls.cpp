// The client, from the bytes of a response to the value or the error of a call. The first line of the input
// names the call (acquire, get, list, release, start, end, request); what follows is the response, which is
// given to every attempt.
#include "fuzz.hpp"
#include "http/response_reader.hpp"
#include "scripted_transport.hpp"

#include <videosdk/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace videosdk;

constexpr std::string_view token = "the-token-that-nobody-may-see";
constexpr std::uint32_t most_attempts = 3;

// The response as the connection would hand it over, or its failure.
test::step read_response(std::string_view bytes)
{
    using reader = videosdk::http::response_reader;
    reader response(videosdk::http::response_limits{});
    reader::state reached = reader::state::needs_more;
    while (reached == reader::state::needs_more && !bytes.empty()) {
        const auto place = response.prepare();
        const std::size_t size = std::min(place.size(), bytes.size());
        std::ranges::copy(bytes.substr(0, size), place.begin());
        bytes.remove_prefix(size);
        reached = response.commit(size);
    }
    if (reached == reader::state::needs_more) {
        reached = response.commit_end(false);
    }
    if (reached == reader::state::failed) {
        return test::failure(response.failure(), outcome::ambiguous);
    }
    std::vector<std::pair<std::string, std::string>> headers;
    for (const header_view& each : response.headers()) {
        headers.emplace_back(each.name, each.value);
    }
    return test::answer(response.status(), std::string(response.body()), std::move(headers));
}

struct ending {
    int times = 0;
    std::optional<error> failure;
};

void check_value(const std::vector<resource>& units)
{
    fuzz::require(!units.empty(), "an acquire that succeeds has bought what was asked for");
    for (const resource& each : units) {
        fuzz::require(!each.id.empty(), "each unit has an id");
    }
}

void check_value(const resource& unit)
{
    fuzz::require(!unit.id.empty(), "a unit has an id");
}

void check_value(const release_result& result)
{
    fuzz::require(result.success && result.id == "r1", "a release that succeeds has released the unit");
}

template <class T>
void check_value(const T&)
{
}

template <class T>
asio::awaitable<void> collect(asio::awaitable<result<T>> pending, ending& into)
{
    result<T> ended = co_await std::move(pending);
    ++into.times;
    if (ended.has_error()) {
        into.failure = ended.error();
    } else if constexpr (!std::is_void_v<T>) {
        check_value(*ended);
    }
}

class world {
public:
    explicit world(const test::step& response)
        : time_(std::make_shared<manual_scheduler>()),
          api_(std::make_shared<test::scripted_transport>(context_.get_executor(), time_)),
          source_(context_.get_executor(), settings(), api_, time_)
    {
        api_->decide = [&response](const test::seen_request&) { return response; };
    }

    ending call(std::string_view name)
    {
        ending into;
        begin(name, into);
        turn();
        for (int alarms = 0; into.times == 0 && alarms < 1000 && time_->armed() > 0; ++alarms) {
            asio::post(context_, [this] { time_->advance_to_next(); });
            turn();
        }
        fuzz::require(into.times == 1, "a call completes once");
        return into;
    }

    std::size_t exchanges() const { return api_->seen().size(); }

private:
    static client_options settings()
    {
        client_options out;
        out.credentials = credentials::token(std::string(token));
        out.retry.max_attempts = most_attempts;
        out.serial_executor = true;
        return out;
    }

    void begin(std::string_view name, ending& into)
    {
        if (name == "get") {
            spawn(source_.try_get("r1"), into);
        } else if (name == "list") {
            spawn(source_.try_list({.page = 1}), into);
        } else if (name == "release") {
            spawn(source_.try_release("r1"), into);
        } else if (name == "start") {
            spawn(source_.try_start_recording({.room_id = "room", .resource_id = "r1"}), into);
        } else if (name == "end") {
            spawn(source_.try_end_recording({.room_id = "room", .id = "c1"}), into);
        } else if (name == "request") {
            spawn(source_.try_request(verb::post, "/v2/rooms", "{}"), into);
        } else {
            spawn(source_.try_acquire(
                      {.type = resource_type::recording, .webhook_url = "https://example.com/h"}),
                  into);
        }
    }

    template <class T>
    void spawn(asio::awaitable<result<T>> pending, ending& into)
    {
        asio::co_spawn(context_, collect(std::move(pending), into), asio::detached);
    }

    void turn()
    {
        context_.restart();
        context_.poll();
    }

    asio::io_context context_;
    std::shared_ptr<manual_scheduler> time_;
    std::shared_ptr<test::scripted_transport> api_;
    client source_;
};

bool acts(std::string_view name)
{
    return name != "get" && name != "list";
}

// A unit can be released once only, so a release that is repeated does no harm.
bool may_act_twice(std::string_view name)
{
    return acts(name) && name != "release";
}

// What of an answer says that the provider did nothing.
bool nothing_was_done(const test::step& response)
{
    return response.status == 429 || (response.status >= 400 && response.status <= 404);
}

void check(const ending& ended, const test::step& response, std::string_view name, std::size_t exchanges)
{
    const bool answered = response.what == test::step::kind::answer;
    const bool fine = answered && response.status >= 200 && response.status <= 299;
    fuzz::require(exchanges >= 1 && exchanges <= most_attempts, "a call is tried within its policy");
    fuzz::require(exchanges == 1 || !may_act_twice(name) || (answered && nothing_was_done(response)),
                  "what may act twice is not sent again");
    if (!ended.failure) {
        fuzz::require(fine, "only an answer of 2xx is a success");
        return;
    }
    const error& failure = *ended.failure;
    const std::string_view what = failure.what();
    fuzz::require(fuzz::is_one_line(what) && what.size() < 4096, "an error is one line");
    fuzz::require(what.find(::token) == std::string_view::npos, "an error does not tell the token");
    fuzz::require(failure.attempts() == exchanges, "an error knows how often it was tried");
    fuzz::require(failure.http_status() == (answered ? response.status : 0), "an error knows its status");
    fuzz::require(failure.granted().empty() || failure.code() == errc::short_grant ||
                      (failure.code() == errc::unexpected_response && failure.ambiguous()),
                  "units come with an error only where fewer came than were asked for, or the answer is odd");
    fuzz::require(!failure.retry_after() || failure.retry_after()->count() >= 0, "no delay is negative");
    if (acts(name) && (!answered || response.status >= 500)) {
        fuzz::require(failure.ambiguous(), "without a whole answer nobody knows what was done");
    }
    if (answered && nothing_was_done(response)) {
        fuzz::require(!failure.ambiguous(), "a refusal has done nothing");
    }
}

} // namespace

void fuzz::client_calls(std::string_view input)
{
    const std::string_view name = pop_line(input);
    const test::step response = read_response(input);
    if (response.what == test::step::kind::answer && input.find(::token) != std::string_view::npos) {
        return; // whoever sends the token may see it
    }
    world where(response);
    const ending ended = where.call(name);
    check(ended, response, name, where.exchanges());
}
