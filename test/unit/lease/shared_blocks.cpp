// What is shared, side by side or in a text: each ends with its last reference, on whatever thread that is.
#include "lease/shared_blocks.hpp"

#include <videosdk/shared_text.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace leasing = videosdk::leasing;

namespace {

/// Says that it lives.
class living {
public:
    living(std::atomic<int>& alive, int its_name) : name(its_name), alive_(alive) { ++alive_; }
    living(const living&) = delete;
    living& operator=(const living&) = delete;
    ~living() { --alive_; }

    const int name;

private:
    std::atomic<int>& alive_;
};

struct made_or_not {
    explicit made_or_not(bool fails)
    {
        if (fails) {
            throw std::runtime_error("no");
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(shared_blocks_)

BOOST_AUTO_TEST_CASE(each_ends_with_its_last_reference_and_may_outlive_the_owner)
{
    std::atomic<int> alive = 0;
    std::optional<leasing::shared_blocks<living, 4>> all(std::in_place);
    std::vector<std::shared_ptr<living>> kept;
    for (int name = 0; name != 30; ++name) {
        kept.push_back(all->make(alive, name));
    }
    BOOST_TEST(alive == 30);
    for (std::size_t i = 0; i < kept.size(); i += 3) {
        const std::shared_ptr<living> another = kept[i];
        kept[i].reset();
        BOOST_TEST(another->name == static_cast<int>(i));
    }
    BOOST_TEST(alive == 20);
    all.reset();
    for (std::size_t i = 0; i != kept.size(); ++i) {
        BOOST_TEST((i % 3 == 0 ? kept[i] == nullptr : kept[i]->name == static_cast<int>(i)));
    }
    const std::weak_ptr<living> watched = kept[1];
    kept.clear();
    BOOST_TEST(alive == 0);
    BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(blocks_double_until_they_are_large_enough)
{
    std::atomic<int> alive = 0;
    leasing::shared_blocks<living, 2, 8> all;
    std::vector<std::shared_ptr<living>> kept;
    for (int name = 0; name != 30; ++name) {
        kept.push_back(all.make(alive, name));
    }
    const auto place = [&](std::size_t i) { return reinterpret_cast<std::uintptr_t>(kept[i].get()); };
    const std::uintptr_t beside_each_other = place(1) - place(0);
    std::vector<std::size_t> first_of_block;
    for (std::size_t i = 1; i != kept.size(); ++i) {
        if (place(i) - place(i - 1) != beside_each_other) {
            first_of_block.push_back(i);
        }
    }
    const std::vector<std::size_t> expected{2, 6, 14, 22};
    BOOST_TEST(first_of_block == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_made_harms_no_other)
{
    leasing::shared_blocks<made_or_not, 4> all;
    std::vector<std::shared_ptr<made_or_not>> kept;
    for (int i = 0; i != 20; ++i) {
        if (i % 3 == 1) {
            BOOST_CHECK_THROW(all.make(true), std::runtime_error);
        } else {
            kept.push_back(all.make(false));
        }
    }
    for (const auto& each : kept) {
        BOOST_TEST(each.use_count() == 1);
    }
}

BOOST_AUTO_TEST_CASE(the_last_references_may_go_on_another_thread_while_more_are_made)
{
    std::atomic<int> alive = 0;
    {
        leasing::shared_blocks<living, 8> all;
        for (int round = 0; round != 20; ++round) {
            std::vector<std::shared_ptr<living>> theirs;
            for (int i = 0; i != 100; ++i) {
                theirs.push_back(all.make(alive, i));
            }
            std::thread other([mine = std::exchange(theirs, {})]() mutable { mine.clear(); });
            std::vector<std::shared_ptr<living>> ours;
            for (int i = 0; i != 100; ++i) {
                ours.push_back(all.make(alive, i));
            }
            other.join();
            for (int i = 0; i != 100; ++i) {
                BOOST_TEST_REQUIRE(ours[static_cast<std::size_t>(i)]->name == i);
            }
        }
    }
    BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(a_text_that_is_shared_may_go_on_another_thread_too)
{
    static constexpr std::string_view url = "https://hooks.example.com/videosdk/v1-abcdefghijklmnop";
    auto shared = std::make_unique<videosdk::shared_text>(url);
    std::vector<std::thread> others;
    for (int i = 0; i != 4; ++i) {
        others.emplace_back([mine = *shared] {
            for (int round = 0; round != 1'000; ++round) {
                const videosdk::shared_text other(mine); // NOLINT(*-unnecessary-copy-initialization)
                if (other.size() != url.size()) {
                    std::terminate();
                }
            }
        });
    }
    BOOST_TEST((*shared == url));
    shared.reset(); // whose is the last reference?
    for (std::thread& each : others) {
        each.join();
    }
}

BOOST_AUTO_TEST_SUITE_END()
