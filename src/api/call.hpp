// One call in flight: its request, its machine, and the exchanges that the machine asks for.
#pragma once

#include "api/call_machine.hpp"
#include "api/call_permit.hpp"
#include "api/client_core.hpp"
#include "api/composition_command.hpp"
#include "api/trace_parent.hpp"
#include "scheduler/operation.hpp"
#include "scheduler/recycled.hpp"

#include <videosdk/error.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/transport.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

/// What a call is, as decided when its function was called.
struct call_spec {
    call_spec(const char* its_name, verb its_method, std::string its_target, std::string its_body,
              bool may_repeat)
        : name(its_name),
          method(its_method),
          target(std::move(its_target)),
          body(std::move(its_body)),
          idempotent(may_repeat)
    {
    }

    std::string_view path() const noexcept { return fixed_target.empty() ? target : fixed_target; }

    const char* name; ///< `acquire`: for error messages.
    verb method;
    std::string target;            ///< Below the base path, which prepare() puts before it.
    std::string_view fixed_target; ///< Instead of it: a whole path that lives as long as the client's core.
    std::string body;
    bool idempotent;
    std::uint32_t units = 0;           ///< Acquire: how many were asked for; otherwise 0.
    std::string token;                 ///< Acquire: the last segment of the webhook URL's path.
    std::vector<std::string> releases; ///< Release: the ids.
    std::shared_ptr<const composition_command> composition; ///< If it starts or ends one.
    std::chrono::nanoseconds timeout{};
    std::uint32_t max_attempts = 0;
    trace_parent trace;
    std::shared_ptr<call_permit> permit; ///< Asked before each exchange, where there is one.
    bool cancellable = true;
    bool outlives_client = false; ///< Goes on when the client object is gone, while somebody keeps it open.
};

/// Drives exchanges until the machine ends the call. Lives on the client's executor.
class call_base : public exchange_operation {
public:
    call_base(std::shared_ptr<client_core> core, call_spec spec);

    /// The client is closing: end with `code`. Completes the caller as the last thing.
    virtual void close(boost::system::error_code code) = 0;
    /// The context is going away: let go of the caller without calling it.
    virtual void drop() noexcept = 0;

    const call_spec& spec() const noexcept { return spec_; }
    /// Before it begins: what it needs.
    void act_within(std::shared_ptr<call_permit> permit) noexcept { spec_.permit = std::move(permit); }

    /// Fills what is known of the call so far.
    error_info info(std::string detail) const;
    error make_error(boost::system::error_code code, std::string detail) const;
    error make_error(boost::system::error_code code, error_info filled) const
    {
        return {code, std::move(filled)};
    }
    /// The same of a call that was answered, with what the answer's head tells.
    error_info answered(const response& answer, videosdk::effect what, std::string detail) const;
    /// An answer that says no, in its own words.
    error refusal(const response& answer, errc code, videosdk::effect what) const;

    /// Whether a byte of any attempt may have left.
    bool ever_sent() const noexcept { return sent() || machine_.attempts() > 1; }

    client_core& core() const noexcept { return *core_; }
    const std::shared_ptr<client_core>& shared_core() const noexcept { return core_; }
    /// Of a call that was answered otherwise than expected, or not at all.
    videosdk::effect doubt() const noexcept
    {
        return spec_.method == verb::get ? videosdk::effect::none : videosdk::effect::unknown;
    }

    // For the core's list of live calls.
    call_base* next_live = nullptr;
    call_base* previous_live = nullptr;
    bool enlisted = false;

protected:
    virtual ~call_base();

