// Responses, failures and the parts of transport that every implementation shares.
#include "error/text.hpp"

#include <videosdk/transport.hpp>

#include <boost/beast/core/string.hpp>

#include <ostream>
#include <utility>

namespace videosdk::inline v0 {

std::string_view to_string(verb value) noexcept
{
    switch (value) {
    case verb::get:
        return "GET";
    case verb::post:
        return "POST";
    case verb::put:
        return "PUT";
    case verb::patch:
        return "PATCH";
    case verb::delete_:
        return "DELETE";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& stream, verb value)
{
    return stream << to_string(value);
}

std::ostream& operator<<(std::ostream& stream, const header_view& value)
{
    std::string line;
    text::append_printable(line, value.name);
    for (const std::string_view secret : {"authorization", "proxy-authorization", "cookie", "set-cookie"}) {
        if (boost::beast::iequals(value.name, secret)) {
            return stream << line;
        }
    }
    line += ": ";
    text::append_printable(line, value.value);
    return stream << line;
}

std::ostream& operator<<(std::ostream& stream, const request_view& value)
{
    return stream << value.method << ' ' << text::printable_url(value.target) << ", " << value.headers.size()
                  << " headers, " << value.body.size() << " bytes";
}

std::ostream& operator<<(std::ostream& stream, const exchange_failure& value)
{
    std::string line = value.code.message();
    line.append(" (").append(to_string(value.outcome)).append(value.reused ? ", connection reused)" : ")");
    if (!value.detail.empty()) {
        line += ": ";
        text::append_line(line, value.detail);
    }
    return stream << line;
}

std::ostream& operator<<(std::ostream& stream, const transport_counts& value)
{
    return stream << "opened " << value.connections_opened << ", failed " << value.connections_failed
                  << ", open " << value.connections_open << ", idle " << value.connections_idle
                  << ", exchanges " << value.exchanges << " (reused " << value.exchanges_reused
                  << "), waiting " << value.waiting;
}

/// What a response owns when no connection does.
struct response::text {
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<header_view> views;
};

response::response() noexcept = default;

response::response(unsigned status, std::string body,
                   std::vector<std::pair<std::string, std::string>> headers)
    : status_(status), text_(std::make_unique<text>())
{
    text_->body = std::move(body);
    text_->headers = std::move(headers);
    text_->views.reserve(text_->headers.size());
    for (const auto& [name, value] : text_->headers) {
        text_->views.push_back({name, value});
    }
    body_ = text_->body;
    headers_ = text_->views;
}

response::response(unsigned status, std::string_view body, std::span<const header_view> headers,
                   std::span<unsigned char> scratch, response_owner& owner) noexcept
    : status_(status), body_(body), headers_(headers), scratch_(scratch), owner_(&owner)
{
}

response::response(response&& other) noexcept
    : status_(other.status_),
      body_(other.body_),
      headers_(other.headers_),
      scratch_(other.scratch_),
      owner_(std::exchange(other.owner_, nullptr)),
      text_(std::move(other.text_))
{
    other.reset();
}

response& response::operator=(response&& other) noexcept
{
    if (this != &other) {
        reset();
        status_ = other.status_;
        body_ = other.body_;
        headers_ = other.headers_;
        scratch_ = other.scratch_;
        owner_ = std::exchange(other.owner_, nullptr);
        text_ = std::move(other.text_);
        other.reset();
    }
    return *this;
}

response::~response()
{
    reset();
}

void response::reset() noexcept
{
    status_ = 0;
    body_ = {};
    headers_ = {};
    scratch_ = {};
    text_.reset();
    if (response_owner* const owner = std::exchange(owner_, nullptr)) {
        owner->release_response();
    }
}

std::optional<std::string_view> response::header(std::string_view name) const noexcept
{
    for (const header_view& each : headers_) {
        if (boost::beast::iequals(each.name, name)) {
            return each.value;
        }
    }
    return std::nullopt;
}

exchange_failure::exchange_failure() = default;

exchange_failure::exchange_failure(boost::system::error_code its_code, videosdk::outcome its_outcome,
                                   std::string its_detail)
    : code(its_code), outcome(its_outcome), detail(std::move(its_detail))
{
}

void exchange_operation::on_alarm()
{
    carrier_->on_deadline(*this);
}

transport::~transport() = default;

transport_counts transport::counts() const noexcept
{
    return {};
}

void transport::on_deadline(exchange_operation&) {}

} // namespace videosdk::inline v0
