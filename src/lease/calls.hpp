// The calls that a lease manager makes by itself: they outlive the client object, and end in a function.
#pragma once

#include "api/answers.hpp"
#include "api/call_permit.hpp"
#include "api/internal_call.hpp"
#include "api/prepare.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace videosdk::inline v0::leasing {

/// Nothing where the call cannot even be prepared: the reason is in `what`. `permit` may be empty.
template <class T>
std::unique_ptr<client_core::internal_call>
begin_call(const std::shared_ptr<client_core>& client, const std::shared_ptr<call_permit>& permit,
           const prepared<T>& what, std::function<void(result<T>)> done)
{
    if (what.failure) {
        return nullptr;
    }
    call_spec spec = what.ready->spec();
    spec.outlives_client = true;
    spec.permit = permit;
    return start_internal<T>(client, std::move(spec), what.ready->reader(), std::move(done));
}

} // namespace videosdk::inline v0::leasing
