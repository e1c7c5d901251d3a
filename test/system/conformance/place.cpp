// The driving of the io_context, the small service, and the reading of answers.
#include "place.hpp"

#include "error/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace conformance {

using asio::ip::tcp;
using boost::system::error_code;

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

line::line(place& where, const asio::ip::address_v4& from)
    : where_(where), socket_(where.io(), tcp::v4()), part_(64UL * 1024)
{
    if (from != asio::ip::address_v4::loopback()) { // else the kernel takes it, and a port when it is needed
        socket_.bind(tcp::endpoint(from, 0));
    }
    bool connected = false;
    socket_.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), where.port()),
                          [&](const error_code& failure) {
                              failure_ = failure;
                              connected = true;
                          });
    where_.run_until([&] { return connected; });
    BOOST_REQUIRE_MESSAGE(!failure_, failure_.message());
    socket_.non_blocking(true);
    socket_.set_option(tcp::no_delay(true));
}

void line::send(std::string_view bytes)
{
    bool sent = false;
    asio::async_write(socket_, asio::buffer(bytes), [&](const error_code&, std::size_t) { sent = true; });
    where_.run_until([&] { return sent; });
}

void line::half_close()
{
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void line::read()
{
    bool done = false;
    socket_.async_read_some(asio::buffer(part_), [&](const error_code& failure, std::size_t size) {
        failure_ = failure;
        buffer_.append(part_.data(), size);
        done = true;
    });
    where_.run_until([&] { return done; });
    ended_ = failure_.failed();
}

const std::string& line::arrived()
{
    where_.settle();
    while (!ended_) {
        error_code failure;
        const std::size_t size = socket_.read_some(asio::buffer(part_), failure);
        if (failure == asio::error::would_block) {
            break;
        }
        failure_ = failure;
        ended_ = failure.failed();
        buffer_.append(part_.data(), size);
    }
    return buffer_;
}

const std::string& line::answered(std::size_t to_head)
{
    std::string left;
    while (!ended_ && answers_in(buffer_, to_head, left).empty()) {
        read();
    }
    return arrived();
}

std::string line::rest()
{
    while (!ended_) {
        read();
    }
    return std::exchange(buffer_, {});
}

bool line::in_order() const
{
    return failure_ == asio::error::eof;
}

place::place(http::server::handler handle, const http::server_options& options)
{
    if (!handle) {
        handle = [this](const http::server_request& request) { return serve(request); };
    }
    server_ = std::make_unique<http::server>(io_.get_executor(), "127.0.0.1:0", options, std::move(handle));
    time_ = still_time::latest();
    begun_ = time_->now();
    server_->start();
}

place::~place() = default;

// Knows GET, HEAD, POST and OPTIONS, as a service should.
asio::awaitable<http::server_response> place::serve(const http::server_request& request)
{
    seen_request copy;
    copy.method = request.method;
    copy.target = request.target;
    copy.body = request.body;
    copy.host = request.header("Host").value_or("");
    http::server_response answer(200, copy.body, "text/plain");
    if (copy.method == "GET" || copy.method == "HEAD") {
        answer.body = "GET " + copy.target;
    } else if (copy.method != "POST") {
        answer.status = copy.method == "OPTIONS" ? 204 : 405;
        answer.headers.emplace_back("Allow", "GET, HEAD, OPTIONS, POST");
    }
    seen.push_back(std::move(copy));
    co_return answer;
}

void place::run_until(const std::function<bool()>& done)
{
    while (!done()) {
        if (io_.stopped()) {
            io_.restart();
        }
        // The limit only ends a test that has failed: by its own clock the server has forever.
        BOOST_REQUIRE_MESSAGE(io_.run_one_for(std::chrono::seconds(60)) > 0,
                              "nothing happens any more, unless a deadline passes");
    }
}

void place::settle()
{
    if (io_.stopped()) {
        io_.restart();
    }
    for (int i = 0; i < 3; ++i) {
        io_.poll();
    }
}

void place::pass(std::chrono::nanoseconds by)
{
    asio::post(io_, [this, by] { time_->advance(by); });
    settle();
}

void place::wait_for_deadline(std::chrono::nanoseconds left)
{
    run_until([&] { return time_->left() == left; });
}

conversation place::talk(std::string_view bytes, std::size_t to_head)
{
    seen.clear();
    line client(*this);
    client.send(bytes);
    const std::string all = client.rest();
    conversation out;
    out.answers = answers_in(all, to_head, out.left);
    out.closed_in_order = client.in_order();
    out.seen = std::exchange(seen, {});
    return out;
}

std::string answer::field(std::string_view name) const
{
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
        const std::string_view text = std::string_view(head).substr(at + 2);
        if (text.size() > name.size() && text[name.size()] == ':' &&
            http::same_field_name(text.substr(0, name.size()), name)) {
            const std::string_view value = text.substr(name.size() + 1, text.find("\r\n") - name.size() - 1);
            return std::string(value.substr(std::min(value.find_first_not_of(' '), value.size())));
        }
    }
    return {};
}

bool answer::has(std::string_view name) const
{
    std::size_t count = 0;
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
        const std::string_view text = std::string_view(head).substr(at + 2);
        count += text.size() > name.size() && text[name.size()] == ':' &&
                         http::same_field_name(text.substr(0, name.size()), name)
                     ? 1
                     : 0;
    }
    BOOST_CHECK_LE(count, 1U); // none of ours may be repeated
    return count > 0;
}

std::vector<answer> answers_in(std::string_view bytes, std::size_t to_head, std::string& left)
{
    std::vector<answer> answers;
    std::size_t finals = 0;
    while (bytes.starts_with("HTTP/1.1 ") && bytes.size() > 12 && bytes[12] == ' ') {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) {
            break;
        }
        answer one;
        one.status =
            static_cast<unsigned>(std::strtoul(std::string(bytes.substr(9, 3)).c_str(), nullptr, 10));
        one.head = bytes.substr(0, end + 4);
        const bool interim = one.status < 200;
        const bool bodiless = interim || one.status == 204 || one.status == 304 || finals < to_head;
        finals += interim ? 0 : 1;
        const std::size_t length =
            bodiless ? 0 : std::strtoul(one.field("Content-Length").c_str(), nullptr, 10);
        if (bytes.size() < end + 4 + length) {
            break;
        }
        one.body = bytes.substr(end + 4, length);
        bytes.remove_prefix(end + 4 + length);
        answers.push_back(std::move(one));
    }
    left = bytes;
    return answers;
}

std::string printable(std::string_view bytes)
{
    std::string text;
    videosdk::text::append_printable(text, bytes, 200);
    return text;
}

std::string not_refused(const conversation& what)
{
    if (!what.seen.empty()) {
        return "the handler was called for " + what.seen.front().method + " " + what.seen.front().target;
    }
    if (what.answers.size() != 1 || !what.left.empty()) {
        return std::to_string(what.answers.size()) + " answers and \"" + printable(what.left) + "\"";
    }
    const answer& only = what.answers.front();
    if (only.status / 100 != 4 && only.status != 501 && only.status != 505) {
        return "status " + std::to_string(only.status);
    }
    if (only.field("Connection") != "close" || !only.has("Date")) {
        return "the head " + printable(only.head);
    }
    return what.closed_in_order ? "" : "the connection did not end in order";
}

} // namespace conformance
