// The test's books: every event that was made, who has taken it, and what became of the wait for it.
#pragma once

#include "settings.hpp"

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace nodes {

enum class sort : std::uint8_t {
    release = 1,    ///< Of a unit of one node's life, sent to the others; the provider does not tell of it.
    acquire,        ///< Of a unit of one node's life, sent to any; the provider tells of it.
    release_to_all, ///< As the first, but of nobody's unit.
    joining         ///< Nobody's, and nobody waits for it: only webhooks tell.
};

/// When somebody asks for it.
enum class asking : std::uint8_t {
    before = 1,  ///< It is sent.
    behind,      ///< Its answer.
    in_next_life ///< Of its home: by what Redis remembers, then.
};

/// One event, and the wait for it.
class record {
public:
    record() = default;

    std::size_t number = 0;
    sort what = sort::joining;
    unsigned home = 0; ///< The node whose unit it is, or where somebody waits.
    asking when = asking::before;
    std::string path;           ///< Where it is sent, as long as it is sent.
    unsigned life_at_first = 0; ///< Of its home, when it was sent for the first time.
    unsigned posts = 0;
    bool answered = false; ///< 2xx.
    unsigned taken = 0;    ///< A bit for each node.

    // Of its wait.
    bool wanted = false;          ///< It is to begin, or has.
    unsigned asks = 0;            ///< Lives that were asked.
    unsigned life_at_ask = 0;     ///< The last of them.
    bool sound_at_ask = false;    ///< Its Redis was there.
    unsigned troubles_at_ask = 0; ///< Of Redis, that had begun or ended then.
    bool told = false;            ///< The provider has told what is waited for.
    unsigned resumed = 0;         ///< Coroutines of that life.
    unsigned resolved = 0;        ///< Once all of them were; more where one more was.

    bool waited_for() const noexcept { return what != sort::joining; }
    /// Nodes that must have taken it.
    unsigned due() const noexcept { return to_all() ? (1U << count) - 1 : 1U << home; }
    bool to_all() const noexcept { return what == sort::release_to_all || what == sort::joining; }
    /// It was answered, taken and waited for to the end.
    bool done() const noexcept
    {
        return answered && (taken & due()) == due() && (resolved != 0 || !waited_for());
    }
    std::string body() const;
};

/// What the run was like.
class figures {
public:
    figures() = default;

    std::size_t events = 0;
    std::size_t answered = 0;
    std::size_t repeated = 0;       ///< Posts that were answered otherwise, or not at all.
    std::size_t not_taken = 0;      ///< Answered, and not taken by whom they were for.
    std::size_t waits = 0;          ///< Begun.
    std::size_t asked_again = 0;    ///< Of these, in a later life.
    std::size_t unresolved = 0;     ///< At the end.
    std::size_t resolved_twice = 0; ///< Or more often.
    std::size_t by_bus = 0;       ///< Resolved in the life that was asked first, without the provider's word.
    std::size_t by_bus_later = 0; ///< In a later life: by a stream, or by a fact that Redis kept.
    std::size_t acquires_by_provider = 0; ///< The provider had told, when it was asked.
    std::size_t releases_by_provider = 0; ///< The same: Redis could not be asked when the later life began.
};

std::ostream& operator<<(std::ostream& out, const figures& value);

class book {
public:
    explicit book(std::uint64_t seed) : random_(seed) {}

    /// A new one, of a sort and a home by chance.
    record& open();
    record* find(std::string_view id);
    /// Whose wait is not over.
    std::vector<record*> waiting_at(unsigned home);
    std::size_t waiting() const noexcept { return waiting_; }
    std::size_t open_events() const;
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    /// Its wait is to begin as soon as its home lives.
    void on_waiting(record& which);
    void on_asked(record& which, unsigned life);
    void on_taken(unsigned node, std::string_view id);
    void on_resolved(std::string_view id);
    void on_answered(record& which);
    std::size_t answered() const noexcept { return answered_; }
    figures sum() const;

private:
    std::mt19937_64 random_;
    std::deque<record> all_;
    std::array<std::vector<std::size_t>, count> waiting_at_;
    std::size_t waiting_ = 0;
    std::size_t answered_ = 0;
};

} // namespace nodes
