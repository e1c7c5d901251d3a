// One connection through the chaos proxy: what comes from each side is kept until its plan lets it go.
#pragma once

#include "chaos_proxy.hpp"
#include "chaos_sockets.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/tcp.h>

namespace test_support {

using time_point = videosdk::scheduler::time_point;

/// Of a piece under a bandwidth cap, so that bytes trickle instead of coming in a lump.
inline constexpr std::size_t capped_piece = 1024;

/// One direction: what came, and has not gone yet.
class lane {
public:
    flow_plan plan;
    std::uint64_t seen = 0;
    std::uint64_t passed = 0;
    bool source_ended = false; ///< Its FIN was read.
    bool over = false;         ///< The receiver was told; what still comes is swallowed.

    void add(std::string_view bytes, time_point now, std::mt19937_64& random)
    {
        seen += bytes.size();
        if (over || plan.swallow) {
            return;
        }
        const std::size_t most = plan.bytes_per_second == 0 ? bytes.size() : capped_piece;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size()))) {
            add_piece(bytes.substr(0, most), now, random);
        }
    }

    bool empty() const noexcept { return pieces_.empty(); }
    time_point due() const noexcept { return pieces_.empty() ? time_point::max() : pieces_.front().due; }
    void drop() noexcept { pieces_.clear(); }

    /// The bytes to send next: up to the next place at which something happens.
    std::string next(time_point now)
    {
        if (plan.inject_at && *plan.inject_at <= passed) {
            plan.inject_at.reset();
            injecting_ = plan.injected;
        }
        if (!injecting_.empty() || due() > now) {
            return injecting_;
        }
        std::string bytes = pieces_.front().bytes;
        std::size_t size = plan.slice == 0 ? bytes.size() : std::min(plan.slice, bytes.size());
        for (const auto& place : {plan.stall_at, plan.inject_at, plan.end_at}) {
            if (place && passed + size > *place) {
                size = static_cast<std::size_t>(std::max(*place, passed) - passed);
            }
        }
        bytes.resize(size);
        if (plan.corrupt_at && *plan.corrupt_at >= passed && *plan.corrupt_at < passed + size) {
            bytes[static_cast<std::size_t>(*plan.corrupt_at - passed)] ^= 1;
        }
        return bytes;
    }

    void sent(std::size_t count)
    {
        if (!injecting_.empty()) {
            injecting_.erase(0, count);
            return;
        }
        passed += count;
        std::string& front = pieces_.front().bytes;
        front.erase(0, count);
        if (front.empty()) {
            pieces_.pop_front();
        }
    }

    bool must_end() const noexcept { return !over && plan.end_at && passed >= *plan.end_at; }
    bool may_pass_end() const noexcept { return source_ended && pieces_.empty() && !over && !plan.swallow; }
    bool stalled() const noexcept { return plan.stall_at && passed >= *plan.stall_at; }
    /// Whether nothing goes this way, for now or for ever.
    bool closed() const noexcept { return over || plan.swallow || stalled(); }

private:
    struct piece {
        time_point due;
        std::string bytes;
    };

    void add_piece(std::string_view bytes, time_point now, std::mt19937_64& random)
    {
        std::chrono::nanoseconds late = plan.latency;
        if (plan.jitter.count() > 0) {
            late += std::chrono::nanoseconds(random() % static_cast<std::uint64_t>(plan.jitter.count() + 1));
        }
        // Never before the piece ahead of it.
        last_due_ = std::max(last_due_, now + late);
        if (plan.bytes_per_second != 0) {
            last_due_ += std::chrono::nanoseconds(bytes.size() * 1'000'000'000 / plan.bytes_per_second);
        }
        pieces_.push_back({last_due_, std::string(bytes)});
    }

    std::deque<piece> pieces_;
    std::string injecting_;
    time_point last_due_{};
};

