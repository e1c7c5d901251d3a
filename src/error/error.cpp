// An error and its one line for a log.
#include "error/text.hpp"

#include <videosdk/error.hpp>

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace videosdk::inline v0 {
namespace {

// A message of the API is cut here; one line must stay readable.
constexpr std::size_t quoted_bytes = 300;

// `rate limited` for a code of ours, the message of any other.
std::string name_of(const boost::system::error_code& code)
{
    if (!code) {
        return "no error";
    }
    if (code.category() != videosdk_category()) {
        return code.message();
    }
    std::string name(to_string(static_cast<errc>(code.value())));
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

// `(code 1001, attempt 1, request id abc)`: the parts that are known; nothing when none is.
void append_facts(std::string& line, const error_info& info)
{
    std::string facts;
    const auto add = [&facts](std::string_view name, std::string_view value) {
        facts += facts.empty() ? "" : ", ";
        facts += name;
        text::append_printable(facts, value, quoted_bytes);
    };
    if (!info.api_code.empty()) {
        add("code ", info.api_code);
    }
    if (info.attempts != 0) {
        add("attempt ", std::to_string(info.attempts));
    }
    if (!info.request_id.empty()) {
        add("request id ", info.request_id);
    }
    if (info.retry_after) {
        add("retry after ", std::to_string(info.retry_after->count()) + " s");
    }
    if (info.effect == effect::unknown) {
        add("effect unknown", "");
    }
    if (!info.granted.empty()) {
        add("granted ", std::to_string(info.granted.size()));
    }
    if (!facts.empty()) {
        line += line.empty() ? "(" : " (";
        line += facts + ")";
    }
}

// `acquire: POST /v2/resource/acquire: 401 unauthorized`: which call, and how it ended.
std::string subject(const error_info& info, std::string_view name)
{
    std::string line;
    if (!info.call.empty()) {
        text::append_printable(line, info.call);
        line += ": ";
    }
    if (!info.method.empty()) {
        text::append_printable(line, info.method);
        line += ' ';
        text::append_printable(line, info.path);
        line += ": ";
    }
    if (info.http_status != 0) {
        line += std::to_string(info.http_status);
        line += name.empty() ? "" : " ";
    }
    line += name;
    if (line.ends_with(": ")) {
        line.resize(line.size() - 2);
    }
    return line;
}

std::string describe(const error_info& info, std::string_view name)
{
    std::string line = subject(info, name);
    if (!info.api_message.empty()) {
        line += line.empty() ? "\"" : ": \"";
        text::append_printable(line, info.api_message, quoted_bytes);
        line += '"';
    }
    append_facts(line, info);
    if (!info.detail.empty()) {
        line += line.empty() ? "" : ": ";
        text::append_line(line, info.detail);
    }
    return line;
}

std::string describe(const boost::system::error_code& code, const error_info& info)
{
    std::string line = describe(info, name_of(code));
    if (info.detail.empty() && info.api_message.empty() && code.category() == videosdk_category()) {
        line += ": " + code.message();
    }
    return line;
}

} // namespace

std::ostream& operator<<(std::ostream& stream, const error_info& value)
{
    return stream << describe(value, "");
}

struct error::shared_state {
    error_info info;
    std::string line;
};

error::error(boost::system::error_code code, error_info info) : system_error(code)
{
    auto state = std::make_shared<shared_state>();
    state->line = describe(code, info);
    state->info = std::move(info);
    line_ = state->line.c_str();
    info_ = std::shared_ptr<const error_info>(state, &state->info);
}

error::error() : error(boost::system::error_code()) {}

error::error(boost::system::error_code code) : error(code, error_info()) {}

error::error(const error&) noexcept = default;

error& error::operator=(const error&) noexcept = default;

error::~error() = default;

const char* error::what() const noexcept
{
    return line_;
}

void throw_exception_from_error(const error& failure, const boost::source_location& place)
{
    boost::throw_with_location(error(failure), place);
}

} // namespace videosdk::inline v0
