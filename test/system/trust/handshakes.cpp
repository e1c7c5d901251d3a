// Bytes of TLS records, out and in.
#include "handshakes.hpp"

namespace test {
namespace {

constexpr std::uint8_t alert_type = 21;
constexpr std::uint8_t handshake_type = 22;
constexpr std::uint8_t server_hello_type = 2;
constexpr std::uint8_t application_type = 23;

std::uint8_t byte_at(std::string_view bytes, std::size_t at)
{
    return static_cast<std::uint8_t>(bytes[at]);
}

} // namespace

std::string two_bytes(std::size_t value)
{
    return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

std::string three_bytes(std::size_t value)
{
    return static_cast<char>(value >> 16 & 0xff) + two_bytes(value);
}

std::string record(std::uint8_t type, std::uint16_t version, std::string_view content)
{
    std::string bytes(1, static_cast<char>(type));
    bytes.append(two_bytes(version)).append(two_bytes(content.size())).append(content);
    return bytes;
}

std::string handshake(std::uint8_t type, std::string_view body)
{
    return record(handshake_type, 0x0303,
                  static_cast<char>(type) + three_bytes(body.size()) + std::string(body));
}

std::string alert(std::uint8_t level, std::uint8_t description)
{
    return record(alert_type, 0x0303, std::string{static_cast<char>(level), static_cast<char>(description)});
}

std::string bytes_of(const server_hello& hello)
{
    std::string extensions = hello.extensions;
    if (hello.renegotiation_info) {
        extensions += std::string("\xff\x01\x00\x01\x00", 5);
    }
    std::string body = two_bytes(hello.version) + std::string(24, 'r') + hello.random_end;
    body += '\0'; // No session id.
    body += two_bytes(hello.cipher);
    body += static_cast<char>(hello.compression);
    if (!extensions.empty()) {
        body += two_bytes(extensions.size()) + extensions;
    }
    const std::string message = static_cast<char>(server_hello_type) + three_bytes(body.size()) + body;
    return record(handshake_type, hello.record_version, message);
}

client_records read_records(std::string_view bytes)
{
    client_records seen;
    while (bytes.size() >= 5) {
        const std::uint8_t type = byte_at(bytes, 0);
        const std::size_t size = static_cast<std::size_t>(byte_at(bytes, 3) << 8 | byte_at(bytes, 4));
        if (type >= application_type || type < alert_type || size + 5 > bytes.size()) {
            break;
        }
        if (type == alert_type && size == 2 && byte_at(bytes, 5) == 2) {
            seen.fatal_alert = byte_at(bytes, 6);
        }
        bytes.remove_prefix(size + 5);
    }
    seen.only_handshake = bytes.empty();
    return seen;
}

} // namespace test
