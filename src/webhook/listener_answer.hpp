// A verdict as an HTTP answer: the status and when to come back, and no reason, which would only help
// forgers.
#pragma once

#include "http/server.hpp"

#include <videosdk/webhook_receiver.hpp>

namespace videosdk::inline v0::webhook {

http::server_response answer_of(const webhook_verdict& verdict);

} // namespace videosdk::inline v0::webhook
