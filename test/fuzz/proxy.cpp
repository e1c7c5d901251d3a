// A proxy: what its URL and no_proxy say, and its answer to CONNECT, which is judged the same however its
// bytes are cut. The first line of the input is the URL, the second no_proxy, the third a host; the answer is
// the rest.
#include "http/proxy.hpp"

#include "fuzz.hpp"
#include "http/tunnel.hpp"

#include <memory>
#include <string>

namespace {

using namespace videosdk::http;

constexpr std::size_t max_head = 512;

void url_is_read(std::string_view url)
{
    const auto address = parse_proxy(url);
    if (address) {
        fuzz::require(!address->where.host.empty() && address->where.port != 0,
                      "a proxy has a host and a port");
        fuzz::require(fuzz::is_one_line(address->where.host_and_port()), "a proxy's name may stand in a log");
    } else {
        fuzz::require(!address.error().empty() && fuzz::is_one_line(address.error()),
                      "a URL that is none is told why");
    }
}

void exceptions_are_read(std::string_view no_proxy, std::string_view host)
{
    endpoint where;
    where.host = host;
    const bool direct = goes_direct(no_proxy, where);
    const std::string list(no_proxy);
    fuzz::require(goes_direct(list + ",*", where), "an asterisk stands for every host");
    fuzz::require(goes_direct(list + ", ,", where) == direct, "empty entries stand for nothing");
    fuzz::require(!direct || goes_direct(list + ",other.example.com", where),
                  "another entry takes nothing away");
}

std::shared_ptr<const proxy> some_proxy()
{
    videosdk::proxy_options options;
    options.url = "http://user:password@proxy.example.com:3128";
    endpoint where;
    where.host = "api.example.com";
    return proxy_to(where, options);
}

struct outcome {
    bool operator==(const outcome&) const = default;

    tunnel::state reached = tunnel::state::asking;
    std::string detail;
};

/// `taken` is how many bytes it took.
outcome judge(const std::shared_ptr<const proxy>& by, std::string_view answer, std::size_t largest,
              std::size_t& taken)
{
    tunnel asked(by, max_head);
    fuzz::cutter pieces(answer, largest);
    outcome seen;
    taken = 0;
    while (seen.reached == tunnel::state::asking && !pieces.empty()) {
        const auto place = asked.prepare();
        fuzz::require(!place.empty() && taken + place.size() <= max_head + 1,
                      "there is room, within the limit");
        const std::string_view piece = pieces.next(place.size());
        std::ranges::copy(piece, place.begin());
        taken += piece.size();
        seen.reached = asked.commit(piece.size());
    }
    if (seen.reached == tunnel::state::asking) {
        seen.reached = asked.commit_end();
    }
    seen.detail = asked.detail();
    fuzz::require(seen.reached != tunnel::state::asking, "the end of a connection decides");
    fuzz::require(seen.detail.empty() == (seen.reached == tunnel::state::open), "a refusal says why");
    fuzz::require(fuzz::is_one_line(seen.detail) && seen.detail.find("password@") == std::string::npos,
                  "what it says may stand in a log");
    return seen;
}

} // namespace

void fuzz::proxy(std::string_view input)
{
    url_is_read(pop_line(input));
    const std::string_view no_proxy = pop_line(input);
    exceptions_are_read(no_proxy, pop_line(input));

    const auto by = some_proxy();
    std::size_t size = 0;
    const outcome expected = judge(by, input, 1, size);
    for (const std::size_t largest : {std::size_t{7}, std::size_t{100}, input.size() + 1}) {
        std::size_t taken = 0;
        require(judge(by, input.substr(0, size), largest, taken) == expected,
                "the outcome is the same however the bytes are cut");
    }
}
