// Requests made wrong on purpose, by enumeration: every class of request smuggling applied to every header
// that frames, to the request line and to the chunks. The same list in every run.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

struct mutant {
    std::string kind;  ///< The class of the mutation.
    std::string where; ///< What was mutated: a header's name, `request line`, `chunks`.
    std::string bytes; ///< The request, and an innocent one behind it.
};

/// Each request once.
class mutant_list {
public:
    void add(std::string kind, std::string where, std::string bytes);
    const std::vector<mutant>& all() const { return all_; }

private:
    std::vector<mutant> all_;
    std::set<std::string> known_;
};

/// A header that says where a request ends or whose it is, in a request that is right but for a mutation.
struct framing {
    std::string name;
    std::string value;
    std::string others; ///< The other headers that the request needs.
    std::string body;
    std::string text() const { return name + ": " + value; }
};

/// Content-Length, Transfer-Encoding, Host, Connection, Expect.
const std::vector<framing>& framings();
/// The first three of them: those that lead to smuggling.
std::vector<framing> smuggling_framings();

/// `POST /first` with these header lines, each with its line end, and a request behind it.
std::string request_with(const std::string& lines, const std::string& body,
                         const std::string& version = "HTTP/1.1");

// What must be refused. Each adds one or more classes.
void add_odd_bytes(mutant_list& to);
void add_spacing(mutant_list& to);
void add_folds(mutant_list& to);
void add_duplicates(mutant_list& to);
void add_prefixes_and_suffixes(mutant_list& to);
void add_encodings(mutant_list& to);
void add_coding_lists(mutant_list& to);
void add_line_ends(mutant_list& to);
void add_versions(mutant_list& to);
void add_methods(mutant_list& to);
void add_targets(mutant_list& to);
void add_chunk_sizes(mutant_list& to);
void add_chunk_extensions(mutant_list& to);
void add_trailers(mutant_list& to);
void add_too_long(mutant_list& to);

/// What a mutation leaves valid: it must be answered, once, and `POST /first` must have had that body.
struct harmless {
    std::string kind;
    std::string where;
    std::string bytes; ///< Without the request behind it.
    std::string body;
};
std::vector<harmless> harmless_mutants();

} // namespace conformance