    /// Tells those who know of resources what this call is about to change.
    void announce();
    /// What the answer to a start leaves out, and whom it concerns.
    template <class T>
    void complete_answer(result<T>& read)
    {
        if constexpr (std::is_same_v<T, started_composition>) {
            if (read) {
                complete_started(*read);
            }
        }
    }
    /// A start that did nothing: it was not sent, or refused.
    template <class T>
    void tell_failure([[maybe_unused]] const result<T>& outcome)
    {
        if constexpr (std::is_same_v<T, started_composition>) {
            if (!outcome && outcome.error().effect() == videosdk::effect::none) {
                tell_not_started();
            }
        }
    }
    /// Of a start that failed otherwise: where nobody goes after it.
    template <class T>
    void tell_doubt([[maybe_unused]] const result<T>& outcome)
    {
        if constexpr (std::is_same_v<T, started_composition>) {
            if (!outcome && outcome.error().effect() != videosdk::effect::none) {
                tell_start_in_doubt();
            }
        }
    }
    /// Begins the call; now is when its deadline starts to count.
    void run();
    /// Ends waiting or exchanging, whatever is under way, without completing anything.
    void stop() noexcept;
    bool exchanging() const noexcept { return exchanging_; }
    /// Nobody waits for the call any more: it ends with the exchange under way, whatever that brings.
    void let_end() noexcept { unclaimed_ = true; }
    /// Leaves no alarm behind in a scheduler that may outlive the execution context.
    void disarm() noexcept;
    /// The answer has been read: tells the observer what the exchange brought.
    template <class T>
    void tell_read(const result<T>& read)
    {
        if (core_->watcher() == nullptr) {
            return;
        }
        if (read) {
            tell_end(last_, {}, videosdk::effect::known);
        } else {
            tell_answer(read.error());
        }
    }
    /// The call is about to end for whoever made it.
    template <class T>
    void tell_result(const result<T>& outcome) noexcept
    {
        if (id_ == 0) {
            return;
        }
        if (outcome) {
            tell_call_end({}, videosdk::effect::known);
        } else {
            tell_call_end(outcome.error().code(), outcome.error().effect().value_or(videosdk::effect::none));
        }
    }
    /// Nobody asks for its end any more.
    void tell_abandoned() noexcept;
    error cancelled_error(boost::system::error_code code) const;
    /// For a caller who was cancelled when the answer had come: its units went to on_unclaimed.
    error reclaimed_error(const result<std::vector<resource>>& outcome) const;

    /// A 2xx answer. Must complete the call, as the last thing.
    virtual void on_success(response answer) = 0;
    /// Must complete the call, as the last thing.
    virtual void on_error(error failure) = 0;

private:
    struct backoff_alarm final : videosdk::alarm {
        explicit backoff_alarm(call_base& call) : owner(call) {}
        void on_alarm() override { owner.perform(owner.machine_.after_wait()); }
        call_base& owner;
    };

    void complete_started(started_composition& what);
    void tell_not_started();
    void tell_start_in_doubt();
    void perform(call_action action);
    void go_on(const exchange_report& report);
    void send();
    bool may_send();
    void tell_start() const noexcept;
    void tell_answer(const error& failure) const noexcept;
    void tell_call_end(boost::system::error_code code, videosdk::effect what) noexcept;
    void tell_end(const exchange_report& report, boost::system::error_code code,
                  videosdk::effect what) const noexcept;
    void tell_retry(const exchange_report& report, const call_action& action,
                    call_machine::time_point now) const noexcept;
    videosdk::effect effect_of_exchange(const exchange_report& report) const noexcept;
    /// Ends the call instead of an exchange.
    void end_unsent(boost::system::error_code code, std::string detail);
    void on_response(response answer) final;
    void on_failure(exchange_failure failure) final;
    void remember(const exchange_report& report) noexcept;
    void exchange_over() noexcept;

    std::shared_ptr<client_core> core_;
    call_spec spec_;
    call_machine machine_;
    backoff_alarm backoff_;
    std::shared_ptr<const std::string> authorization_;
    std::array<header_view, 5> headers_;
    exchange_report last_;
    std::uint64_t id_ = 0; ///< For observers; 0 where there is none, and when the call's end was told.
    std::chrono::steady_clock::time_point sent_at_{};
    bool effect_unknown_ = false; ///< Of any attempt so far.
    bool unclaimed_ = false;
    bool exchanging_ = false;
    std::optional<error> pending_error_; ///< What the call ends with when the machine says finish.
};

