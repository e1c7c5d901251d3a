// TLS handshakes written by hand, where OpenSSL would no longer speak them; and what a client said to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace test {

/// The ServerHello of TLS up to 1.2 (RFC 5246, section 7.4.1.3); the default is one that our client accepts.
struct server_hello {
    std::uint16_t record_version = 0x0303;
    std::uint16_t version = 0x0303;
    std::string random_end = std::string(8, 'r'); ///< The last 8 of 32 bytes.
    std::uint16_t cipher = 0xc02b;                ///< ECDHE-ECDSA-AES128-GCM-SHA256
    std::uint8_t compression = 0;
    bool renegotiation_info = true; ///< RFC 5746.
    std::string extensions = {};    ///< More of them, as bytes.
};

std::string bytes_of(const server_hello& hello);
std::string record(std::uint8_t type, std::uint16_t version, std::string_view content);
/// One handshake message in a record of its own.
std::string handshake(std::uint8_t type, std::string_view body);
std::string alert(std::uint8_t level, std::uint8_t description);
/// The highest first.
std::string two_bytes(std::size_t value);
std::string three_bytes(std::size_t value);

/// What a client sent in the clear, record by record.
struct client_records {
    bool only_handshake = true;              ///< No record of application data, no byte outside of a record.
    std::optional<std::uint8_t> fatal_alert; ///< Its description (RFC 8446, section 6).
};

client_records read_records(std::string_view bytes);

} // namespace test
