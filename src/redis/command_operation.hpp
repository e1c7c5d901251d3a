// One command that somebody awaits.
#pragma once

#include "redis/command.hpp"
#include "redis/reply.hpp"
#include "scheduler/operation.hpp"

#include <videosdk/scheduler.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace videosdk::inline v0::redis {

class connection;

/// States: waiting (its bytes are its own) → written (its reply is to come) → decided. A caller who gives up
/// one that is written gets his answer at once; the operation stays, for the reply that will come.
class command_operation final : public awaited_operation<reply>, public alarm {
public:
    enum class stage : std::uint8_t { waiting = 1, written, decided };

    command_operation(std::shared_ptr<connection> where, command&& what)
        : where_(std::move(where)),
          name_(what.name()),
          bytes_(what.take()),
          blocks_for_(what.blocks_for),
          only_over_(what.only_over)
    {
    }

    asio::any_io_executor home() const override;
    void begin() override;
    void on_cancel() override;
    error homeless() const override;
    error aborted() const override;

    const std::string& name() const noexcept { return name_; }
    const std::string& bytes() const noexcept { return bytes_; }
    std::chrono::nanoseconds blocks_for() const noexcept { return blocks_for_; }

    std::uint64_t only_over() const noexcept { return only_over_; }

    stage at = stage::waiting;
    std::uint64_t round = 0; ///< It fails with this round of attempts to connect, or a later one.

    /// Tells the caller what was decided.
    void deliver()
    {
        if (outcome_) {
            complete(std::move(*outcome_));
        }
    }
    void decide(result<reply> what) { outcome_.emplace(std::move(what)); }

private:
    void on_alarm() override;

    std::shared_ptr<connection> where_;
    std::string name_;
    std::string bytes_;
    std::chrono::nanoseconds blocks_for_;
    std::uint64_t only_over_;
    std::optional<result<reply>> outcome_;
};

using command_ptr = boost::intrusive_ptr<command_operation>;

} // namespace videosdk::inline v0::redis
