// Whoever awaits an operation of another context keeps his own running until it has ended.
#include "scheduler/operation.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>

namespace {

namespace asio = boost::asio;

/// Ends when the test says so.
class told_operation final : public videosdk::awaited_operation<int> {
public:
    void begin() override { begun = true; }
    void on_cancel() override { abort(); }
    void end(int with) { complete(with); }

    bool begun = false;
};

struct two_contexts {
    asio::io_context callers{1};
    asio::io_context home{1};
    boost::intrusive_ptr<told_operation> operation{new told_operation};
    std::optional<int> got;

    asio::awaitable<int> wait()
    {
        boost::intrusive_ptr<videosdk::awaited_operation<int>> what = operation;
        return videosdk::await_value(std::move(what), asio::any_io_executor(home.get_executor()));
    }

    asio::awaitable<void> wait_and_note()
    {
        const int value = co_await wait();
        got = value;
    }

    asio::awaitable<void> nested() { co_await wait_and_note(); }

    asio::awaitable<void> beside_another()
    {
        using namespace asio::experimental::awaitable_operators;
        const auto at_once = []() -> asio::awaitable<void> { co_return; };
        co_await (wait_and_note() && at_once());
    }

    /// The callers' context has nothing else to do, and still does not run out of work.
    void check()
    {
        callers.poll();
        BOOST_TEST(!callers.stopped());
        home.poll();
        BOOST_TEST(operation->begun);
        BOOST_TEST(!callers.stopped());
        asio::post(home, [this] { operation->end(7); });
        home.restart();
        home.poll();
        callers.run(); // returns, since nobody waits any more
        BOOST_TEST((got == 7));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(awaiting, two_contexts)

BOOST_AUTO_TEST_CASE(a_coroutine_on_an_io_context_is_work_there_while_it_waits)
{
    asio::co_spawn(callers, wait_and_note(), asio::detached);
    check();
}

BOOST_AUTO_TEST_CASE(so_is_one_on_a_strand)
{
    asio::co_spawn(asio::make_strand(callers), wait_and_note(), asio::detached);
    check();
}

BOOST_AUTO_TEST_CASE(so_is_one_that_another_awaits)
{
    asio::co_spawn(callers, nested(), asio::detached);
    check();
}

BOOST_AUTO_TEST_CASE(so_is_one_that_is_awaited_beside_another)
{
    asio::co_spawn(callers, beside_another(), asio::detached);
    check();
}

BOOST_AUTO_TEST_SUITE_END()
