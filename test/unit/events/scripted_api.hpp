// The API as a script: exchanges wait until the test answers them.
#pragma once

#include <videosdk/transport.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class scripted_api final : public videosdk::transport {
public:
    void start(videosdk::exchange_operation& operation) override
    {
        ++exchanges;
        most_waiting = std::max(most_waiting, waiting_.size() + 1);
        waiting_.push_back(&operation);
    }

    void cancel(videosdk::exchange_operation& operation) noexcept override
    {
        std::erase(waiting_, &operation);
        ++cancelled;
    }
    void close_idle() noexcept override {}
    void shutdown() noexcept override { waiting_.clear(); }

    /// The paths of the exchanges that wait for an answer.
    std::vector<std::string> asked() const
    {
        std::vector<std::string> out;
        for (const auto* each : waiting_) {
            out.emplace_back(each->request.target);
        }
        return out;
    }

    /// Answers the oldest exchange whose path ends in `end`; false when there is none. To be called where the
    /// client's executor runs.
    bool answer(std::string_view end, unsigned status, std::string body,
                std::vector<std::pair<std::string, std::string>> headers = {})
    {
        videosdk::exchange_operation* const found = take(end);
        if (found != nullptr) {
            found->mark_sent(true);
            found->on_response(videosdk::response(status, std::move(body), std::move(headers)));
        }
        return found != nullptr;
    }

    bool fail(std::string_view end, videosdk::errc code)
    {
        videosdk::exchange_operation* const found = take(end);
        if (found != nullptr) {
            found->on_failure(videosdk::exchange_failure(make_error_code(code), videosdk::outcome::not_sent,
                                                         "as the script says"));
        }
        return found != nullptr;
    }

    std::size_t exchanges = 0;
    std::size_t cancelled = 0;
    std::size_t most_waiting = 0;

private:
    videosdk::exchange_operation* take(std::string_view end)
    {
        const auto found = std::find_if(waiting_.begin(), waiting_.end(), [end](const auto* each) {
            return each->request.target.ends_with(end);
        });
        if (found == waiting_.end()) {
            return nullptr;
        }
        videosdk::exchange_operation* const out = *found;
        waiting_.erase(found);
        return out;
    }

    std::vector<videosdk::exchange_operation*> waiting_;
};

/// A resource as the API writes it.
inline std::string unit_json(std::string_view id, std::string_view status, std::string_view compositions = "",
                             std::string_view webhook_url = "https://hooks.example.com/")
{
    return R"({"id":")" + std::string(id) + R"(","status":")" + std::string(status) +
           R"(","type":"recording","mode":"video-and-audio","quality":"med","composerIds":[)" +
           std::string(compositions) + R"(],"webhookUrl":")" + std::string(webhook_url) + R"("})";
}