/// `detail`, of a body that is not what it should be, with the type that its sender gave it: that tells who
/// may have answered instead of the API.
std::string with_content_type(std::string detail, const response& answer);

/// Whether a refusal of the whole call says that its one resource is released already.
bool tells_of_release(const error& refused, const call_base& call);

/// Reads the answer of a successful exchange.
template <class T>
using answer_reader = result<T> (*)(const response& answer, const call_base& call);

/// A user's call.
template <class T>
class call final : public awaited_operation<T>, public call_base, public recycled {
public:
    call(std::shared_ptr<client_core> core, call_spec spec, answer_reader<T> read)
        : call_base(std::move(core), std::move(spec)), read_(read)
    {
    }

    void begin() override
    {
        alive_ = this;
        if (!core().accepting()) {
            finish(error(make_error(errc::closed, "the client has been closed")));
            return;
        }
        core().enlist(*this);
        announce();
        run();
    }

    error aborted() const override { return cancelled_error(asio::error::operation_aborted); }

    asio::any_io_executor home() const override { return core().executor(); }
    error homeless() const override { return make_error(errc::closed, "the client's io_context is gone"); }

    void on_cancel() override
    {
        if (live()) {
            if (this->goes_on_unclaimed()) {
                // The answer is awaited in the background; the operation lives until it has come.
                this->let_end();
                this->complete(result<T>(this->cancelled_error(asio::error::operation_aborted)));
                return;
            }
            close(asio::error::operation_aborted);
        }
    }

    /// A grant that reached the caller's executor, but not the caller, who was cancelled on the way.
    std::optional<error> reclaim(result<T>& outcome) override
    {
        if constexpr (std::is_same_v<T, std::vector<resource>>) {
            const bool granted = outcome || !outcome.error().granted().empty();
            if (granted && core().options().on_unclaimed && core().alive()) {
                error instead = reclaimed_error(outcome);
                asio::post(core().executor(),
                           [core = shared_core(), token = spec().token, grant = std::move(outcome)] {
                               core->report_unclaimed(token, grant);
                           });
                return instead;
            }
        }
        return std::nullopt;
    }

    answer_reader<T> reader() const noexcept { return read_; }

    void close(boost::system::error_code code) override
    {
        stop();
        finish(cancelled_error(code));
    }

    void drop() noexcept override
    {
        const boost::intrusive_ptr<call> self = std::move(alive_);
        disarm();
        this->drop_handler();
    }

private:
    bool live() const noexcept { return alive_ != nullptr; }

    bool goes_on_unclaimed() const noexcept
    {
        return spec().units != 0 && exchanging() && sent() && core().options().on_unclaimed;
    }

    void on_success(response answer) override
    {
        result<T> read = read_(answer, *this);
        tell_read(read);
        answer = response();
        complete_answer(read);
        finish(std::move(read));
    }

    void on_error(error failure) override { finish(std::move(failure)); }

    void finish(result<T> outcome)
    {
        const boost::intrusive_ptr<call> self = std::move(alive_);
        core().delist(*this);
        accept_release(outcome);
        tell_result(outcome);
        if constexpr (std::is_same_v<T, std::vector<resource>>) {
            if (this->completed()) {
                core().report_unclaimed(spec().token, outcome);
                return;
            }
        }
        tell_failure(outcome);
        tell_doubt(outcome);
        this->complete(std::move(outcome));
    }

    /// What a release wants has come to be, whoever brought it about.
    void accept_release([[maybe_unused]] result<T>& outcome) const
    {
        if constexpr (std::is_same_v<T, release_result> || std::is_same_v<T, std::vector<release_result>>) {
            if (outcome.has_error() && tells_of_release(outcome.error(), *this)) {
                release_result done;
                done.id = spec().releases.front();
                done.success = true;
                done.message = outcome.error().api_message();
                if constexpr (std::is_same_v<T, release_result>) {
                    outcome = std::move(done);
                } else {
                    outcome = T(1, done);
                }
            }
        }
    }

    answer_reader<T> read_;
    boost::intrusive_ptr<call> alive_; ///< Itself, while it is in flight.
};

} // namespace videosdk::inline v0
