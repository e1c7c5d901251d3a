// Judging a proxy's answer to CONNECT.
#include "http/tunnel.hpp"

#include <algorithm>

namespace videosdk::inline v0::http {
namespace {

constexpr std::size_t piece = 1024;
constexpr std::string_view end_of_head = "\r\n\r\n";

/// 9 stands for any digit.
constexpr std::string_view status_line = "HTTP/1.9 999";

bool may_become_http(std::string_view head) noexcept
{
    for (std::size_t i = 0; i < std::min(head.size(), status_line.size()); ++i) {
        const bool digit = head[i] >= '0' && head[i] <= '9';
        if (i == 7 || i >= 9 ? !digit : head[i] != status_line[i]) {
            return false;
        }
    }
    return head.size() <= status_line.size() || head[status_line.size()] == ' ' ||
           head[status_line.size()] == '\r';
}

unsigned status_of(std::string_view head) noexcept
{
    unsigned status = 0;
    for (const char digit : head.substr(9, 3)) {
        status = status * 10 + static_cast<unsigned>(digit - '0');
    }
    return status;
}

const char* advice(unsigned status, bool has_authorization) noexcept
{
    switch (status) {
    case 407:
        return has_authorization ? " (it does not take the user and password of proxy.url)"
                                 : " (it wants to know who asks: set user and password in proxy.url)";
    case 403:
    case 405:
        return " (it does not allow tunnels there)";
    case 502:
    case 503:
    case 504:
        return " (it cannot reach that host)";
    default:
        return "";
    }
}

} // namespace

std::span<char> tunnel::prepare()
{
    answer_.resize(std::min(filled_ + piece, max_head_ + 1));
    return std::span(answer_).subspan(filled_);
}

tunnel::state tunnel::commit(std::size_t count)
{
    filled_ += count;
    for (;;) {
        const std::string_view head = std::string_view(answer_).substr(begin_, filled_ - begin_);
        if (!may_become_http(head)) {
            return refuse("answered CONNECT by bytes that are no HTTP/1.1");
        }
        const std::size_t end = head.find(end_of_head);
        if (end == std::string_view::npos || begin_ + end + end_of_head.size() > max_head_) {
            if (filled_ <= max_head_) {
                return state::asking;
            }
            return refuse("answered CONNECT by a head of more than pool.max_response_head = " +
                          std::to_string(max_head_) + " bytes");
        }
        if (end < status_line.size()) {
            return refuse("answered CONNECT by bytes that are no HTTP/1.1");
        }
        const unsigned status = status_of(head);
        if (status / 100 == 1 && status != 101) {
            begin_ += end + end_of_head.size();
            continue;
        }
        if (status / 100 != 2) {
            return refuse("refused a tunnel to " + by_->target + ": " + std::to_string(status) +
                          advice(status, by_->has_authorization));
        }
        // Nobody has spoken to the host behind the tunnel yet: whatever comes is not its answer.
        if (end + end_of_head.size() != head.size()) {
            return refuse("sent bytes behind the head of its answer to CONNECT");
        }
        return state::open;
    }
}

tunnel::state tunnel::commit_end()
{
    return refuse(filled_ == 0 ? "ended the connection instead of answering CONNECT"
                               : "ended the connection in the middle of its answer to CONNECT");
}

tunnel::state tunnel::refuse(const std::string& what)
{
    detail_ = "the proxy " + by_->name() + " " + what;
    return state::refused;
}

} // namespace videosdk::inline v0::http
