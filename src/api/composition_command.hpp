// What a call does with a composition.
#pragma once

#include <videosdk/resource.hpp>

#include <string>

namespace videosdk::inline v0 {

/// Apart from the call, since the calls that are made most often have none.
struct composition_command {
    std::string starts_in;                       ///< The resource in which it starts one …
    resource_type kind = resource_type::unknown; ///< … of this kind …
    std::string room_id;                         ///< … of this room …
    std::string webhook_url; ///< … whose webhooks go here; empty: where the resource's go.
    std::string ends;        ///< The one that it ends.
};

} // namespace videosdk::inline v0
