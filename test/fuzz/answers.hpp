// A strict reader of a server's answers, which shares no code with the library.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

struct seen_answer {
    seen_answer() = default;

    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The value of the header, exactly as it is named; empty when there is none.
    std::string_view header(std::string_view name) const;
};

/// Takes one whole answer off `bytes`, and aborts where it is not well formed; `to_head`: it has no body,
/// whatever it says of its length.
seen_answer pop_answer(std::string_view& bytes, bool to_head);

} // namespace fuzz
