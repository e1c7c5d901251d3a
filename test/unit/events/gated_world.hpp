// Handlers that stop at a gate, and go on as they are told.
#pragma once

#include "hub_world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <stdexcept>

using told_verdict = std::optional<videosdk::verdict>;

struct gated_world : hub_world {
    explicit gated_world(const videosdk::event_hub_options& options = default_options(),
                         const videosdk::client_options& settings = client_settings())
        : hub_world(options, settings)
    {
    }

    /// One handler at work.
    struct visit {
        visit(const asio::io_context::executor_type& where, std::string id)
            : composition(std::move(id)), gate(where, asio::steady_timer::time_point::max())
        {
        }
        std::string composition;
        asio::steady_timer gate;
        bool released = false;
        bool throws = false;
        bool cancelled = false;
        bool left = false;
    };

    asio::awaitable<void> stop_at_gate(const videosdk::event& what)
    {
        visit& mine = visits.emplace_back(context.get_executor(), what.composition_id);
        try {
            co_await mine.gate.async_wait(asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            mine.cancelled = !mine.released;
        }
        mine.left = true;
        BOOST_TEST(what.composition_id == mine.composition); // the event still lives
        if (mine.throws) {
            throw std::runtime_error("no room on the disk");
        }
        if (mine.cancelled) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }

    videosdk::event_handler gated()
    {
        return [this](const videosdk::event& what) { return stop_at_gate(what); };
    }

    void let_go(std::size_t which, bool throws = false)
    {
        visits.at(which).released = true;
        visits.at(which).throws = throws;
        visits.at(which).gate.cancel();
        run();
    }

    told_verdict& begin(videosdk::event what)
    {
        told_verdict& into = told.emplace_back();
        asio::co_spawn(context, publish_into(*hub, std::move(what), into), asio::detached);
        run();
        return into;
    }
    told_verdict& begin(const std::string& composition)
    {
        return begin(composition_event(videosdk::event_type::recording_stopped, composition));
    }

    std::deque<visit> visits;
    std::deque<told_verdict> told;
};

inline asio::awaitable<void> do_nothing(const videosdk::event&)
{
    co_return;
}
