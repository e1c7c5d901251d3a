# What the headers leave unsaid because it is the same everywhere, said to doxygen: its input filter.
#
# Where a function has no words of its own, then: try_f() after f() is f() with a result; to_string and operator<< print;
# a move takes over. And the inline namespace, which nobody writes, is left out.

function plain(line) { return line !~ /^ *\/\// && line !~ /^ *$/ && line !~ /^ *#/ }

# The words for a statement that has none, or nothing.
function words_for(statement,    name, parts) {
    if (match(statement, /try_[a-z_]+\(/)) {
        name = substr(statement, RSTART + 4, RLENGTH - 5)
        if (name in seen) {
            return "The same as `" name "()`, but what that would throw is in the result instead."
        }
    }
    if (statement ~ /operator<<\(std::ostream& stream,/) {
        return "Prints the value on one line, without secrets."
    }
    if (statement ~ / to_string\([a-z_:]+ value\) noexcept;/) {
        return "The text of an enumerator; `\"unknown\"` for a value that is none."
    }
    if (statement ~ / to_string\(const [a-z_:]+& value\);/) {
        return "The value on one line, without secrets."
    }
    if (statement ~ /operator==\(const [a-z_]+&, const [a-z_]+&\);/) {
        return "Whether all members are equal.";
    }
    if (match(statement, /^ *[a-z_]+\([a-z_]+&&( other)?\)/)) {
        split(substr(statement, RSTART, RLENGTH), parts, /[ (&]+/)
        if (parts[1] == "" ? parts[2] == parts[3] : parts[1] == parts[2]) {
            return "Takes over from the other, which may then be assigned to or destroyed."
        }
    }
    if (statement ~ /& operator=\([a-z_]+&&( other)?\) noexcept;/) {
        return "Lets go of what it had and takes over from the other, which may then be assigned to or destroyed."
    }
    return ""
}

function flush_statement(    words) {
    if (statement != "") {
        words = documented ? "" : words_for(statement)
        if (words != "") {
            printf "/** %s */ ", words # on the same line: the lines keep their numbers
        }
        printf "%s", text
        if (match(statement, /[a-z_]+\(/)) {
            seen[substr(statement, RSTART, RLENGTH - 1)] = 1
        }
    }
    statement = ""
    text = ""
    documented = 0
}

# Of Boost's templates only, which are not ours to document.
/^template <>$/ { print ""; specialised = 1; next }
specialised { print ""; specialised = 0; next }
/^namespace videosdk::inline v0/ { sub(/::inline v0/, "") }

/^ *\/\/\// { flush_statement(); documented = 1; print; next }
!plain($0) { flush_statement(); print; next }
{
    statement = statement (statement == "" ? "" : " ") $0
    text = text $0 "\n"
    if ($0 ~ /[;{}:,](( \/\/.*)|)$/ && $0 !~ /,$/) {
        flush_statement()
    }
}
END { flush_statement() }
