// One loss: where in an exchange, by FIN or by RST, on a fresh connection or one that was used before; and
// what a call makes of it.
#pragma once

#include "stage.hpp"

#include <cstdint>
#include <string>

namespace test {

/// Where in an exchange the connection ends.
enum class place : std::uint8_t {
    idle,     ///< While it is idle, with an io_context that sees it.
    checkout, ///< At its checkout, with a busy io_context: the kernel knows, nobody has looked.
    /// In the half millisecond after the last answer in which nobody looks. A fresh connection has no such
    /// time, since its request leaves in the turn in which the handshake ends: there the end comes behind the
    /// handshake and before the first byte of the request.
    before_write,
    mid_write, ///< When a part of the request has come through.
    no_answer, ///< When the server has the request, before a byte of its answer.
    one_byte,  ///< After the first byte of the answer.
    mid_answer ///< In the middle of the answer.
};

struct loss {
    place where;
    ending how;
    bool reused;
};

enum class call_kind : std::uint8_t { get, acquire, release };

/// What one call did, by its own word and by the emulator's books.
struct played {
    call_report report;
    std::uint64_t exchanges = 0; ///< Requests written by the client.
    std::uint64_t served = 0;    ///< Requests of that kind that the emulator saw whole.
    std::uint64_t units = 0;     ///< Bought.
    std::uint64_t released = 0;
    std::uint64_t left_open = 0; ///< Connections of the client afterwards.

    /// `connection_lost unknown/1 +1`: the code, the effect of a failure, requests written, units bought.
    std::string text() const;
};

/// A call by a new client, and a loss on its first connection. `id` is a resource that the account has.
played play(stage& where, const loss& what, call_kind call, const std::string& id);

/// The same loss for libcurl: its status or failure, requests that the emulator saw, units bought. Empty
/// where it has no such place: it keeps no connection that was never used.
std::string play_libcurl(stage& where, const loss& what, call_kind call, const std::string& id);

} // namespace test
