// An observer that writes down what it is told, a line a hook.
#pragma once

#include <videosdk/observer.hpp>

#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

class transcript final : public videosdk::observer {
public:
    std::vector<std::string> lines;
    /// Runs inside each hook, after it has written its line.
    std::function<void()> inside;
    /// What is printed as `server` instead, such as an address with a port of the moment.
    std::string server;

    /// All lines, each ended; and forgets them.
    std::string take()
    {
        std::string out;
        for (const std::string& each : std::exchange(lines, {})) {
            out += each + '\n';
        }
        return out;
    }

    void on_attempt_started(const videosdk::attempt_started& what) override { note(what); }
    void on_attempt_ended(const videosdk::attempt_ended& what) override { note(what); }
    void on_retry_planned(const videosdk::retry_planned& what) override { note(what); }
    void on_connection_opened(const videosdk::connection_opened& what) override { note(what); }
    void on_connection_reused(const videosdk::connection_reused& what) override { note(what); }
    void on_connection_closed(const videosdk::connection_closed& what) override { note(what); }
    void on_event_seen(const videosdk::event_seen& what) override { note(what); }
    void on_reconcile_step(const videosdk::reconcile_step& what) override { note(what); }
    void on_sweep_ended(const videosdk::sweep_ended& what) override { note(what); }
    void on_lease_changed(const videosdk::lease_changed& what) override { note(what); }

private:
    template <class Record>
    void note(const Record& what)
    {
        std::ostringstream out;
        out << what;
        std::string line = out.str();
        const std::size_t at = server.empty() ? std::string::npos : line.find(server);
        if (at != std::string::npos) {
            line.replace(at, server.size(), "server");
        }
        lines.push_back(std::move(line));
        if (inside) {
            inside();
        }
    }
};

} // namespace test
