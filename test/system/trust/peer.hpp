// A server of the tests that notes what its clients let it see; TLS by OpenSSL without any scruple, or bytes
// by hand.
#pragma once

#include "support/certificates.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using SSL = struct ssl_st;

namespace test {

/// What a server saw, over all its connections.
struct sightings {
    unsigned connections = 0;
    unsigned handshakes = 0;           ///< Completed.
    unsigned resumed = 0;              ///< Of these.
    std::size_t application_bytes = 0; ///< Decrypted.
    std::string bytes;                 ///< As they came, where the handshake is written by hand.
    std::string failure;               ///< OpenSSL's reason of the last handshake that failed.
    /// The host that each connection was opened for, by its TLS greeting (SNI); empty where it named none.
    std::vector<std::string> server_names;
};

/// Listens on 127.0.0.1 and serves one connection after the other, in a thread of its own.
class peer {
public:
    using serve_function = std::function<void(int socket, sightings& seen)>;

    explicit peer(serve_function serve);
    ~peer();

    std::uint16_t port() const noexcept { return port_; }
    std::string url(const std::string& host, const char* scheme = "https") const;
    /// Waits until the clients have gone (they must be closed by then) and says all that was seen.
    const sightings& finish();

private:
    void accept_all();

    serve_function serve_;
    int listener_;
    std::uint16_t port_ = 0;
    sightings seen_;
    std::thread thread_;
};

/// What OpenSSL is told to do as a server; it has no scruples of its own (security level 0).
struct tls_plan {
    std::string chain_pem;
    std::string key_pem;
    int min_version = 0;
    int max_version = 0;
    std::string ciphers = "ALL"; ///< Of TLS 1.2 and below.
    std::string groups = {};
    unsigned dh_bits = 0; ///< Of the group for DHE.
};

/// One connection after its handshake.
class tls_session {
public:
    tls_session(SSL* tls, int socket, sightings& seen) : tls_(tls), socket_(socket), seen_(seen) {}

    /// One request with its body; empty when the client has gone.
    std::string read_request();
    void write(std::string_view bytes);
    /// FIN without close_notify; what the client still sends is read.
    void cut();
    /// RST.
    void reset();
    /// close_notify, then FIN.
    void close_politely();
    /// Asks for another handshake on this connection (TLS 1.2), and says whether there was one.
    bool renegotiate();

private:
    bool read_more();

    SSL* tls_;
    int socket_;
    sightings& seen_;
    std::string buffer_;
};

using session_function = std::function<void(tls_session&)>;

/// A TLS server by `plan_of(nth connection)`.
peer::serve_function tls_peer(std::function<tls_plan(unsigned nth)> plan_of, session_function serve);
peer::serve_function tls_peer(const tls_plan& plan, session_function serve);
/// Answers the first bytes of each client by `reply`, ends its side, and reads on until the client goes.
peer::serve_function hand_written_peer(std::string reply);
peer::serve_function hand_written_peer(std::function<std::string(const std::string& first_bytes)> reply_to);

/// Reads what is there, waiting for the first byte; empty at the end.
std::string read_some(int socket);
void write_all(int socket, std::string_view bytes);

} // namespace test
