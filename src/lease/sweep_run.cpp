// Page after page.
#include "lease/sweep_run.hpp"

#include "lease/calls.hpp"

#include <utility>

namespace videosdk::inline v0::leasing {

sweep_run::sweep_run(std::shared_ptr<client_core> client, std::shared_ptr<call_permit> permit,
                     std::function<void(const sweep&)> done)
    : client_(std::move(client)), permit_(std::move(permit)), done_(std::move(done))
{
}

sweep_run::~sweep_run() = default;

void sweep_run::begin()
{
    sweep_ = std::make_unique<sweep>(client_->time().now());
    ask();
}

void sweep_run::ask()
{
    while (const std::optional<list_request> next = sweep_->next()) {
        const auto page = prepare_list(client_, *next, {});
        call_ = begin_call<resource_page>(client_, permit_, page, [this](result<resource_page> answer) {
            sweep_->on_page(std::move(answer));
            ask();
        });
        if (call_) {
            return;
        }
        sweep_->on_page(*page.failure);
    }
    // Both go first: what `done` does may destroy this.
    const auto done = std::move(done_);
    const auto whole = std::move(sweep_);
    done(*whole);
}

} // namespace videosdk::inline v0::leasing
