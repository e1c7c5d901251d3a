// A receiver that calls its own public URL: whether a webhook would reach it, and if not, what stands in the
// way.
#pragma once

#include "api/client_core.hpp"
#include "http/endpoint.hpp"
#include "scheduler/context_service.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::webhook {

class self_test_operation;

/// The probes on their way, and how one is recognised: by a fresh correlation token, which only this process
/// remembers, and a mark under the token keys, so that nobody else can make one.
class self_tests final : public std::enable_shared_from_this<self_tests>, private context_member {
public:
    static std::shared_ptr<self_tests> make(std::shared_ptr<client_core> source);
    explicit self_tests(std::shared_ptr<client_core> source);
    ~self_tests();

    /// What to answer, when the request is a probe; from any thread.
    std::optional<webhook_verdict> recognise(const webhook_request& request, const request_rules& rules);
    /// `url` is a fresh webhook URL.
    boost::intrusive_ptr<awaited_operation<std::chrono::nanoseconds>>
    prepare(const std::string& url, const request_rules& rules, const self_test_options& options);
    const asio::any_io_executor& home() const noexcept { return source_->executor(); }

    // For operations, on the client's executor.
    client_core& source() noexcept { return *source_; }
    void enter(self_test_operation& which, const std::string& token);
    /// Whether the probe has arrived here.
    bool leave(self_test_operation& which, const std::string& token);

private:
    struct probe {
        explicit probe(std::string its_token) : token(std::move(its_token)) {}

        std::string token;
        bool arrived = false;
    };

    void context_shutdown() noexcept override;

    std::shared_ptr<client_core> source_;
    std::mutex mutex_;
    std::vector<probe> probes_; // guarded by mutex_
    std::vector<boost::intrusive_ptr<self_test_operation>> under_way_;
};

} // namespace videosdk::inline v0::webhook
