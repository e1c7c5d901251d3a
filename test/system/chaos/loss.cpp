// The connection is ended from within: by the hooks between two handlers and between a request and its
// answer.
#include "loss.hpp"

#include "libcurl.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <utility>

namespace test {
namespace {

constexpr std::string_view route_of(call_kind call) noexcept
{
    switch (call) {
    case call_kind::get:
        return "get";
    case call_kind::acquire:
        return "acquire";
    case call_kind::release:
        break;
    }
    return "release";
}

boost::asio::awaitable<call_report> make_call(videosdk::client& client, call_kind call, std::string id)
{
    call_report report;
    if (call == call_kind::get) {
        report = co_await get(client, id);
    } else if (call == call_kind::acquire) {
        report = co_await acquire(client);
    } else {
        report = co_await release(client, id);
    }
    co_return report;
}

/// What is done in one turn with the call, so that no event of a socket can come between.
boost::asio::awaitable<call_report> make_call_after(std::function<void()> first, videosdk::client& client,
                                                    call_kind call, std::string id)
{
    first();
    const call_report report = co_await make_call(client, call, id);
    co_return report;
}

boost::asio::awaitable<call_report> get_and_make_call(videosdk::client& client, std::string known,
                                                      std::function<void()> between, call_kind call,
                                                      std::string id)
{
    const call_report before = co_await get(client, known);
    BOOST_TEST_REQUIRE(before.succeeded, before.text);
    between();
    const call_report report = co_await make_call(client, call, id);
    co_return report;
}

boost::asio::awaitable<videosdk::transport_counts> counts_of(videosdk::client& client)
{
    const auto counts = co_await client.counts();
    co_return counts;
}

/// A connection that never carried an exchange: its call was cancelled while it was being made.
void open_unused(stage& where, videosdk::client& client, const std::string& id)
{
    const std::size_t before = where.proxy.links();
    boost::asio::cancellation_signal enough;
    bool over = false;
    boost::asio::co_spawn(where.io, get(client, id),
                          boost::asio::bind_cancellation_slot(
                              enough.slot(), [&](std::exception_ptr, const call_report&) { over = true; }));
    where.run_until([&] { return where.proxy.links() > before && where.proxy.newest().seen(flow::up) > 0; });
    // The handshake waits for the call's end, or the request would leave with its last word.
    where.proxy.newest().plan(flow::down).stall_at = 0;
    enough.emit(boost::asio::cancellation_type::terminal);
    where.run_until([&] { return over; });
    where.proxy.newest().plan(flow::down).stall_at.reset();
    where.wait_for_connections(client, 1);
}

/// What a new client says until it may write a request.
std::uint64_t handshake_bytes(stage& where, const std::string& id)
{
    videosdk::client client = where.make_client();
    open_unused(where, client, id);
    return where.proxy.newest().seen(flow::up);
}

/// Ends one connection at the place that was asked for.
class cutter {
public:
    cutter(stage& where, const loss& what, call_kind call) : stage_(where), loss_(what), call_(call) {}
    ~cutter()
    {
        stage_.on_next_request = nullptr;
        stage_.after_handler = nullptr;
    }

    /// Now; returns when the client's kernel knows.
    void cut()
    {
        line_ = &stage_.proxy.newest();
        line_->end(loss_.how);
        line_->wait_until_client_is_told();
    }

    /// At a place that comes after the connection's handshake or last answer, which is now.
    void arm()
    {
        line_ = &stage_.proxy.newest();
        if (loss_.where == place::before_write) {
            cut();
        } else if (loss_.where == place::mid_write) {
            end_after(flow::up, part_of_request());
        } else {
            stage_.on_next_request = [this] { on_request(); };
        }
    }

    /// The same on the next connection, whose client has said so many bytes when its handshake is over.
    void arm_next(std::uint64_t handshake)
    {
        link_plan plan;
        if (loss_.where == place::before_write || loss_.where == place::mid_write) {
            plan.up.end_at = handshake + (loss_.where == place::mid_write ? part_of_request() : 0);
            plan.up.end_how = loss_.how;
        } else {
            stage_.on_next_request = [this] { on_request(); };
        }
        stage_.proxy.set_plan(plan);
        stage_.after_handler = [this, before = stage_.proxy.links()] {
            if (stage_.proxy.links() == before) {
                return false;
            }
            stage_.proxy.set_plan({});
            line_ = &stage_.proxy.newest();
            return true;
        };
    }

    /// Steps until both sides have closed what was cut.
    void settle()
    {
        BOOST_TEST_REQUIRE(line_ != nullptr);
        BOOST_TEST_REQUIRE(line_->ended());
        stage_.run_until([this] { return line_->closed(); });
    }

private:
    /// Some of it, and not all.
    std::uint64_t part_of_request() const noexcept { return call_ == call_kind::acquire ? 1000 : 100; }

