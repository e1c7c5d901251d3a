// Writes one JSON object field by field, and refuses what must not be sent.
#include "model/writing.hpp"

#include "error/text.hpp"
#include "model/document.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdint>

namespace videosdk::inline v0::model {

std::string_view unfit_text(std::string_view value) noexcept
{
    const auto is_control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(value.begin(), value.end(), is_control)) {
        return "holds a control byte";
    }
    return text::is_utf8(value) ? "" : "is not UTF-8";
}

namespace {

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

} // namespace

bool is_plain_http_url(std::string_view url) noexcept
{
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!url.starts_with(scheme)) {
            continue;
        }
        url.remove_prefix(scheme.size());
        const auto host_end = std::find_if_not(url.begin(), url.end(), is_unreserved);
        if (host_end == url.begin()) {
            return false;
        }
        auto rest = host_end;
        if (rest != url.end() && *rest == ':') {
            rest = std::find_if_not(rest + 1, url.end(), is_digit);
            if (rest - host_end < 2 || rest - host_end > 6) {
                return false;
            }
        }
        return rest == url.end() || (*rest == '/' && std::all_of(rest, url.end(), [](char c) {
                   return c == '/' || is_unreserved(c);
               }));
    }
    return false;
}

bool is_http_url(std::string_view url) noexcept
{
    if (is_plain_http_url(url)) {
        return true;
    }
    const auto parts = boost::urls::parse_uri(url);
    return parts.has_value() &&
           (parts->scheme_id() == boost::urls::scheme::http ||
            parts->scheme_id() == boost::urls::scheme::https) &&
           !parts->encoded_host().empty();
}

object_writer::object_writer(std::string& out, std::string prefix) : out_(out), prefix_(std::move(prefix))
{
    out_ += '{';
}

void object_writer::required_text(std::string_view key, std::string_view name, std::string_view value)
{
    if (value.empty()) {
        return refuse(name, "is missing");
    }
    text(key, name, value);
}

void object_writer::text(std::string_view key, std::string_view name, std::string_view value)
{
    if (const std::string_view why = unfit_text(value); !why.empty()) {
        return refuse(name, why);
    }
    if (!value.empty()) {
        append(key, value);
    }
}

void object_writer::url(std::string_view key, std::string_view name, std::string_view value)
{
    if (value.empty()) {
        return;
    }
    if (is_plain_http_url(value)) {
        return append(key, value);
    }
    if (const std::string_view why = unfit_text(value); !why.empty()) {
        return refuse(name, why);
    }
    if (!is_http_url(value)) {
        return refuse(name, "must be an http or https URL with a host");
    }
    append(key, value);
}

void object_writer::number(std::string_view field, std::uint64_t value)
{
    key(field);
    out_ += std::to_string(value);
}

void object_writer::key(std::string_view key)
{
    out_ += first_ ? "\"" : ",\"";
    out_ += key;
    out_ += "\":";
    first_ = false;
}

void object_writer::refuse(std::string_view name, std::string_view why)
{
    if (!failure_) {
        std::string detail = prefix_;
        detail += name;
        detail += ' ';
        detail += why;
        failure_ = fail(std::move(detail));
    }
}

void object_writer::fail_with(const std::optional<parse_failure>& failure)
{
    if (!failure_) {
        failure_ = failure;
    }
}

const std::optional<parse_failure>& object_writer::finish()
{
    out_ += '}';
    return failure_;
}

void object_writer::append(std::string_view field, std::string_view value)
{
    key(field);
    text::append_json_string(out_, value);
}

parsed<std::string> finish(object_writer& writer, std::string& body)
{
    if (const auto& failure = writer.finish()) {
        return *failure;
    }
    return std::move(body);
}

} // namespace videosdk::inline v0::model
