// The nodes' processes, one life after the other, and what they say.
#pragma once

#include "provider.hpp"
#include "support/process.hpp"
#include "support/reserved_port.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nodes {

/// One life of one node.
class life {
public:
    life() = default;

    std::string boot;            ///< Of its lease manager; empty where it never had one.
    std::uint64_t dead_at = 0;   ///< By provider::now(); 0 while it lives.
    std::uint64_t frozen_at = 0; ///< The same; 0 where it was never stopped.
    bool lost = false;           ///< It ended since it was taken for dead.
};

class fleet {
public:
    fleet(asio::io_context& context, book& events, std::string redis_url, std::uint64_t seed);

    /// All begin their first life.
    void start();
    /// Such a node's process, whatever it does; it is started again after that time.
    void kill(unsigned which, std::chrono::milliseconds down);
    /// Its process, until thaw(): of the same life, if that has not ended meanwhile.
    void freeze(unsigned which);
    void thaw(unsigned which, unsigned its_life);
    /// It has a process, which may be about to begin; but not after a life that never came to be ready, or a
    /// slow machine would see none that is.
    bool runs(unsigned which) const
    {
        const node& self = nodes_[which];
        return self.child && (self.ready || self.was_ready);
    }
    /// All live, and have said that they are ready.
    bool ready() const;
    /// Begins the record's wait, in this life or in the next.
    void ask(record& which);
    /// In the next life, as soon as Redis is known to be there for it.
    void ask_in_next_life(record& which) { nodes_[which.home].postponed.push_back(&which); }
    /// All of these now, whether there was another life or not.
    void ask_all();

    /// They, and those that come, acquire no more units.
    void finish();
    bool empty() const; ///< They have given back all that they had acquired in this life.
    void stop();
    bool stopped() const;

    /// Redis goes away, and is back; or a node does, which loses what it had asked Redis then.
    void trouble_begins() noexcept;
    void trouble_ends() noexcept;
    /// How often either happened.
    unsigned troubles() const noexcept { return troubles_; }
    /// A post to this life of a node was answered 2xx, by Redis' leave; `troubles` are those when it began.
    void on_answer(unsigned which, unsigned its_life, unsigned troubles);

    std::array<std::uint16_t, count> ports() const;
    unsigned life_of(unsigned which) const noexcept { return nodes_[which].number; }
    /// Of its last life that said so: where its units' webhooks go.
    const std::string& path_of(unsigned which) const noexcept { return nodes_[which].path; }
    provider& service() noexcept { return provider_; }
    const std::map<std::string, life>& lives() const noexcept { return lives_; }
    /// The sums of what they said at their ends, by name, of those that were stopped.
    const std::map<std::string, std::uint64_t>& ends() const noexcept { return ends_; }
    std::uint64_t killed() const noexcept { return killed_; }
    std::uint64_t frozen() const noexcept { return frozen_; }
    /// What went wrong; must be empty.
    const std::vector<std::string>& failures() const noexcept { return failures_; }

private:
    class node {
    public:
        explicit node(const asio::any_io_executor& executor) : port(executor) {}

        test_support::reserved_port port;
        std::unique_ptr<test_support::process> child;
        unsigned number = 0; ///< Of its life.
        std::string path;
        std::vector<record*> postponed;
        std::chrono::milliseconds down{0};
        bool ready = false;
        bool was_ready = true;          ///< In the life before.
        bool sound = false;             ///< Redis was there for this life, and there was no trouble since.
        unsigned troubles_at_begin = 0; ///< Of this life.
        bool killed = false;
        bool empty = false;
        bool stopping = false;
    };

    void begin_life(unsigned which);
    void on_line(unsigned which, std::string_view line);
    void on_silence(unsigned which);
    asio::awaitable<void> begin_again(unsigned which);
    void tell(unsigned which, record& what);
    bool may_tell(const record& which) const;
    std::string name_of_life(unsigned which) const;

    asio::io_context& context_;
    book& events_;
    provider provider_;
    const std::string redis_url_;
    const std::uint64_t seed_;
    std::vector<node> nodes_;
    std::map<std::string, life> lives_; ///< By name.
    std::map<std::string, std::uint64_t> ends_;
    std::vector<std::string> failures_;
    unsigned troubles_ = 0;
    unsigned away_ = 0; ///< Troubles that have not ended.
    std::uint64_t frozen_ = 0;
    std::uint64_t killed_ = 0;
    bool finishing_ = false;
};

} // namespace nodes
