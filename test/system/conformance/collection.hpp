// How the cases of a public collection are put to the server, and what counts as right.
#pragma once

#include "place.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace conformance {

/// A case as its collection names it, in words of ours.
struct known_case {
    std::string name;
    std::string bytes;
    /// The statuses that are right for the only answer; of 1xx, 2xx and 405 the connection may go on. None:
    /// the server must wait for more.
    std::vector<unsigned> right;
    std::string body; ///< Of an answer of 200, when it says something.
};

/// Each on a connection of its own.
void check(const std::vector<known_case>& cases);

/// `<method> / HTTP/1.1` with a Host, these header lines, and a body.
std::string probe(const std::string& method, const std::string& lines, const std::string& body = {});

} // namespace conformance
