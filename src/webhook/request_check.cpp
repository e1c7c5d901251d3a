// Method, path, token, media type, length and signature header of a webhook.
#include "webhook/request_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace videosdk::inline v0::webhook {
namespace {

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept
{
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// Every value of the header, in order, to `each`.
template <class Function>
void for_each_value(const webhook_request& request, std::string_view name, Function each)
{
    for (const header_view& header : request.headers) {
        if (equal_without_case(header.name, name)) {
            each(trim(header.value));
        }
    }
}

/// Parameters are allowed, and so is saying nothing: the signature vouches for the body. More than one value
/// is not.
bool is_json(const webhook_request& request)
{
    int values = 0;
    bool json = true;
    for_each_value(request, "content-type", [&](std::string_view value) {
        ++values;
        json = equal_without_case(trim(value.substr(0, value.find(';'))), "application/json");
    });
    return values == 0 || (values == 1 && json);
}

enum class length { fits, wrong, too_large };

/// What the request says of its length, against what came.
length check_length(const webhook_request& request, std::size_t max_body)
{
    length out = request.body.size() > max_body ? length::too_large : length::fits;
    for_each_value(request, "content-length", [&](std::string_view value) {
        std::uint64_t declared = 0;
        const auto end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, declared);
        if (value.empty() || read.ptr != end || read.ec != std::errc()) {
            out = read.ec == std::errc::result_out_of_range ? length::too_large : length::wrong;
        } else if (declared > max_body) {
            out = length::too_large;
        } else if (declared != request.body.size() && out == length::fits) {
            out = length::wrong;
        }
    });
    return out;
}

request_check refuse(unsigned status, const char* reason)
{
    request_check out;
    out.refusal = webhook_verdict{.status = status, .reason = reason};
    return out;
}

} // namespace

std::string_view token_of_target(std::string_view target, std::string_view owner) noexcept
{
    target = target.substr(0, target.find_first_of("?#"));
    const std::size_t slash = target.rfind('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    const std::string_view token = target.substr(slash + 1);
    const std::string_view before = target.substr(0, slash);
    const bool owned = before.size() > owner.size() && before.ends_with(owner) &&
                       before[before.size() - owner.size() - 1] == '/';
    return owned ? token : std::string_view();
}

request_check check_request(const webhook_request& request, const request_rules& rules)
{
    if (request.method != "POST") {
        return refuse(405, "the method is not POST");
    }
    request_check out;
    out.token = token_of_target(request.target, rules.owner);
    if (out.token.empty() || !auth::check_correlation_token(rules.keys, rules.owner, out.token)) {
        return refuse(404, "the path does not end in the owner and a token of ours");
    }
    if (!is_json(request)) {
        return refuse(415, "the content type is not application/json");
    }
    switch (check_length(request, rules.max_body)) {
    case length::fits:
        break;
    case length::wrong:
        return refuse(400, "the content length is not the body's");
    case length::too_large:
        return refuse(413, "the body is too large");
    }
    int signatures = 0;
    for_each_value(request, "videosdk-signature", [&](std::string_view value) {
        ++signatures;
        out.signature = value;
    });
    if (signatures != 1 || out.signature.empty()) {
        return refuse(401, "there is not exactly one videosdk-signature");
    }
    return out;
}

} // namespace videosdk::inline v0::webhook
