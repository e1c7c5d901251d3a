// Filling the far side of a loopback connection, for good.
#include "full_socket.hpp"

#include <array>
#include <cstring>
#include <linux/filter.h>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace test_support {
namespace {

bool address_of(int handle, bool of_peer, sockaddr_in& into)
{
    socklen_t size = sizeof into;
    auto* const address = reinterpret_cast<sockaddr*>(&into);
    return (of_peer ? ::getpeername(handle, address, &size) : ::getsockname(handle, address, &size)) == 0 &&
           into.sin_family == AF_INET;
}

bool same(const sockaddr_in& a, const sockaddr_in& b)
{
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

// Whose peer is the client, and who is the client's.
int other_end_of(int client)
{
    sockaddr_in own{};
    sockaddr_in far{};
    rlimit limit{};
    if (!address_of(client, false, own) || !address_of(client, true, far) ||
        ::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    for (int handle = 0; handle < static_cast<int>(limit.rlim_cur); ++handle) {
        sockaddr_in theirs{};
        sockaddr_in its{};
        if (address_of(handle, true, theirs) && same(theirs, own) && address_of(handle, false, its) &&
            same(its, far)) {
            return handle;
        }
    }
    return -1;
}

} // namespace

bool fill_other_end(int client)
{
    const int server = other_end_of(client);
    sock_filter drop = {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = 0};
    const sock_fprog program = {.len = 1, .filter = &drop};
    const int small = 4096;
    if (server < 0 || ::setsockopt(client, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
        ::setsockopt(server, SOL_SOCKET, SO_SNDBUF, &small, sizeof small) != 0) {
        return false;
    }
    std::array<char, 4096> scrap{};
    while (::send(server, scrap.data(), scrap.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {}
    while (::send(server, scrap.data(), 1, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {}
    return true;
}

} // namespace test_support
