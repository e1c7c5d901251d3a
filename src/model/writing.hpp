// Writes one JSON object field by field, and refuses what must not be sent.
#pragma once

#include "model/json.hpp"

namespace videosdk::inline v0::model {

/// Of RFC 3986, section 2.3: bytes that mean themselves wherever they stand in a URL.
constexpr bool is_unreserved(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// Fields in the order of the calls. The first field that must not be sent is remembered as the failure; its
/// name is the one of the C++ struct, after `prefix` (`config.`).
class object_writer {
public:
    /// Appends to `out`.
    object_writer(std::string& out, std::string prefix);

    /// Text that must be there.
    void required_text(std::string_view key, std::string_view name, std::string_view value);
    /// Text that is left out when it is empty.
    void text(std::string_view key, std::string_view name, std::string_view value);
    /// An http or https URL with a host; left out when it is empty.
    void url(std::string_view key, std::string_view name, std::string_view value);
    void number(std::string_view key, std::uint64_t value);

    template <class Enum>
    void required_name(std::string_view key, std::string_view name, Enum value)
    {
        if (value == Enum::unknown) {
            refuse(name, "is missing");
        } else if (to_string(value) == "unknown") {
            refuse(name, "is no enumerator");
        } else {
            append(key, to_string(value));
        }
    }

    template <class Enum>
    void name(std::string_view key, std::string_view name_of_field, const std::optional<Enum>& value)
    {
        if (value && to_string(*value) == "unknown") {
            refuse(name_of_field, "cannot be unknown; leave it out for the service's default");
        } else if (value) {
            append(key, to_string(*value));
        }
    }

    /// A field whose value the caller appends to out() next.
    void key(std::string_view key);
    std::string& out() noexcept { return out_; }
    const std::string& prefix() const noexcept { return prefix_; }

    void refuse(std::string_view name, std::string_view why);
    void fail_with(const std::optional<parse_failure>& failure);
    /// Ends the object.
    const std::optional<parse_failure>& finish();

private:
    void append(std::string_view key, std::string_view value);

    std::string& out_;
    std::string prefix_;
    bool first_ = true;
    std::optional<parse_failure> failure_;
};

/// Why `value` cannot stand in a JSON text of ours; empty when it can.
std::string_view unfit_text(std::string_view value) noexcept;

/// Whether `url` is an absolute http or https URL with a host.
bool is_http_url(std::string_view url) noexcept;

/// Whether it is what nearly every URL here is, scheme, host, perhaps a port, and a path, with nothing in it
/// that must be looked at closely: such a one needs no parser.
bool is_plain_http_url(std::string_view url) noexcept;

/// `body`, or the failure of its writer.
parsed<std::string> finish(object_writer& writer, std::string& body);

} // namespace videosdk::inline v0::model
