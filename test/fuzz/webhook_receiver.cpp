// The webhook receiver: nothing but a genuine webhook is accepted, and every request gets its verdict. The
// input is a key's story (pinned, fetched, failing, silent), a method and a target on its first line, then
// headers, an empty line and the body. `{token}` in the target stands for a genuine path, `{signature}` and
// `{forged}` in a header for the provider's signature of the body and for somebody else's.
#include "error/text.hpp"
#include "fuzz.hpp"
#include "rsa_signer.hpp"
#include "scripted_transport.hpp"

#include <videosdk/client.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/webhook_receiver.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace videosdk;

enum class story { pinned, fetched, failing, silent };

story story_of(std::string_view name)
{
    if (name == "fetched") {
        return story::fetched;
    }
    if (name == "failing") {
        return story::failing;
    }
    return name == "silent" ? story::silent : story::pinned;
}

// `mark` in `text` gives way to `value`, once.
bool replace(std::string& text, std::string_view mark, std::string_view value)
{
    const std::size_t at = text.find(mark);
    if (at != std::string::npos) {
        text.replace(at, mark.size(), value);
    }
    return at != std::string::npos;
}

struct written_request {
    explicit written_request(std::string_view input)
    {
        std::string_view line = fuzz::pop_line(input);
        const auto pop_word = [&line] {
            const std::string_view word = line.substr(0, line.find(' '));
            line.remove_prefix(std::min(word.size() + 1, line.size()));
            return word;
        };
        key = story_of(pop_word());
        method = pop_word();
        target = line;
        for (line = fuzz::pop_line(input); !line.empty(); line = fuzz::pop_line(input)) {
            const std::size_t colon = std::min(line.find(':'), line.size());
            headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
        }
        body = input;
    }

    story key = story::pinned;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

client_options with_secret()
{
    client_options out;
    out.credentials = credentials::key_and_secret("key", "secret");
    out.retry.max_attempts = 1;
    out.serial_executor = true;
    return out;
}

webhook_options options_for(story key)
{
    webhook_options out;
    out.public_url = "https://hooks.example.com/videosdk";
    out.owner = "studio";
    out.max_body = 2048;
    if (key == story::pinned) {
        out.public_key_pem = rsa_signer::provider().public_pem();
    }
    return out;
}

asio::awaitable<void> collect(asio::awaitable<webhook_verdict> pending, std::optional<webhook_verdict>& into)
{
    const webhook_verdict told = co_await std::move(pending);
    into = told;
}

// A receiver whose API knows one call only: that for the provider's key.
class world {
public:
    explicit world(story key)
        : time_(std::make_shared<manual_scheduler>()),
          api_(std::make_shared<test::scripted_transport>(context_.get_executor(), time_)),
          source_(context_.get_executor(), with_secret(), api_, time_),
          hub_(source_),
          receiver_(source_, hub_, options_for(key))
    {
        api_->decide = [key](const test::seen_request&) { return answer_to_fetch(key); };
    }

    /// `/studio/<token>`
    std::string path() const
    {
        const std::string url = receiver_.webhook_url();
        return url.substr(url.find("/studio/"));
    }

    webhook_verdict judge(const written_request& request)
    {
        std::vector<header_view> headers;
        for (const auto& [name, value] : request.headers) {
            header_view header;
            header.name = name;
            header.value = value;
            headers.push_back(header);
        }
        std::optional<webhook_verdict> told;
        asio::co_spawn(context_,
                       collect(receiver_.accept({.method = request.method,
                                                 .target = request.target,
                                                 .headers = headers,
                                                 .body = request.body}),
                               told),
                       asio::detached);
        turn();
        for (int alarms = 0; !told && alarms < 1000 && time_->armed() > 0; ++alarms) {
            asio::post(context_, [this] { time_->advance_to_next(); });
            turn();
        }
        fuzz::require(told.has_value(), "every request gets its verdict");
        return *told;
    }

    receiver_counts counts() const { return receiver_.counts(); }

private:
    static test::step answer_to_fetch(story key)
    {
        if (key == story::silent) {
            return test::hang_after_write();
        }
        if (key == story::failing) {
            return test::answer(500, "{}");
        }
        std::string body = R"({"publicKey":)";
        text::append_json_string(body, rsa_signer::provider().public_pem());
        return test::answer(200, body + "}");
    }

    void turn()
    {
        context_.restart();
        context_.poll();
    }

    asio::io_context context_;
    std::shared_ptr<manual_scheduler> time_;
    std::shared_ptr<test::scripted_transport> api_;
    client source_;
    event_hub hub_;
    videosdk::webhook_receiver receiver_;
};

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool is_signature_name(std::string_view name)
{
    constexpr std::string_view wanted = "videosdk-signature";
    return std::ranges::equal(name, wanted, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

// The receiver's promise once more, in the plainest words.
struct expectation {
    expectation(const written_request& request, std::string_view path, std::string_view signature)
    {
        const std::string_view target =
            std::string_view(request.target).substr(0, request.target.find_first_of("?#"));
        token = target.ends_with(path);
        std::size_t signatures = 0;
        std::size_t fitting = 0;
        for (const auto& [name, value] : request.headers) {
            signatures += is_signature_name(name) ? 1 : 0;
            fitting += is_signature_name(name) && !signature.empty() && trimmed(value) == signature ? 1 : 0;
        }
        signed_once = signatures == 1 && fitting == 1;
        post = request.method == "POST";
    }

    bool genuine() const { return post && token && signed_once; }

    bool post = false;
    bool token = false;
    bool signed_once = false;
};

void check(const webhook_verdict& told, const expectation& expected, story key)
{
    constexpr std::array<unsigned, 9> known{200, 400, 401, 404, 405, 413, 415, 421, 503};
    fuzz::require(std::ranges::find(known, told.status) != known.end() && *told.reason != '\0',
                  "a verdict has a documented status and a reason");
    fuzz::require(told.status != 200 || expected.genuine(), "only what is genuine is accepted");
    fuzz::require((told.status == 405) == !expected.post, "a method but POST, and nothing else, is a 405");
    fuzz::require(!expected.post || (told.status == 404) == !expected.token,
                  "a path without a token of ours, and nothing else, is a 404");
    fuzz::require(told.status != 401 || !expected.signed_once, "what is signed is not called forged");
    const bool has_key = key == story::pinned || key == story::fetched;
    fuzz::require(!has_key || told.status != 503, "with a key there is a final verdict");
    fuzz::require(told.status != 503 || told.retry_after.has_value(), "503 says when to come again");
}

void check_counts(const receiver_counts& counts, const webhook_verdict& told)
{
    fuzz::require(counts.accepted + counts.bad_request + counts.bad_token + counts.bad_signature +
                          counts.unavailable ==
                      1,
                  "each request is counted once");
    fuzz::require((counts.accepted == 1) == (told.status == 200), "as what it was");
}

} // namespace

void fuzz::webhook_receiver(std::string_view input)
{
    written_request request(input);
    world where(request.key);
    const std::string path = where.path();
    replace(request.target, "{token}", path);
    std::string signature;
    for (auto& [name, value] : request.headers) {
        if (value.find("{signature}") != std::string::npos) {
            signature = signature.empty() ? rsa_signer::provider().sign(request.body) : signature;
            replace(value, "{signature}", signature);
        }
        if (value.find("{forged}") != std::string::npos) {
            replace(value, "{forged}", rsa_signer::rotated().sign(request.body));
        }
    }
    const webhook_verdict told = where.judge(request);
    check(told, expectation(request, path, signature), request.key);
    check_counts(where.counts(), told);
}
