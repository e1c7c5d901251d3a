// A connection within this process on which nothing more can be written.
#pragma once

namespace test_support {

/// `client` acknowledges nothing any more, and the buffer of the other end, which this process must hold too,
/// is full: what is written there waits. False when it cannot be done.
bool fill_other_end(int client);

} // namespace test_support
