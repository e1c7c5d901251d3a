// One call against one server: what the client made of it, and what the server saw.
#pragma once

#include "peer.hpp"
#include "system/client/support.hpp"

#include <videosdk/client.hpp>

#include <string>
#include <string_view>

namespace test {

/// Answers every request of the connection by one unit.
void serve_units(tls_session& session);

struct trial {
    videosdk::result<std::vector<videosdk::resource>> got;
    sightings seen;
};

/// An acquire, the call that carries a token and costs money, by a client that lives for this call.
trial acquire_from(peer& server, const videosdk::client_options& options);
trial acquire_from(const peer::serve_function& server, const std::string& host, const std::string& roots);

/// The call failed, nothing of it left, the server decrypted no byte, and the text names the cause and no
/// secret.
void check_refused(const trial& what, std::string_view words);
void check_accepted(const trial& what);

} // namespace test
