// The server over TLS. The only file here that includes Asio's SSL headers.
#include "support/certificates.hpp"
#include "world.hpp"

#include <videosdk/errc.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace server_tests;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

class tls_peer {
public:
    tls_peer(world& where, const std::string& trusted_pem, const std::string& host = "localhost",
             int newest = TLS1_3_VERSION)
        : world_(where), stream_(*where.io, trusting(trusted_pem))
    {
        SSL_set_max_proto_version(stream_.native_handle(), newest);
        stream_.set_verify_mode(asio::ssl::verify_peer);
        stream_.set_verify_callback(asio::ssl::host_name_verification(host));
        const auto address = asio::ip::make_address("127.0.0.1");
        wait([&](auto done) {
            stream_.lowest_layer().async_connect(asio::ip::tcp::endpoint(address, where.server->port()),
                                                 done);
        });
        wait([&](auto done) { stream_.async_handshake(asio::ssl::stream_base::client, done); });
    }

    void send(const std::string& bytes)
    {
        wait([&](auto done) {
            asio::async_write(stream_, asio::buffer(bytes),
                              [done](const error_code& code, std::size_t) mutable { done(code); });
        });
    }

    std::string read(std::size_t at_least)
    {
        std::string text;
        while (!failure && text.size() < at_least) {
            std::array<char, 4096> part{};
            std::size_t size = 0;
            wait([&](auto done) {
                stream_.async_read_some(asio::buffer(part),
                                        [&size, done](const error_code& code, std::size_t n) mutable {
                                            size = n;
                                            done(code);
                                        });
            });
            text.append(part.data(), size);
        }
        return text;
    }

    std::string rest() { return read(static_cast<std::size_t>(-1)); }
    std::string version() { return SSL_get_version(stream_.native_handle()); }
    SSL* native_handle() { return stream_.native_handle(); }

    error_code failure;

private:
    static asio::ssl::context& trusting(const std::string& pem)
    {
        static std::vector<std::unique_ptr<asio::ssl::context>> contexts;
        contexts.push_back(std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client));
        contexts.back()->add_certificate_authority(asio::buffer(pem));
        SSL_CTX_set_security_level(contexts.back()->native_handle(), 0);
        return *contexts.back();
    }

    template <class Begin>
    void wait(Begin begin)
    {
        if (failure) {
            return;
        }
        bool done = false;
        begin([&](const error_code& code) {
            failure = code;
            done = true;
        });
        world_.run_until([&] { return done; });
    }

    world& world_;
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

void give_tls(world& where, const test_support::certificate& certificate)
{
    where.options.tls.emplace();
    where.options.tls->certificate_chain_pem = certificate.certificate_pem;
    where.options.tls->private_key_pem = certificate.private_key_pem;
}

// A client whose TLS records are in the test's hands.
class record_client {
public:
    explicit record_client(world& where) : world_(where), handle_(raw_connect(where.server->port()))
    {
        BOOST_REQUIRE_GE(handle_, 0);
        ::fcntl(handle_, F_SETFL, ::fcntl(handle_, F_GETFL) | O_NONBLOCK);
        SSL_set_fd(ssl_.get(), handle_);
        while (SSL_connect(ssl_.get()) != 1) {
            where.settle();
        }
        SSL_set0_wbio(ssl_.get(), BIO_new(BIO_s_mem()));
    }
    ~record_client() { ::close(handle_); }
    record_client(const record_client&) = delete;
    record_client& operator=(const record_client&) = delete;

