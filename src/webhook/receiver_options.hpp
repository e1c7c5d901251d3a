// The options of a receiver: checked, and turned into what it works with.
#pragma once

#include "api/client_core.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/webhook_receiver.hpp>

#include <string>
#include <vector>

namespace videosdk::inline v0::webhook {

/// Throws error (errc::invalid_argument) naming the option. `source` and `hub` may be empty, which is wrong
/// too.
void validate(const webhook_options& options, const client_core* source, const hub_core* hub);

// Of options that validate() has passed.
request_rules rules_of(const webhook_options& options, const client_core& source);
/// The keys of public_key_pem; none where they are to be fetched.
std::vector<public_key> pinned_keys_of(const webhook_options& options);
/// `<public_url>/<owner>/`, to which a token is appended.
std::string base_url_of(const webhook_options& options);

} // namespace videosdk::inline v0::webhook
