// URLs: what is taken means the same when it is put together again, and nothing secret survives printing.
// The first line of the input is the URL; the whole is an address to listen on, too.
#include "error/text.hpp"
#include "fuzz.hpp"
#include "http/endpoint.hpp"
#include "http/server_address.hpp"
#include "model/writing.hpp"
#include "scripted_transport.hpp"
#include "webhook/request_check.hpp"

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <optional>

namespace {

using namespace videosdk;

std::string text_of(const http::endpoint& where)
{
    return (where.tls ? "https://" : "http://") + where.authority() + where.path;
}

void endpoint_comes_back(std::string_view input, bool allow_query)
{
    const auto where = http::parse_endpoint(input, allow_query);
    if (where.has_error()) {
        fuzz::require(!where.error().empty() && fuzz::is_one_line(where.error()), "a refusal is one line");
        return;
    }
    fuzz::require(!where->host.empty() && where->port != 0, "an endpoint has a host and a port");
    fuzz::require(where->path.empty() || where->path.front() == '/' || where->path.front() == '?',
                  "a path begins with a slash");
    const auto fits = [](std::string_view text) {
        return std::ranges::all_of(text, [](char c) {
            return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
        });
    };
    fuzz::require(fits(where->authority()) && fits(where->path), "what goes into a head cannot break it");
    const auto again = http::parse_endpoint(text_of(*where), allow_query);
    fuzz::require(again.has_value() && again->tls == where->tls && again->host == where->host &&
                      again->port == where->port && again->path == where->path,
                  "an endpoint that is put together again is the same");
    fuzz::require(model::is_http_url(input), "what can be called may be sent as a URL");
}

void plain_is_a_url(std::string_view input)
{
    if (model::is_plain_http_url(input)) {
        const auto parsed = boost::urls::parse_uri(boost::core::string_view(input.data(), input.size()));
        fuzz::require(parsed.has_value() && !parsed->encoded_host().empty(), "a plain URL is a URL");
    }
}

void printing_keeps_secrets(std::string_view input)
{
    const std::string printed = text::printable_url(input);
    fuzz::require(fuzz::is_one_line(printed), "a printed URL is one line");
    const std::size_t query = printed.find_first_of("?#");
    fuzz::require(query == std::string::npos || printed.substr(query) == "?...", "a query is not printed");
    const std::size_t scheme = printed.find("://");
    if (scheme != std::string::npos) {
        const std::string_view rest = std::string_view(printed).substr(scheme + 3);
        fuzz::require(rest.substr(0, rest.find_first_of("/?#")).find('@') == std::string_view::npos,
                      "a user and a password are not printed");
    }
}

void address_comes_back(std::string_view input)
{
    if (const auto where = http::parse_listen_address(input)) {
        const std::string text = http::to_text(*where);
        fuzz::require(http::parse_listen_address(text) == where, "an address that is printed is the same");
    }
}

struct world {
    world()
        : source(context.get_executor(), settings(),
                 std::make_shared<test::scripted_transport>(context.get_executor(), time), time),
          hub(source)
    {
    }

    static client_options settings()
    {
        client_options out;
        out.credentials = credentials::key_and_secret("key", "secret");
        out.serial_executor = true;
        return out;
    }

    boost::asio::io_context context;
    std::shared_ptr<manual_scheduler> time = std::make_shared<manual_scheduler>();
    client source;
    event_hub hub;
};

// What a receiver takes as its public URL makes webhook URLs that lead back to it.
void public_url_leads_back(std::string_view input)
{
    static world where;
    webhook_options options;
    options.public_url = input;
    std::optional<webhook_receiver> receiver;
    try {
        receiver.emplace(where.source, where.hub, options);
    } catch (const error& failure) {
        fuzz::require(failure.code() == errc::invalid_argument && fuzz::is_one_line(failure.what()),
                      "a public URL that is refused is an invalid argument");
        return;
    }
    const std::string url = receiver->webhook_url();
    const auto target = http::parse_endpoint(url);
    fuzz::require(target.has_value() && url.size() <= 255,
                  "a webhook URL is a plain URL of at most 255 bytes");
    fuzz::require(url.find_first_of("?#@", 8) == std::string::npos ||
                      input.find('@') != std::string_view::npos,
                  "a webhook URL has no query and no user");
    const std::string_view token = webhook::token_of_target(target->path, options.owner);
    fuzz::require(token.size() == 82 && url.ends_with(token), "a webhook URL ends in its token");
}

} // namespace

void fuzz::url(std::string_view input)
{
    address_comes_back(input);
    const std::string_view line = pop_line(input);
    endpoint_comes_back(line, false);
    endpoint_comes_back(line, true);
    plain_is_a_url(line);
    printing_keeps_secrets(line);
    public_url_leads_back(line);
}
