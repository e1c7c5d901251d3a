// What a listener lets be seen: a verdict as an HTTP answer, without the reason, which would only help
// forgers; a path without the token in it.
#pragma once

#include "http/server.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace videosdk::inline v0::webhook {

http::server_response answer_of(const webhook_verdict& verdict);

/// A target for a log: without its query, `*` for the last segment and for each that is longer than an owner
/// may be, so that no token is left wherever a mistake has put it. `known` ones are shown as they are.
std::string masked_path(std::string_view target, std::initializer_list<std::string_view> known);

} // namespace videosdk::inline v0::webhook
