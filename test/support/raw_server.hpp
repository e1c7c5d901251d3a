// A server that does exactly what a test says, byte by byte: blocking sockets, a thread a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace test_support {

/// One connection, seen from the server. Failing reads and writes end quietly: the client may have gone.
class raw_peer {
public:
    virtual ~raw_peer() = default;
    /// The bytes of one request: its head, and as much body as its Content-Length says; empty when the client
    /// closed.
    virtual std::string read_request() = 0;
    /// Whatever comes, until the client closes or the server stops.
    virtual void wait_for_end() = 0;
    virtual void write(std::string_view bytes) = 0;
    /// What is written from here on leaves together: after a fifth of a second (TCP_CORK).
    virtual void hold_back() = 0;
    /// TLS close_notify, and nothing else; returns when the client has closed.
    virtual void say_goodbye() = 0;
    /// FIN without close_notify.
    virtual void close() = 0;
    /// TLS close_notify, then FIN.
    virtual void close_politely() = 0;
    /// RST, when `serve` returns.
    virtual void reset() = 0;
    /// Whether the TLS session was resumed.
    virtual bool resumed() const = 0;
    /// The common name of the certificate that the client has shown; empty where it has shown none.
    virtual std::string client_name() const = 0;
};

struct raw_tls {
    std::string certificate_chain_pem;
    std::string private_key_pem;
    bool tls_1_1_only = false;
    bool tls_1_2_only = false;
    /// Roots by which every client must show who it is; empty: nobody is asked.
    std::string client_roots_pem = {};
};

/// Listens on 127.0.0.1 and runs `serve` for each connection, in a thread of its own. With TLS, after the
/// handshake.
class raw_server {
public:
    using serve_function = std::function<void(raw_peer& peer, unsigned nth)>;

    explicit raw_server(serve_function serve, std::optional<raw_tls> tls = std::nullopt);
    /// Accepts TCP but never begins the TLS handshake, when `mute` is set.
    raw_server(serve_function serve, std::optional<raw_tls> tls, bool mute);
    /// Closes every connection and waits for the threads.
    ~raw_server();

    std::uint16_t port() const noexcept;
    /// Connections accepted so far.
    unsigned accepted() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

/// A 200 with a Content-Length.
std::string ok(std::string_view json);

} // namespace test_support
