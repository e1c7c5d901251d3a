// A whole server connection, from the socket to the handler and back: it answers exactly the requests that
// were sent, in order, in well-formed HTTP, and nothing after a refusal.
#include "answers.hpp"
#include "fuzz.hpp"
#include "http/server_core.hpp"
#include "requests.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <stdexcept>

#include <sys/socket.h>
#include <unistd.h>

namespace {

namespace asio = boost::asio;
using namespace videosdk::http;

constexpr fuzz::server_limits limits{{.max_head = 1024, .max_target = 256, .max_headers = 16}, 512};

std::string echo(std::string_view method, std::string_view target, std::string_view body)
{
    return std::string(method) + ' ' + std::string(target) + '\n' + std::string(body);
}

asio::awaitable<server_response> handle(const server_request& request)
{
    if (request.target.starts_with("/throw")) {
        throw std::runtime_error("as the target says");
    }
    server_response answer(200, echo(request.method, request.target, request.body), "text/plain");
    answer.headers.emplace_back("X-Headers", std::to_string(request.headers.size()));
    if (request.target.starts_with("/none")) {
        answer.status = 204;
    } else if (request.target.starts_with("/odd")) {
        answer.headers.emplace_back("X-Odd", "a\r\nb");
    }
    answer.close = request.target.starts_with("/close");
    answer.drop = request.target.starts_with("/drop");
    co_return answer;
}

// One server for all inputs; the deadlines are far away, since no clock shall decide.
struct world {
    world()
    {
        server_options options;
        options.head = limits.head;
        options.max_body = limits.max_body;
        options.head_timeout = options.request_timeout = options.handler_timeout = options.write_timeout =
            options.idle_timeout = std::chrono::hours(1);
        core = std::make_shared<server_core>(context.get_executor(), "127.0.0.1:0", options, &handle);
    }

    void connect(int socket)
    {
        asio::ip::tcp::socket accepted(context.get_executor(), asio::ip::tcp::v4(), socket);

        core->take(std::move(accepted), {asio::ip::address_v4::loopback(), 1});
    }

    bool open() const { return core->counts().connections_open > 0; }

    void turn()
    {
        context.restart();
        context.poll();
    }

    asio::io_context context;
    std::shared_ptr<server_core> core;
};

// The client's end.
class peer {
public:
    explicit peer(int socket) noexcept : socket_(socket) {}
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    ~peer() { ::close(socket_); }

    /// False when the server reads no more.
    bool send(std::string_view piece)
    {
        return ::send(socket_, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
               static_cast<ssize_t>(piece.size());
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }
    void receive(std::string& into)
    {
        std::array<char, 4096> buffer; // NOLINT: filled by recv
        for (ssize_t size = 1; size > 0;) {
            size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
            into.append(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        }
    }

private:
    int socket_;
};

// All that the server says to these bytes.
std::string converse(world& where, std::string_view input, std::size_t largest)
{
    std::array<int, 2> ends{};
    fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "(out of sockets)");
    peer client(ends[0]);
    where.connect(ends[1]);
    std::string said;
    fuzz::cutter pieces(input, largest);
    bool heard = true;
    while (heard && !pieces.empty() && where.open()) {
        heard = client.send(pieces.next(input.size()));
        where.turn();
        client.receive(said);
    }
    client.finish();
    for (int turns = 0; where.open(); ++turns) {
        fuzz::require(turns < 10'000, "a connection ends when its client has gone");
        where.turn();
        client.receive(said);
    }
    client.receive(said);
    return said;
}

bool is_interim(std::string_view said)
{
    return said.starts_with("HTTP/1.1 100 ");
}

// One answer of the handler's; false when the connection ended with it.
bool check_answer(const fuzz::seen_request& request, std::string_view& said)
{
    const std::string_view target = request.target;
    if (target.starts_with("/drop")) {
        return false;
    }
    const fuzz::seen_answer answer = fuzz::pop_answer(said, request.method == "HEAD");
    const bool fails = target.starts_with("/throw") || target.starts_with("/odd");
    const int status = fails ? 500 : target.starts_with("/none") ? 204 : 200;
    fuzz::require(answer.status == status, "each request is answered by its handler, in order");
    if (status == 200) {
        const std::string body = echo(request.method, target, request.body);
        fuzz::require(answer.body == (request.method == "HEAD" ? "" : body) &&
                          answer.header("Content-Length") == std::to_string(body.size()) &&
                          answer.header("X-Headers") == std::to_string(request.headers.size()),
                      "the handler saw the request as it was sent");
    }
    const bool kept = request.keep_alive && !target.starts_with("/close");
    // A handler that fails has not said anything about closing.
    const bool stays = fails ? request.keep_alive : kept;
    fuzz::require((answer.header("Connection") == "close") == !stays, "an answer says when it is the last");
    return stays;
}

void check(const fuzz::seen_requests& sent, std::string_view said)
{
    bool open = true;
    for (const fuzz::seen_request& each : sent.requests) {
        while (is_interim(said)) {
            fuzz::pop_answer(said, false);
        }
        open = open && check_answer(each, said);
        if (!open) {
            break;
        }
    }
    while (open && is_interim(said)) {
        fuzz::pop_answer(said, false);
    }
    if (open && sent.refusal != 0) {
        const fuzz::seen_answer answer = fuzz::pop_answer(said, sent.head_only);
        fuzz::require(static_cast<unsigned>(answer.status) == sent.refusal &&
                          answer.header("Connection") == "close" &&
                          (sent.head_only || answer.body == sent.reason + "\n"),
                      "what is refused is told why, and that this was the last answer");
    }
    fuzz::require(said.empty(), "nothing is said that was not asked");
}

} // namespace

void fuzz::server_requests(std::string_view input)
{
    static world where;
    const seen_requests sent = read_requests(input, limits, input.size() + 1);
    check(sent, converse(where, input, 64));
    check(sent, converse(where, input, input.size() + 1));
}