class relay final : public chaos_link {
public:
    relay(descriptor client, std::uint16_t server_port, link_plan plan)
        : client_(std::move(client)), client_end_(other_end_of(client_.get())), mute_(plan.mute)
    {
        up_.plan = std::move(plan.up);
        down_.plan = std::move(plan.down);
        if (mute_) {
            return;
        }
        // Blocking, and at once on loopback: the server's kernel answers for it.
        server_ = make_socket(0);
        if (connect_to(server_, server_port) != 0) {
            end(ending::rst);
            return;
        }
        for (const descriptor* each : {&client_, &server_}) {
            const int on = 1;
            ::setsockopt(each->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
    }

    flow_plan& plan(flow way) noexcept override { return of(way).plan; }
    std::uint64_t seen(flow way) const noexcept override { return of(way).seen; }
    std::uint64_t passed(flow way) const noexcept override { return of(way).passed; }
    bool ended() const noexcept override { return ended_; }

    void end(ending how) noexcept override
    {
        ended_ = true;
        if (!server_end_.known() && server_.open()) {
            server_end_ = foreign_socket(other_end_of(server_.get()));
        }
        if (how == ending::rst) {
            client_.reset();
            server_.reset();
            for (lane* each : {&up_, &down_}) {
                each->over = true;
                each->drop();
            }
            return;
        }
        if (how != ending::fin_to_server) {
            finish(down_, client_);
        }
        if (how != ending::fin_to_client) {
            finish(up_, server_);
        }
    }

    void wait_until_client_is_told() const override
    {
        if (client_end_.open()) {
            wait_for_end_at(client_end_.get());
        }
    }

    bool closed() const noexcept override { return !open() && !client_end_.open() && !server_end_.open(); }
    bool open() const noexcept { return client_.open() || server_.open(); }
    int client() const noexcept { return client_.get(); }
    int server() const noexcept { return server_.get(); }
    time_point due() const noexcept { return std::min(due_of(up_), due_of(down_)); }

    bool turn(time_point now, std::mt19937_64& random)
    {
        bool moved = read(client_, up_, now, random);
        moved = read(server_, down_, now, random) || moved;
        moved = write(up_, server_, now) || moved;
        moved = write(down_, client_, now) || moved;
        const bool both_gone = up_.source_ended && (mute_ || down_.source_ended);
        if (open() && both_gone && (mute_ || (up_.closed() && down_.closed()))) {
            client_.close();
            server_.close();
        }
        return moved;
    }

private:
    lane& of(flow way) noexcept { return way == flow::up ? up_ : down_; }
    lane& other(const lane& way) noexcept { return &way == &up_ ? down_ : up_; }
    const lane& of(flow way) const noexcept { return way == flow::up ? up_ : down_; }

    static time_point due_of(const lane& way) noexcept
    {
        return way.stalled() ? time_point::max() : way.due();
    }

    static void finish(lane& way, const descriptor& to) noexcept
    {
        if (!way.over && to.open()) {
            ::shutdown(to.get(), SHUT_WR);
        }
        way.over = true;
        way.drop();
    }

    bool read(const descriptor& from, lane& way, time_point now, std::mt19937_64& random)
    {
        bool moved = false;
        char bytes[16 * 1024];
        while (from.open() && !way.source_ended) {
            const auto count = ::recv(from.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                break;
            }
            moved = true;
            if (count > 0) {
                way.add({bytes, static_cast<std::size_t>(count)}, now, random);
            } else if (count == 0) {
                way.source_ended = true;
            } else if (way.plan.swallow) {
                way.source_ended = true;
            } else {
                pass_reset();
            }
        }
        if (mute_) {
            way.drop();
        }
        return moved;
    }

    bool write(lane& way, const descriptor& to, time_point now)
    {
        bool moved = false;
        std::size_t left = way.plan.slice == 0 ? SIZE_MAX : way.plan.slice;
        while (to.open() && !way.over && !way.must_end() && left > 0) {
            const std::string bytes = way.next(now);
            if (bytes.empty()) {
                break;
            }
            const auto count = ::send(to.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0) {
                if (errno == EAGAIN || errno == EINTR) {
                    break;
                }
                if (other(way).plan.swallow) {
                    way.over = true; // its receiver is gone, and the news would go the other way
                    way.drop();
                } else {
                    pass_reset();
                }
                break;
            }
            moved = true;
            way.sent(static_cast<std::size_t>(count));
            left -= std::min(left, static_cast<std::size_t>(count));
        }
        if (way.must_end()) {
            end(way.plan.end_how);
            way.plan.end_at.reset();
            moved = true;
        } else if (way.may_pass_end() && !mute_) {
            finish(way, to);
            moved = true;
        }
        return moved;
    }

    /// One side has reset its connection: so does the proxy the other.
    void pass_reset() noexcept
    {
        const bool was_ended = ended_;
        end(ending::rst);
        ended_ = was_ended;
    }

    descriptor client_;
    descriptor server_;
    foreign_socket client_end_;
    foreign_socket server_end_;
    lane up_;
    lane down_;
    bool mute_;
    bool ended_ = false;
};

} // namespace test_support
