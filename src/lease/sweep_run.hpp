// A sweep under way: asks for its pages, one after the other.
#pragma once

#include "api/call_permit.hpp"
#include "api/client_core.hpp"
#include "lease/sweep.hpp"

#include <functional>
#include <memory>

namespace videosdk::inline v0::leasing {

/// On the client's executor. Destroying it ends the sweep without a word.
class sweep_run {
public:
    /// `done` is told once, as the last thing; it may destroy the run. `permit` may be empty.
    sweep_run(std::shared_ptr<client_core> client, std::shared_ptr<call_permit> permit,
              std::function<void(const sweep&)> done);
    ~sweep_run();

    void begin();

private:
    void ask();

    std::shared_ptr<client_core> client_;
    std::shared_ptr<call_permit> permit_;
    std::function<void(const sweep&)> done_;
    std::unique_ptr<sweep> sweep_;
    std::unique_ptr<client_core::internal_call> call_;
};

} // namespace videosdk::inline v0::leasing