    void end_after(flow way, std::uint64_t bytes)
    {
        line_->plan(way).end_at = line_->passed(way) + bytes;
        line_->plan(way).end_how = loss_.how;
    }

    void on_request()
    {
        stage_.proxy.turn(); // What comes down from here on is the answer.
        end_after(flow::down, loss_.where == place::no_answer  ? 0
                              : loss_.where == place::one_byte ? 1
                              : call_ == call_kind::release    ? 100
                                                               : 1000);
    }

    stage& stage_;
    const loss loss_;
    const call_kind call_;
    chaos_link* line_ = nullptr;
};

/// The provider's books, from one moment on.
class books {
public:
    books(const stage& where, call_kind call) : stage_(where), route_(route_of(call)), before_(now()) {}

    std::uint64_t served() const { return now().count(route_) - before_.count(route_); }
    std::uint64_t units() const { return now().resources_acquired - before_.resources_acquired; }
    std::uint64_t released() const { return now().resources_released - before_.resources_released; }

private:
    videosdk::emulator::statistics now() const { return stage_.provider.statistics(); }

    const stage& stage_;
    std::string_view route_;
    videosdk::emulator::statistics before_;
};

std::string units_text(std::uint64_t units)
{
    return units == 0 ? std::string() : " +" + std::to_string(units);
}

} // namespace

std::string played::text() const
{
    std::string line(code_name(report));
    if (report.effect) {
        line.append(" ").append(to_string(*report.effect));
    }
    return line + "/" + std::to_string(exchanges) + units_text(units);
}

played play(stage& where, const loss& what, call_kind call, const std::string& id)
{
    videosdk::client client = where.make_client();
    const std::string target = call == call_kind::release ? where.idle_resource() : id;
    const std::uint64_t handshake = what.reused ? 0 : handshake_bytes(where, id);
    cutter cut(where, what, call);
    played result;
    std::optional<books> book;
    std::uint64_t exchanges_before = 0;
    const auto begin = [&] { book.emplace(where, call); };
    if (what.where == place::idle || what.where == place::checkout) {
        if (what.reused) {
            const call_report first = where.run(get(client, id));
            BOOST_TEST_REQUIRE(first.succeeded, first.text);
        } else {
            open_unused(where, client, id);
        }
        exchanges_before = what.reused ? 1 : 0;
        begin();
        if (what.where == place::idle) {
            cut.cut();
            where.wait_for_connections(client, 0);
            result.report = where.run(make_call(client, call, target));
        } else {
            const auto unseen = [&] {
                cut.cut();
                where.clock->advance(1ms); // Long enough idle to be looked at.
            };
            result.report = where.run(make_call_after(unseen, client, call, target));
        }
    } else if (what.reused) {
        exchanges_before = 1;
        const auto between = [&] {
            begin();
            cut.arm();
        };
        result.report = where.run(get_and_make_call(client, id, between, call, target));
    } else {
        begin();
        cut.arm_next(handshake);
        result.report = where.run(make_call(client, call, target));
    }
    cut.settle();
    result.served = book->served();
    result.units = book->units();
    result.released = book->released();
    const auto counts = where.run(counts_of(client));
    result.exchanges = counts.exchanges - exchanges_before;
    result.left_open = counts.connections_open;
    BOOST_TEST(counts.connections_idle == counts.connections_open);
    return result;
}

std::string play_libcurl(stage& where, const loss& what, call_kind call, const std::string& id)
{
    const bool before_call = what.where == place::idle || what.where == place::checkout;
    if (!libcurl::here() || call == call_kind::release || (before_call && !what.reused)) {
        return {};
    }
    std::optional<libcurl> client(std::in_place, where);
    cutter cut(where, what, call);
    const std::string resource = "/v2/resource/" + id;
    if (what.reused) {
        BOOST_TEST_REQUIRE(client->ask(resource, {}, [] {}) == "200");
    }
    const books book(where, call);
    bool armed = before_call;
    if (before_call) {
        cut.cut();
    }
    const auto before_write = [&] {
        if (!armed) {
            armed = true;
            where.proxy.turn(); // The last word of the handshake.
            cut.arm();
        }
    };
    const std::string status =
        call == call_kind::get
            ? client->ask(resource, {}, before_write)
            : client->ask("/v2/resource/acquire",
                          R"({"type":"recording","webhookUrl":")" + long_webhook_url() + "\"}", before_write);
    client.reset(); // It looks at a connection when it is used again, or ended.
    cut.settle();
    return status + "/" + std::to_string(book.served()) + units_text(book.units());
}

} // namespace test
