// Peers that no library would play any more: each first answer is refused, by an alert that names the reason.
#include "handshakes.hpp"
#include "trial.hpp"

#include <algorithm>

namespace {

using namespace test;

// RFC 8446, section 6.
constexpr std::uint8_t handshake_failure = 40;
constexpr std::uint8_t illegal_parameter = 47;
constexpr std::uint8_t protocol_version = 70;

struct row {
    const char* name;
    const char* words;
    std::uint8_t alert;
    void (*spoil)(server_hello&);
};

const row rows[] = {
    {"TLS 1.1", "unsupported protocol", protocol_version, [](server_hello& h) { h.version = 0x0302; }},
    {"TLS 1.0", "unsupported protocol", protocol_version, [](server_hello& h) { h.version = 0x0301; }},
    {"SSL 3", "unsupported protocol", protocol_version, [](server_hello& h) { h.version = 0x0300; }},
    {"SSL 3 in records of SSL 3", "unsupported protocol", protocol_version,
     [](server_hello& h) { h.record_version = h.version = 0x0300; }},
    {"SSL 2", "unsupported protocol", protocol_version, [](server_hello& h) { h.version = 0x0002; }},
    {"NULL with MD5", "wrong cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0001; }},
    {"NULL with SHA-256", "wrong cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x003b; }},
    {"no cipher at all", "unknown cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0000; }},
    {"RC4 with MD5", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0004; }},
    {"RC4 with SHA-1", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0005; }},
    {"RC4 with ECDHE", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0xc007; }},
    {"RC4 of 40 bits, for export", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0003; }},
    {"DES of 40 bits, for export", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0008; }},
    {"DES", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0009; }},
    {"triple DES", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x000a; }},
    {"triple DES with ECDHE", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0xc008; }},
    {"anonymous DH", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x0034; }},
    {"anonymous DH with GCM", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x00a6; }},
    {"anonymous ECDH", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0xc018; }},
    {"DH, whose group the server chooses", "cipher", illegal_parameter,
     [](server_hello& h) { h.cipher = 0x009e; }},
    {"no forward secrecy", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x009c; }},
    {"CBC", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0xc009; }},
    {"a pre-shared key", "cipher", illegal_parameter, [](server_hello& h) { h.cipher = 0x00a8; }},
    {"a cipher of TLS 1.3 in TLS 1.2", "cipher", illegal_parameter,
     [](server_hello& h) { h.cipher = 0x1301; }},
    {"compression", "compression", illegal_parameter, [](server_hello& h) { h.compression = 1; }},
    {"a fall back from TLS 1.3, as the server says itself", "fallback", illegal_parameter,
     [](server_hello& h) { h.random_end = std::string("DOWNGRD\x01", 8); }},
    {"a fall back to TLS 1.1, as the server says itself", "fallback", illegal_parameter,
     [](server_hello& h) { h.random_end = std::string("DOWNGRD\x00", 8); }},
    {"renegotiation without its binding", "renegotiation", handshake_failure,
     [](server_hello& h) { h.renegotiation_info = false; }},
    {"an extension that nobody asked for", "extension", 110,
     [](server_hello& h) { h.extensions = two_bytes(0x0005) + two_bytes(0); }},
};

trial attempt(const std::string& reply)
{
    return acquire_from(hand_written_peer(reply), "localhost",
                        test_support::make_authority().certificate_pem);
}

} // namespace

BOOST_AUTO_TEST_SUITE(hand_written)

BOOST_AUTO_TEST_CASE(a_server_hello_with_one_defect_is_refused_by_an_alert_and_without_it_read_on)
{
    // Given the sound one: the client waits for more, says nothing against it, and gives up only at the end.
    const trial sound = attempt(bytes_of(server_hello{}));
    check_refused(sound, "ended in the middle of the handshake");
    BOOST_TEST(read_records(sound.seen.bytes).only_handshake);
    BOOST_TEST(!read_records(sound.seen.bytes).fatal_alert.has_value());
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(each.name)
        {
            // When one thing is wrong,
            server_hello hello;
            each.spoil(hello);
            const trial spoilt = attempt(bytes_of(hello));
            // then the client says so, and nothing else.
            check_refused(spoilt, each.words);
            const client_records records = read_records(spoilt.seen.bytes);
            BOOST_TEST(records.only_handshake);
            BOOST_TEST(records.fatal_alert.has_value());
            BOOST_TEST(int{records.fatal_alert.value_or(0)} == int{each.alert});
        }
    }
}

BOOST_AUTO_TEST_CASE(an_alert_of_the_server_is_named)
{
    for (const auto& [description, words] : {std::pair<std::uint8_t, const char*>{40, "handshake failure"},
                                             {112, "unrecognized name"},
                                             {80, "internal error"},
                                             {70, "protocol version"}}) {
        BOOST_TEST_CONTEXT(words)
        {
            const trial got = attempt(alert(2, description));
            check_refused(got, words);
            BOOST_TEST(read_records(got.seen.bytes).only_handshake);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_is_refused)
{
    std::string noise;
    for (unsigned i = 0; i < 2000; ++i) {
        noise += static_cast<char>(i * 151 + 7);
    }
    const std::pair<std::string, const char*> replies[] = {
        {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "does not speak TLS"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "does not speak TLS"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "does not speak TLS"},
        {noise, "does not speak TLS"},
        {std::string(2000, '\0'), "does not speak TLS"},
        {record(23, 0x0303, "HTTP/1.1 200 OK\r\n\r\n"), "handshake"},
        {record(22, 0x0303, std::string("\x0b\x00\x00\x03\x00\x00\x00", 7)), "unexpected message"},
        {record(22, 0x0303, std::string("\x02\x00\x00\x02\x03\x03", 6)), "length"},
        {bytes_of(server_hello{}) + bytes_of(server_hello{}), "unexpected message"},
    };
    for (const auto& [reply, words] : replies) {
        BOOST_TEST_CONTEXT(words << " for " << reply.substr(0, 12))
        {
            const trial got = attempt(reply);
            check_refused(got, words);
            BOOST_TEST(read_records(got.seen.bytes).only_handshake);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_ends_in_the_middle_of_the_handshake_is_refused)
{
    const std::string hello = bytes_of(server_hello{});
    for (const std::size_t length : {std::size_t{0}, std::size_t{3}, std::size_t{20}, hello.size()}) {
        BOOST_TEST_CONTEXT(length << " bytes")
        {
            check_refused(attempt(hello.substr(0, length)), "ended in the middle of the handshake");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
