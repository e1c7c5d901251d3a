// The shared state behind a webhook_receiver: judges requests, keeps the provider's key, publishes events.
#pragma once

#include "api/client_core.hpp"
#include "events/hub_core.hpp"
#include "events/queued_operation.hpp"
#include "scheduler/context_service.hpp"
#include "webhook/key_store.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk::inline v0 {

namespace webhook {

class self_tests;
class signature_operation;

/// What is kept of a request whose token is ours.
struct letter {
    letter(std::string_view its_token, std::string_view its_signature, std::string_view its_body)
        : token(its_token), signature(its_signature), body(its_body)
    {
    }

    std::size_t size() const noexcept { return token.size() + signature.size() + body.size(); }

    std::string token;
    std::string signature;
    std::string body;
};

/// Whether a signature is the provider's.
struct signature_check {
    enum class kind : std::uint8_t { genuine, forged, undecided };
    kind what = kind::undecided;
    std::chrono::nanoseconds after{}; ///< When undecided: when to ask again.
};

} // namespace webhook

/// accept(), url(), counts() and the constants may be used from any thread; the rest lives on the client's
/// executor. Kept alive by handles, listeners, requests under way and a fetch under way.
class receiver_core final : public std::enable_shared_from_this<receiver_core>, private context_member {
public:
    static std::shared_ptr<receiver_core> make(std::shared_ptr<client_core> source,
                                               std::shared_ptr<hub_core> hub, const webhook_options& options);
    receiver_core(std::shared_ptr<client_core> source, std::shared_ptr<hub_core> hub,
                  const webhook_options& options);
    ~receiver_core();

    asio::awaitable<webhook_verdict> accept(const webhook_request& request);
    /// `<public_url>/<owner>/<token>` with a fresh token of that boot.
    std::string url(std::string_view boot) const;
    /// What stands before the token: `<public_url>/<owner>/`.
    const std::string& base_url() const noexcept { return base_url_; }
    const std::shared_ptr<client_core>& source() const noexcept { return source_; }
    /// The random id of this receiver's life.
    const std::string& boot() const noexcept { return boot_; }
    const std::string& owner() const noexcept { return rules_.owner; }
    const auth::correlation_keys& keys() const noexcept { return rules_.keys; }
    receiver_counts counts() const noexcept;

    // The receiver's call of its own URL: self_test.hpp.
    static std::optional<error> refuse_self_test(const receiver_core* core, const self_test_options& options);
    boost::intrusive_ptr<awaited_operation<std::chrono::nanoseconds>>
    prepare_self_test(const self_test_options& options) const;
    const asio::any_io_executor& home() const noexcept { return home_; }

    // For operations.
    void begin_check(webhook::signature_operation& which);
    void cancel_check(webhook::signature_operation& which);

private:
    struct atomic_counts {
        std::atomic<std::uint64_t> accepted{0};
        std::atomic<std::uint64_t> repetitions{0};
        std::atomic<std::uint64_t> bad_request{0};
        std::atomic<std::uint64_t> bad_token{0};
        std::atomic<std::uint64_t> bad_signature{0};
        std::atomic<std::uint64_t> unavailable{0};
        std::atomic<std::uint64_t> key_fetches{0};
    };

    static asio::awaitable<webhook_verdict> judge(std::shared_ptr<receiver_core> self,
                                                  std::shared_ptr<const webhook::letter> what);
    void context_shutdown() noexcept override;
    webhook_verdict tell(const webhook_verdict& verdict) noexcept;
    bool fits_pinned_key(const webhook::letter& what) const noexcept;
    bool fits_key(webhook::signature_operation& which);
    void hold(webhook::signature_operation& which);
    bool decide(webhook::signature_operation& which);
    void begin_fetch();
    void fetched(result<raw_response> answer);
    void take_key(const result<raw_response>& answer);

    std::shared_ptr<client_core> source_;
    std::shared_ptr<hub_core> hub_;
    asio::any_io_executor home_;
    webhook::request_rules rules_;
    std::string base_url_;
    const std::string boot_;
    const std::chrono::nanoseconds fetch_timeout_;
    const std::vector<public_key> pinned_;

    mutable std::mutex key_mutex_;
    public_key current_key_; // what most signatures fit, to be checked on the caller's thread
    std::uint64_t current_edition_ = 0;

    webhook::key_store keys_;
    events::operation_list held_;
    std::size_t held_count_ = 0;
    std::size_t held_bytes_ = 0;
    std::shared_ptr<events::handover> ready_;
    std::unique_ptr<client_core::internal_call> fetch_;
    const std::shared_ptr<webhook::self_tests> self_tests_;
    atomic_counts counts_;
};

/// Lets the other modules reach the core of a receiver.
class receiver_access {
public:
    static const std::shared_ptr<receiver_core>& core(const webhook_receiver& which) noexcept
    {
        return which.core_;
    }
};

} // namespace videosdk::inline v0
