// Text that other parties wrote, made fit for a log line or for JSON.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace videosdk::inline v0::text {

/// Appends at most `limit` bytes of `text` to `out`, so that it stays on one line and inside double quotes:
/// quotes and backslashes get a backslash, control bytes (and all bytes beyond ASCII, where the text is no
/// UTF-8) become `\xNN`. A cut is shown as `...` and never falls inside a UTF-8 character.
void append_printable(std::string& out, std::string_view text, std::size_t limit = std::string_view::npos);

/// Appends `text` so that it stays on one line: control bytes become `\xNN`, quotes stay as they are.
void append_line(std::string& out, std::string_view text);

/// Appends `text` as a JSON string with its quotes (RFC 8259, section 7). `text` must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Whether `text` is UTF-8 without surrogates and overlong forms (RFC 3629).
bool is_utf8(std::string_view text) noexcept;

/// The URL without userinfo, query and fragment, which may hold secrets; `?...` tells that something was cut.
std::string printable_url(std::string_view url);

/// `1.204 ms`.
std::string milliseconds(std::chrono::nanoseconds value);

/// Why `text` cannot be a token in a header: `holds a line end`, or a blank, another control byte, or a byte
/// beyond ASCII, whichever comes first; empty when it can.
std::string_view unfit_byte(std::string_view text) noexcept;

} // namespace videosdk::inline v0::text
