// How often the heap is used for a small answer: once for each string too long to be kept in place, once for
// the vector of units, and never for the JSON itself.
#include "expect.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t allocations = 0;

void* allocate(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size)
{
    return allocate(size);
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace model = videosdk::model;

BOOST_AUTO_TEST_SUITE(allocation)

BOOST_AUTO_TEST_CASE(a_small_answer_is_parsed_in_the_scratch_memory)
{
    std::array<unsigned char, 4096> scratch;
    const std::size_t before = allocations;
    const auto answer = model::read_acquire(sample_acquire, scratch);
    const std::size_t used = allocations - before;
    BOOST_TEST(answer.has_value());
    BOOST_TEST(used == 2U); // the vector and the webhook URL: the id stands in its place

    const std::size_t without = allocations;
    const auto other = model::read_any_acquire(sample_acquire, {});
    BOOST_TEST(other.has_value());
    BOOST_TEST(allocations - without > used); // so the count above was able to differ

    const std::size_t in_scratch = allocations;
    const auto same = model::read_any_acquire(sample_acquire, scratch);
    BOOST_TEST(same.has_value());
    BOOST_TEST(allocations - in_scratch == used); // however it is read
}

BOOST_AUTO_TEST_CASE(an_acquire_body_is_written_into_one_piece_of_memory)
{
    const videosdk::acquire_request request = {.type = videosdk::resource_type::recording,
                                               .webhook_url = "https://hooks.example.com/videosdk",
                                               .units = 3};
    const std::size_t before = allocations;
    const auto body = model::write(request);
    const std::size_t used = allocations - before;
    BOOST_TEST(body.has_value());
    BOOST_TEST(used == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
