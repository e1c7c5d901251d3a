// Several observers in the place of one.
#pragma once

#include <videosdk/observer.hpp>

#include <memory>
#include <vector>

namespace videosdk::inline v0 {

/// Tells each of its members, in their order, also after one has thrown.
///
///     options.observer = std::make_shared<videosdk::observer_group>(
///         std::vector<std::shared_ptr<videosdk::observer>>{log, metrics, spans});
class VIDEOSDK_DECL observer_group final : public observer {
public:
    /// Empty members are left out.
    explicit observer_group(std::vector<std::shared_ptr<observer>> members);
    ~observer_group() override;

    void on_attempt_started(const attempt_started& what) override;
    void on_attempt_ended(const attempt_ended& what) override;
    void on_call_ended(const call_ended& what) override;
    void on_retry_planned(const retry_planned& what) override;
    void on_connection_opened(const connection_opened& what) override;
    void on_connection_reused(const connection_reused& what) override;
    void on_connection_closed(const connection_closed& what) override;
    void on_event_seen(const event_seen& what) override;
    void on_reconcile_step(const reconcile_step& what) override;
    void on_sweep_ended(const sweep_ended& what) override;
    void on_lease_changed(const lease_changed& what) override;

private:
    std::vector<std::shared_ptr<observer>> members_;
};

} // namespace videosdk::inline v0