    // The bytes as one record, not sent.
    std::string sealed(const std::string& bytes)
    {
        BOOST_REQUIRE_EQUAL(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())),
                            static_cast<int>(bytes.size()));
        std::string record(64 * 1024, ' ');
        const int size = BIO_read(SSL_get_wbio(ssl_.get()), record.data(), static_cast<int>(record.size()));
        BOOST_REQUIRE_GT(size, 0);
        record.resize(static_cast<std::size_t>(size));
        return record;
    }

    void send(std::string_view record) const
    {
        BOOST_REQUIRE_EQUAL(::send(handle_, record.data(), record.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(record.size()));
    }

    // What the server says until it has said something or the connection is over.
    std::string read()
    {
        std::array<char, 4096> part{};
        for (;;) {
            const int size = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
            if (size > 0) {
                return std::string(part.data(), static_cast<std::size_t>(size));
            }
            if (SSL_get_error(ssl_.get(), size) != SSL_ERROR_WANT_READ) {
                ERR_clear_error();
                return {};
            }
            world_.settle();
        }
    }

    bool over() const
    {
        char byte = 0;
        const ssize_t size = ::recv(handle_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return size == 0 || (size < 0 && errno != EAGAIN);
    }

private:
    world& world_;
    int handle_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                               &SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{SSL_new(context_.get()), &SSL_free};
};

} // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(requests_are_answered_over_tls_with_keys_of_both_kinds)
{
    for (const auto key : {test_support::key_type::ec_p256, test_support::key_type::rsa_2048}) {
        const auto authority = test_support::make_authority("authority", key);
        test_support::leaf_options leaf;
        leaf.key = key;
        world here;
        give_tls(here, test_support::make_leaf(leaf, &authority));
        here.start();
        tls_peer client(here, authority.certificate_pem);
        BOOST_REQUIRE_MESSAGE(!client.failure, client.failure.message());
        for (int i = 0; i < 3; ++i) {
            client.send(post("/a", "body"));
            BOOST_CHECK(client.read(1).find("POST /a body") != std::string::npos);
        }
        BOOST_CHECK_EQUAL(here.counts().connections_accepted, 1U);
        client.send(get("/last", "Connection: close\r\n"));
        BOOST_CHECK(client.rest().find("GET /last ") != std::string::npos);
        BOOST_CHECK(client.failure == asio::error::eof); // close_notify, not a truncation
    }
}

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_can_be_trusted_by_itself)
{
    world here;
    const auto leaf = test_support::make_leaf();
    give_tls(here, leaf);
    here.start();
    tls_peer client(here, leaf.certificate_pem, "127.0.0.1");
    BOOST_CHECK_MESSAGE(!client.failure, client.failure.message());
}

BOOST_AUTO_TEST_CASE(the_certificate_maker_makes_what_clients_refuse)
{
    const auto authority = test_support::make_authority();
    test_support::leaf_options expired;
    expired.valid_from_hours = -48;
    expired.valid_until_hours = -24;
    test_support::leaf_options early;
    early.valid_from_hours = 24;
    early.valid_until_hours = 48;
    test_support::leaf_options stranger;
    stranger.dns_names = {"stranger.example"};
    stranger.addresses = {};
    for (const auto& options : {expired, early, stranger}) {
        world here;
        give_tls(here, test_support::make_leaf(options, &authority));
        here.start();
        tls_peer client(here, authority.certificate_pem);
        BOOST_CHECK(client.failure);
        here.run_until([&] { return here.counts().handshakes_failed == 1; });
        BOOST_CHECK_EQUAL(here.counts().connections_open, 0U);
    }
}

BOOST_AUTO_TEST_CASE(tls_1_2_is_spoken_and_nothing_older)
{
    const auto authority = test_support::make_authority();
    world here;
    give_tls(here, test_support::make_leaf(test_support::leaf_options(), &authority));
    here.start();
    tls_peer newer(here, authority.certificate_pem);
    BOOST_CHECK_EQUAL(newer.version(), "TLSv1.3");
    tls_peer older(here, authority.certificate_pem, "localhost", TLS1_2_VERSION);
    BOOST_CHECK(!older.failure);
    BOOST_CHECK_EQUAL(older.version(), "TLSv1.2");
    tls_peer oldest(here, authority.certificate_pem, "localhost", TLS1_1_VERSION);
    BOOST_CHECK(oldest.failure);
}

