// From the arguments of a client's function to a call that is ready to be awaited, or to the reason why there
// is none.
#pragma once

#include "api/call.hpp"

#include <videosdk/client.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videosdk::inline v0 {

/// Either `ready` or `failure` is set.
template <class T>
struct prepared {
    prepared(boost::intrusive_ptr<call<T>> what) : ready(std::move(what)) {}
    prepared(error why) : failure(std::move(why)) {}

    boost::intrusive_ptr<call<T>> ready;
    std::optional<error> failure;
};

/// What a call is refused with before anything left.
error refusal(const char* name, errc code, std::string detail);

// Each reads its arguments before it returns. `core` is empty where the client was moved from.
using core_ptr = std::shared_ptr<client_core>;

prepared<std::vector<resource>> prepare_acquire(const core_ptr& core, const acquire_request& request,
                                                const call_options& options);
prepared<release_result> prepare_release(const core_ptr& core, std::string_view id,
                                         const call_options& options);
prepared<std::vector<release_result>> prepare_release(const core_ptr& core, std::span<const std::string> ids,
                                                      const call_options& options);
prepared<resource> prepare_get(const core_ptr& core, std::string_view id, const call_options& options);
prepared<resource_page> prepare_list(const core_ptr& core, const list_request& request,
                                     const call_options& options);
prepared<started_composition> prepare_start(const core_ptr& core, const start_recording_request& request,
                                            const call_options& options);
prepared<started_composition> prepare_start(const core_ptr& core, const start_hls_request& request,
                                            const call_options& options);
prepared<started_composition> prepare_start(const core_ptr& core, const start_rtmp_request& request,
                                            const call_options& options);
prepared<void> prepare_end(const core_ptr& core, resource_type kind, const end_composition_request& request,
                           const call_options& options);
prepared<raw_response> prepare_request(const core_ptr& core, verb method, std::string_view path,
                                       std::string_view body, const call_options& options);

} // namespace videosdk::inline v0
