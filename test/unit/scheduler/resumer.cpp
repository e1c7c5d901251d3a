// A resumer resumes once, wherever it was moved to; where it never did, what it holds is destroyed with it.
#include "scheduler/resumer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <type_traits>
#include <utility>

using videosdk::resumer;

namespace {

struct happened {
    int resumed = 0;
    int destroyed = 0;
};

/// Owns what it points to, as Asio's handlers do.
class handler {
public:
    explicit handler(happened& what) : what_(&what) {}
    handler(handler&& other) noexcept : what_(std::exchange(other.what_, nullptr)) {}
    ~handler()
    {
        if (what_ != nullptr) {
            ++what_->destroyed;
        }
    }
    void operator()() { ++std::exchange(what_, nullptr)->resumed; }

private:
    happened* what_;
};

static_assert(!std::is_copy_constructible_v<resumer>);
static_assert(sizeof(resumer) == 2 * sizeof(void*));

} // namespace

BOOST_AUTO_TEST_SUITE(resumers)

BOOST_AUTO_TEST_CASE(an_empty_one_says_so)
{
    const resumer none{};
    BOOST_TEST(!none);
}

BOOST_AUTO_TEST_CASE(it_resumes_once_and_is_empty_then)
{
    happened what;
    {
        resumer first{handler(what)};
        resumer second(std::move(first));
        BOOST_TEST(!first);
        BOOST_TEST(static_cast<bool>(second));
        second.resume();
        BOOST_TEST(!second);
    }
    BOOST_TEST(what.resumed == 1);
    BOOST_TEST(what.destroyed == 0);
}

BOOST_AUTO_TEST_CASE(what_never_resumed_is_destroyed_with_it)
{
    happened what;
    happened other;
    {
        resumer held{handler(what)};
        held = resumer(handler(other));
        BOOST_TEST(what.destroyed == 1);
        BOOST_TEST(other.destroyed == 0);
    }
    BOOST_TEST(what.resumed == 0);
    BOOST_TEST(other.destroyed == 1);
}

BOOST_AUTO_TEST_CASE(it_may_be_replaced_while_it_resumes)
{
    struct replacing {
        resumer* where;
        void operator()() { *where = resumer(); }
    };
    resumer held;
    held = resumer(replacing{&held});
    held.resume();
    BOOST_TEST(!held);
}

BOOST_AUTO_TEST_CASE(its_executor_is_the_coroutines_own)
{
    struct with_executor {
        using executor_type = boost::asio::any_io_executor;
        const boost::asio::any_io_executor* where;
        executor_type get_executor() const noexcept { return *where; }
        void operator()() {}
    };
    boost::asio::io_context io;
    const boost::asio::any_io_executor where = io.get_executor();
    const resumer held{with_executor{&where}};
    BOOST_TEST((held.executor() == where));
}

BOOST_AUTO_TEST_SUITE_END()
