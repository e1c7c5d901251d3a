// A transport that follows a script, under a clock that moves only when told: for tests without sockets.
#pragma once

#include <videosdk/scheduler.hpp>
#include <videosdk/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

/// What a request looked like on its way out.
struct seen_request {
    videosdk::verb method = videosdk::verb::get;
    std::string target;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;

    std::string header(std::string_view name) const
    {
        for (const auto& [each, value] : headers) {
            if (each == name) {
                return value;
            }
        }
        return "(absent)";
    }
};

/// One step of a script: what becomes of the next exchange.
struct step {
    enum class kind { answer, fail, hang };
    kind what = kind::hang;
    unsigned status = 0;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    videosdk::errc code{};
    videosdk::outcome outcome = videosdk::outcome::not_sent;
    bool reused = false;
};

inline step answer(unsigned status, std::string body,
                   std::vector<std::pair<std::string, std::string>> headers = {})
{
    return {step::kind::answer, status, std::move(body), std::move(headers), {}, {}, false};
}

inline step failure(videosdk::errc code, videosdk::outcome outcome, bool reused = false)
{
    return {step::kind::fail, 0, {}, {}, code, outcome, reused};
}

/// The request leaves, and nothing comes back.
inline step hang_after_write()
{
    return {step::kind::hang, 0, {}, {}, {}, videosdk::outcome::ambiguous, false};
}

/// The exchange waits for a connection.
inline step hang_in_queue()
{
    return {step::kind::hang, 0, {}, {}, {}, videosdk::outcome::not_sent, false};
}

/// Completes each exchange at the executor's next turn, as its step says; exchanges beyond the script hang
/// after the write. answer_hanging() brings a late answer.
class scripted_transport final : public videosdk::transport,
                                 public std::enable_shared_from_this<scripted_transport> {
public:
    scripted_transport(boost::asio::any_io_executor executor, std::shared_ptr<videosdk::scheduler> time)
        : executor_(std::move(executor)), time_(std::move(time))
    {
    }

    void expect(step next) { script_.push_back(std::move(next)); }
    /// Decides by the request instead of by order; wins over the script.
    std::function<step(const seen_request&)> decide;

    const std::vector<seen_request>& seen() const noexcept { return seen_; }
    std::size_t live() const noexcept { return live_.size(); }
    std::size_t cancelled() const noexcept { return cancelled_; }

    /// Answers the oldest exchange that hangs.
    void answer_hanging(unsigned status, std::string body)
    {
        videosdk::exchange_operation& operation = *live_.front();
        take(operation);
        operation.on_response(videosdk::response(status, std::move(body)));
    }

    /// Fails the oldest exchange that hangs.
    void fail_hanging(videosdk::errc code, videosdk::outcome outcome, bool reused = false)
    {
        videosdk::exchange_operation& operation = *live_.front();
        take(operation);
        videosdk::exchange_failure failed(code, outcome, "as the test says");
        failed.reused = reused;
        operation.on_failure(std::move(failed));
    }

    void start(videosdk::exchange_operation& operation) override
    {
        seen_request request{operation.request.method,
                             std::string(operation.request.target),
                             std::string(operation.request.body),
                             {}};
        for (const auto& each : operation.request.headers) {
            request.headers.emplace_back(each.name, each.value);
        }
        step next = hang_after_write();
        if (decide) {
            next = decide(request);
        } else if (!script_.empty()) {
            next = std::move(script_.front());
            script_.pop_front();
        }
        seen_.push_back(std::move(request));
        operation.mark_sent(next.what == step::kind::answer || next.outcome != videosdk::outcome::not_sent);
        live_.push_back(&operation);
        time_->wait_until(operation.deadline, operation.deadline_alarm(*this));
        if (next.what != step::kind::hang) {
            boost::asio::post(executor_,
                              [self = shared_from_this(), &operation, next = std::move(next)]() mutable {
                                  self->play(operation, std::move(next));
                              });
        }
    }

    void cancel(videosdk::exchange_operation& operation) noexcept override
    {
        ++cancelled_;
        take(operation);
    }

    void close_idle() noexcept override {}
    void shutdown() noexcept override { live_.clear(); }

private:
    bool is_live(const videosdk::exchange_operation& operation) const
    {
        return std::find(live_.begin(), live_.end(), &operation) != live_.end();
    }

    void take(videosdk::exchange_operation& operation)
    {
        live_.erase(std::remove(live_.begin(), live_.end(), &operation), live_.end());
        time_->cancel(operation.deadline_alarm(*this));
    }

    void play(videosdk::exchange_operation& operation, step next)
    {
        if (!is_live(operation)) {
            return;
        }
        take(operation);
        if (next.what == step::kind::answer) {
            operation.on_response(
                videosdk::response(next.status, std::move(next.body), std::move(next.headers)));
        } else {
            videosdk::exchange_failure failed(next.code, next.outcome, "as the script says");
            failed.reused = next.reused;
            operation.on_failure(std::move(failed));
        }
    }

    void on_deadline(videosdk::exchange_operation& operation) override
    {
        take(operation);
        const bool sent = operation.sent();
        operation.on_failure(videosdk::exchange_failure(
            sent ? videosdk::errc::response_timeout : videosdk::errc::timeout,
            sent ? videosdk::outcome::ambiguous : videosdk::outcome::not_sent, "the deadline came"));
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<videosdk::scheduler> time_;
    std::deque<step> script_;
    std::vector<seen_request> seen_;
    std::vector<videosdk::exchange_operation*> live_;
    std::size_t cancelled_ = 0;
};

} // namespace test