BOOST_AUTO_TEST_CASE(answers_of_many_records_come_as_they_are)
{
    // Around one record, around four, which are encrypted at once, and several times four.
    const std::vector<std::size_t> sizes{16'383, 16'384,  16'385,  65'535, 65'536,
                                         65'537, 131'072, 131'073, 300'000};
    const auto text_of = [](std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i != size; ++i) {
            text[i] = static_cast<char>('a' + (i * 31 + i / 1'000) % 26);
        }
        return text;
    };
    for (const int newest : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        const auto certificate = test_support::make_leaf();
        world here;
        give_tls(here, certificate);
        here.start([&](const http::server_request& request) -> asio::awaitable<http::server_response> {
            co_return http::server_response(200, text_of(std::stoul(std::string(request.target.substr(1)))));
        });
        tls_peer client(here, certificate.certificate_pem, "localhost", newest);
        BOOST_REQUIRE_MESSAGE(!client.failure, client.failure.message());
        const auto answer_of = [&](std::size_t size) {
            client.send(get("/" + std::to_string(size)));
            std::string got;
            while (!client.failure && (got.find("\r\n\r\n") == std::string::npos ||
                                       got.size() < got.find("\r\n\r\n") + 4 + size)) {
                got += client.read(1);
            }
            return got;
        };
        const std::size_t head = answer_of(10'000).size() - 10'000; // of five digits
        for (const std::size_t size : sizes) {
            const std::size_t body = size - head - (size > 100'000 ? 1 : 0);
            if (newest == TLS1_3_VERSION) { // the answer begins with keys of its own
                SSL_key_update(client.native_handle(), SSL_KEY_UPDATE_REQUESTED);
            }
            const std::string got = answer_of(body);
            BOOST_CHECK_EQUAL(got.size(), size);
            BOOST_CHECK(got.ends_with("\r\n\r\n" + text_of(body)));
        }
        BOOST_CHECK_EQUAL(body_of(answer_of(10)), text_of(10));
        BOOST_CHECK_EQUAL(here.counts().handshakes, 1U);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_of_many_records_that_is_not_taken_ends_its_connection_alone)
{
    const auto certificate = test_support::make_leaf();
    for (const bool leaves : {true, false}) {
        world here;
        videosdk::manual_scheduler& clock = here.stop_the_clock();
        give_tls(here, certificate);
        here.start([](const http::server_request& request) -> asio::awaitable<http::server_response> {
            const std::size_t size =
                request.target == "/large" ? 32 * 1024 * 1024 : 5; // more than buffers hold
            co_return http::server_response(200, std::string(size, 'a'));
        });
        auto slow = std::make_unique<tls_peer>(here, certificate.certificate_pem);
        slow->send(get("/large"));
        BOOST_CHECK(slow->read(100'000).size() >= 100'000); // in the middle of it
        here.settle();
        BOOST_CHECK_EQUAL(here.counts().connections_open, 1U);
        if (leaves) {
            slow.reset();
        } else {
            clock.advance(here.options.write_timeout);
        }
        here.run_until([&] { return here.counts().connections_open == 0; });
        BOOST_CHECK_EQUAL(here.counts().timed_out_writes, leaves ? 0U : 1U);
        BOOST_CHECK_EQUAL(ERR_peek_error(), 0U);
        tls_peer next(here, certificate.certificate_pem);
        next.send(get("/small"));
        BOOST_CHECK(next.read(1).ends_with("aaaaa"));
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_is_read_over_tls_too)
{
    world here;
    const auto leaf = test_support::make_leaf();
    give_tls(here, leaf);
    here.start();
    tls_peer client(here, leaf.certificate_pem);
    client.send("GET / HTTP/1.1\r\n\r\n");
    BOOST_CHECK_EQUAL(status_of(client.rest()), 400U);
    BOOST_CHECK(client.failure == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_tls_cost_the_connection_and_nothing_else)
{
    world here;
    const auto leaf = test_support::make_leaf();
    give_tls(here, leaf);
    here.start();
    peer plain(here);
    plain.send(get("/"));
    BOOST_CHECK_EQUAL(status_of(plain.rest()), 0U);
    here.run_until([&] { return here.counts().handshakes_failed == 1; });
    tls_peer client(here, leaf.certificate_pem);
    BOOST_CHECK(!client.failure);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_does_not_end_is_dropped)
{
    world here;
    here.options.idle_timeout = 20ms;
    give_tls(here, test_support::make_leaf());
    here.start();
    peer silent(here);
    BOOST_CHECK_EQUAL(silent.rest(), "");
    BOOST_CHECK_EQUAL(here.counts().timed_out, 1U);
    here.run_until([&] { return here.counts().connections_open == 0; });
    BOOST_CHECK_EQUAL(here.counts().handshakes_failed, 0U); // counted once
    BOOST_CHECK_EQUAL(here.counts().requests, 0U);
}

BOOST_AUTO_TEST_CASE(deadlines_hold_over_tls)
{
    world here;
    here.options.head_timeout = 50ms;
    const auto leaf = test_support::make_leaf();
    give_tls(here, leaf);
    here.start();
    tls_peer client(here, leaf.certificate_pem);
    client.send("GET / HT");
    BOOST_CHECK_EQUAL(status_of(client.rest()), 408U);
    BOOST_CHECK(client.failure == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(a_request_of_which_a_part_of_a_record_has_come_is_answered_by_a_server_that_drains)
{
    const auto leaf = test_support::make_leaf();
    for (const bool seen : {true, false}) {
        world here;
        here.stop_the_clock();
        give_tls(here, leaf);
        here.start();
        record_client client(here);
        client.send(client.sealed(get("/first")));
        BOOST_CHECK(client.read().find("GET /first ") != std::string::npos);
        // given a part, in the server's hands or still in its socket
        const std::string record = client.sealed(get("/second"));
        client.send(record.substr(0, record.size() / 2));
        if (seen) {
            here.settle();
        }
        // when
        std::optional<std::size_t> cut;
        asio::co_spawn(*here.io, here.server->drain(60s),
                       [&](const std::exception_ptr&, std::size_t count) { cut = count; });
        here.settle();
        BOOST_CHECK(!cut);
        client.send(record.substr(record.size() / 2));
        // then
        const std::string answer = client.read();
        BOOST_CHECK(answer.find("GET /second ") != std::string::npos);
        BOOST_CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_drain_waits_for_the_rest_of_a_record_as_long_as_for_a_head)
{
    const auto leaf = test_support::make_leaf();
    for (const bool seen : {true, false}) {
        world here;
        auto& clock = here.stop_the_clock();
        give_tls(here, leaf);
        here.start();
        record_client client(here);
        client.send(client.sealed(get("/first")));
        BOOST_CHECK(client.read().find("GET /first ") != std::string::npos);
        client.send(client.sealed(get("/second")).substr(0, 20));
        if (seen) {
            here.settle();
        }
        std::optional<std::size_t> cut;
        asio::co_spawn(*here.io, here.server->drain(1h),
                       [&](const std::exception_ptr&, std::size_t count) { cut = count; });
        here.settle();
        BOOST_CHECK(!cut);
        clock.advance(here.options.head_timeout);
        here.settle();
        clock.advance(2s); // the goodbye, which this client does not answer
        here.settle();
        BOOST_REQUIRE(cut);
        BOOST_CHECK_EQUAL(*cut, 0U);
    }
}

BOOST_AUTO_TEST_CASE(one_connection_too_many_is_not_waited_for_in_its_handshake)
{
    world here;
    auto& clock = here.stop_the_clock();
    here.options.max_connections = 1;
    give_tls(here, test_support::make_leaf());
    here.start();
    peer first(here);
    here.run_until([&] { return here.counts().connections_open == 1; });
    peer second(here);
    here.run_until([&] { return here.counts().connections_shed == 1; });
    clock.advance(2s);
    here.settle();
    BOOST_CHECK(second.over());
    BOOST_CHECK(!first.over());
}

BOOST_AUTO_TEST_CASE(an_io_context_is_destroyed_with_tls_connections_and_handshakes_open)
{
    world here;
    const auto leaf = test_support::make_leaf();
    give_tls(here, leaf);
    here.start();
    std::vector<std::unique_ptr<tls_peer>> open;
    for (int i = 0; i < 5; ++i) {
        open.push_back(std::make_unique<tls_peer>(here, leaf.certificate_pem));
        open.back()->send("GET / HTTP/1.1\r\nHo");
    }
    std::vector<std::unique_ptr<peer>> silent;
    for (int i = 0; i < 5; ++i) {
        silent.push_back(std::make_unique<peer>(here));
    }
    here.run_until([&] { return here.counts().connections_open == 10; });
    open.clear();
    silent.clear();
    here.io.reset();
    BOOST_CHECK_EQUAL(here.counts().connections_open, 0U);
}

BOOST_AUTO_TEST_CASE(a_new_certificate_is_for_new_connections_and_open_ones_live_on)
{
    const auto old_leaf = test_support::make_leaf();
    const auto new_leaf = test_support::make_leaf();
    world here;
    give_tls(here, old_leaf);
    here.start();
    tls_peer before(here, old_leaf.certificate_pem);
    before.send(get("/before"));
    BOOST_CHECK(before.read(1).find("GET /before") != std::string::npos);
    http::server_tls material;
    material.certificate_chain_pem = new_leaf.certificate_pem;
    material.private_key_pem = new_leaf.private_key_pem;
    here.server->reload_certificate(material);
    before.send(get("/after"));
    BOOST_CHECK(before.read(1).find("GET /after") != std::string::npos);
    tls_peer fresh(here, new_leaf.certificate_pem);
    BOOST_CHECK_MESSAGE(!fresh.failure, fresh.failure.message());
    tls_peer outdated(here, old_leaf.certificate_pem);
    BOOST_CHECK(outdated.failure);
    before.send(get("/last", "Connection: close\r\n"));
    BOOST_CHECK(before.rest().find("GET /last") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pair_that_is_wrong_changes_nothing)
{
    const auto leaf = test_support::make_leaf();
    const auto other = test_support::make_leaf();
    world here;
    give_tls(here, leaf);
    here.start();
    http::server_tls material;
    material.certificate_chain_pem = other.certificate_pem;
    material.private_key_pem = leaf.private_key_pem;
    try {
        here.server->reload_certificate(material);
        BOOST_ERROR("took a key of another certificate");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::invalid_argument);
        BOOST_CHECK(failure.info().detail.find("private_key_pem") != std::string::npos);
    }
    tls_peer client(here, leaf.certificate_pem);
    BOOST_CHECK_MESSAGE(!client.failure, client.failure.message());
    here.server->stop();
    material.certificate_chain_pem = leaf.certificate_pem;
    try {
        here.server->reload_certificate(material);
        BOOST_ERROR("took a certificate after its end");
    } catch (const videosdk::error& failure) {
        BOOST_CHECK(failure.code() == videosdk::errc::closed);
    }
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_takes_no_certificate)
{
    world here;
    here.start();
    BOOST_CHECK_THROW(here.server->reload_certificate(http::server_tls()), videosdk::error);
}

BOOST_AUTO_TEST_CASE(material_that_does_not_parse_is_named_and_not_shown)
{
    const auto leaf = test_support::make_leaf();
    const auto other = test_support::make_leaf();
    struct row {
        const char* named;
        std::string certificate;
        std::string key;
    };
    const std::string broken_key = leaf.private_key_pem.substr(0, leaf.private_key_pem.size() / 2);
    for (const row& each : std::vector<row>{
             {"certificate_chain_pem", "no certificate", leaf.private_key_pem},
             {"certificate_chain_pem", leaf.private_key_pem, leaf.private_key_pem},
             {"private_key_pem", leaf.certificate_pem, "no key"},
             {"private_key_pem", leaf.certificate_pem, broken_key},
             {"private_key_pem", leaf.certificate_pem, leaf.certificate_pem},
             {"private_key_pem", leaf.certificate_pem, other.private_key_pem},
         }) {
        world here;
        here.options.name = "emulator";
        give_tls(here, {each.certificate, each.key});
        try {
            here.start();
            BOOST_ERROR("started with bad material");
        } catch (const videosdk::error& failure) {
            BOOST_CHECK(failure.code() == videosdk::errc::invalid_argument);
            BOOST_CHECK_EQUAL(failure.info().call, "emulator");
            BOOST_CHECK_MESSAGE(failure.info().detail.starts_with(each.named), failure.what());
            BOOST_CHECK(std::string(failure.what()).find(leaf.private_key_pem.substr(40, 20)) ==
                        std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
