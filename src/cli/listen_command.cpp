// videosdk listen: an embedded listener that prints each verified event, and acknowledges what it has
// printed.
#include "commands.hpp"
#include "error/text.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "json_line.hpp"
#include "output.hpp"
#include "session.hpp"
#include "webhook_url.hpp"

#include <videosdk/event_hub.hpp>
#include <videosdk/webhook_listener.hpp>

#include <boost/asio/this_coro.hpp>

#include <CLI/CLI.hpp>
#include <array>
#include <ctime>
#include <exception>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace videosdk_cli {
namespace {

struct listen_arguments {
    api_options api;
    token_key_options keys;
    std::string bind = "127.0.0.1:8080";
    std::string path;
    std::string public_url;
    std::string owner = "videosdk";
    std::string tls_cert;
    std::string tls_key;
    std::string key_file;
    std::uint64_t count = 0;
};

std::string now_text()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string event_line(const videosdk::event& what, bool json)
{
    if (json) {
        json_line out;
        out.add("webhookType", what.type.text());
        return out.add_json("data", what.data.empty() ? "{}" : what.data).text();
    }
    return now_text() + ' ' + to_string(what);
}

/// `base` and what comes before owner and token in the path.
std::string join_url(std::string_view base, const std::string& path)
{
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    return std::string(base) + path;
}

class listening {
public:
    explicit listening(const listen_arguments& arguments)
        : arguments_(arguments),
          keys_(correlation_keys_of(arguments.keys)),
          over_(arguments.api),
          hub_(over_.client()),
          receiver_(over_.client(), hub_, receiver_options()),
          listener_(over_.executor(), receiver_, arguments.bind, server_options())
    {
    }

    int run()
    {
        const int status = over_.run(serve());
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return status;
    }

private:
    videosdk::webhook_options receiver_options() const
    {
        videosdk::webhook_options options;
        options.public_url = join_url(
            arguments_.public_url.empty() ? "http://localhost" : arguments_.public_url, arguments_.path);
        options.owner = arguments_.owner;
        options.token_keys = keys_.keys();
        if (!arguments_.key_file.empty()) {
            options.public_key_pem = read_input("--key-file", arguments_.key_file);
        }
        return options;
    }

    videosdk::listener_options server_options() const
    {
        videosdk::listener_options options;
        if (!arguments_.tls_cert.empty()) {
            options.certificate_chain_pem = read_input("--tls-cert", arguments_.tls_cert);
            options.private_key_pem = read_input("--tls-key", arguments_.tls_key);
        }
        options.serial_executor = true;
        options.on_access = [json = arguments_.api.json](const videosdk::access_record& record) {
            if (record.status != 200) {
                std::ostringstream text;
                text << "refused: " << record;
                tell_notice(text.str(), "listen", json);
            }
        };
        return options;
    }

    asio::awaitable<int> serve()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        over_.end_on_signals("listen");
        const auto handling = hub_.handle({}, [this](const videosdk::event& what) { return take(what); });
        listener_.start();
        tell_where();
        if (!ended_) {
            co_await over_.pause();
        }
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        static_cast<void>(co_await listener_.drain(std::chrono::seconds(5)));
        co_return exit_success;
    }

    asio::awaitable<void> take(const videosdk::event& what)
    {
        if (ended_) {
            throw std::runtime_error("this listener ends"); // the provider sends it again, to somebody else
        }
        try {
            print_line(event_line(what, arguments_.api.json));
        } catch (const output_failed&) {
            failure_ = std::current_exception();
            end();
            throw;
        }
        if (++printed_ == arguments_.count) {
            end();
        }
        co_return;
    }

    void end()
    {
        ended_ = true;
        over_.wake();
    }

    void tell_where() const
    {
        const std::string port = std::to_string(listener_.port());
        const std::string host = arguments_.bind.substr(0, arguments_.bind.rfind(':'));
        const std::string here = (arguments_.tls_cert.empty() ? "http://" : "https://") + host + ':' + port;
        const std::string base = arguments_.public_url.empty() ? here : arguments_.public_url;
        const std::string url = make_webhook_url(keys_, join_url(base, arguments_.path), arguments_.owner);
        if (arguments_.api.json) {
            json_line out;
            tell(out.add("listening", here).add("webhookUrl", url).text() + '\n');
        } else {
            tell_notice("listening on " + here + ", for webhooks to " + url, "listen", false);
        }
    }

    const listen_arguments& arguments_;
    videosdk::auth::correlation_keys keys_;
    session over_;
    videosdk::event_hub hub_;
    videosdk::webhook_receiver receiver_;
    videosdk::webhook_listener listener_;
    std::uint64_t printed_ = 0;
    bool ended_ = false;
    std::exception_ptr failure_;
};

int run_listen(const listen_arguments& arguments)
{
    check_owner("--owner", arguments.owner);
    if (!arguments.path.empty() && !arguments.path.starts_with('/')) {
        throw usage_failure("--path: must begin with /");
    }
    listening work(arguments);
    return work.run();
}

} // namespace

void add_listen(CLI::App& program, chosen_command& chosen)
{
    const auto arguments = std::make_shared<listen_arguments>();
    CLI::App* const command = program.add_subcommand(
        "listen", "Listen for webhooks, and print each event whose token and signature are genuine.\n"
                  "Says on stderr which webhook URL to give to the provider. An event is acknowledged when\n"
                  "its line was written. Runs until SIGTERM or SIGINT.");
    command->add_option("--bind", arguments->bind, "Address to listen on; port 0 takes a free one")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--path", arguments->path, "Comes before /OWNER/TOKEN in the webhook URL")
        ->type_name("PATH");
    command
        ->add_option("--public-url", arguments->public_url,
                     "Where the provider reaches this listener from outside [the address it listens on]")
        ->type_name("URL");
    command
        ->add_option("--owner", arguments->owner,
                     "Whose events are taken: of all webhook URLs with this name")
        ->capture_default_str();
    CLI::Option* const cert =
        command->add_option("--tls-cert", arguments->tls_cert, "Certificate chain as PEM: serve HTTPS")
            ->type_name("FILE");
    CLI::Option* const key =
        command->add_option("--tls-key", arguments->tls_key, "Its private key as PEM")->type_name("FILE");
    cert->needs(key);
    key->needs(cert);
    command
        ->add_option("--key-file", arguments->key_file,
                     "The provider's public key as PEM [asked of the endpoint]")
        ->type_name("FILE");
    command->add_option("--count", arguments->count, "End after so many events [never]");
    add_token_keys(*command, arguments->keys);
    add_api_options(*command, arguments->api);
    command->footer("Examples:\n"
                    "  videosdk listen --bind 0.0.0.0:8080 --public-url https://hooks.example.com\n"
                    "  videosdk listen --json --count 1 | jq -r .webhookType");
    choose_on_parse(
        *command, chosen, "listen", [arguments] { return arguments->api.json; },
        [arguments] { return run_listen(*arguments); });
}

} // namespace videosdk_cli
