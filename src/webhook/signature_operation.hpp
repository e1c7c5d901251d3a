// One signature that fits no key at hand, until the provider's key is known to be current.
#pragma once

#include "webhook/receiver_core.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace videosdk::inline v0::webhook {

class signature_operation final : public awaited_operation<signature_check>, public events::queued_operation {
public:
    /// `edition`: of the key store, whose current key it does not fit.
    signature_operation(std::shared_ptr<receiver_core> receiver, std::shared_ptr<const letter> what,
                        std::uint64_t edition)
        : tried_current(edition), receiver_(std::move(receiver)), what_(std::move(what))
    {
    }

    void begin() override { receiver_->begin_check(*this); }
    void on_cancel() override
    {
        const operation_ptr self(this);
        if (held) {
            receiver_->cancel_check(*this);
            abort();
        }
    }
    void deliver() override { complete(outcome); }
    operation_base& operation() noexcept override { return *this; }

    const letter& what() const noexcept { return *what_; }

    const std::uint64_t tried_current;
    std::uint64_t tried_all = 0; ///< The edition of which it fits no key.
    key_store::moment arrived = 0;
    bool held = false;
    signature_check outcome;

private:
    std::shared_ptr<receiver_core> receiver_;
    std::shared_ptr<const letter> what_;
};

} // namespace videosdk::inline v0::webhook
