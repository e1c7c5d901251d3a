// Scripts that Redis runs, each whole and undivided by other commands.
#pragma once

#include <string>
#include <string_view>

namespace videosdk::inline v0::redis {

/// A script, and the name by which Redis remembers it (EVALSHA).
struct script {
    explicit script(std::string_view source);

    std::string_view text; ///< Static.
    std::string sha;       ///< SHA-1 in hexadecimal.
};

/// Puts an event into the stream of the node whose boot it names, if the life that the boot is of goes on, or
/// into everybody's, and remembers what it says of its resource. Answers 0: it is for the asking node alone;
/// 1: for another; 2: for all.
///
/// Keys: the boot's, everybody's stream, the fact's. Arguments: what stands before a key's own name, the
/// stream's length, the writer's life, 1 where it knows that the event is its own, type, token,
/// data, rank (0: no fact), and the milliseconds for which things are remembered.
const script& passing_script();

/// The last entry of a stream as XREVRANGE answers it, but of its fields the number alone: what others wrote
/// may be of any size. Key: the stream's.
const script& last_entry_script();

/// The entry behind a place, as last_entry_script() has it, where it is larger than a reply may be that has
/// one of each stream; nothing otherwise. Key: the stream's. Arguments: the place's id, and the bytes that an
/// entry may have.
const script& oversized_entry_script();

} // namespace videosdk::inline v0::redis
