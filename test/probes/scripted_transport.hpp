// A transport that answers every call of the API from memory, for the probes: made of the public headers
// only.
#pragma once

#include <videosdk/transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class scripted_transport final : public videosdk::transport,
                                 public std::enable_shared_from_this<scripted_transport> {
public:
    explicit scripted_transport(boost::asio::io_context& context) : context_(context) {}

    void start(videosdk::exchange_operation& operation) override
    {
        waiting_.push_back(&operation);
        boost::asio::post(context_, [self = shared_from_this(), what = &operation] { self->complete(what); });
    }

    void cancel(videosdk::exchange_operation& operation) noexcept override
    {
        std::erase(waiting_, &operation);
    }
    void close_idle() noexcept override {}
    void shutdown() noexcept override { waiting_.clear(); }

    /// The body of the last request that was answered.
    const std::string& last_body() const noexcept { return last_body_; }

private:
    void complete(videosdk::exchange_operation* what)
    {
        const auto found = std::find(waiting_.begin(), waiting_.end(), what);
        if (found == waiting_.end()) {
            return;
        }
        waiting_.erase(found);
        last_body_ = what->request.body;
        what->mark_sent(true);
        auto [status, body] = answer(what->request.target, what->request.body);
        what->on_response(videosdk::response(status, std::move(body)));
    }

    static std::string unit(std::string_view id, std::string_view status)
    {
        return R"({"id":")" + std::string(id) + R"(","status":")" + std::string(status) +
               R"(","type":"recording","mode":"video-and-audio","quality":"med","composerIds":[],)" +
               R"("webhookUrl":"https://hooks.example.com/"})";
    }

    static std::pair<unsigned, std::string> answer(std::string_view target, std::string_view body)
    {
        if (target == "/v2/resource/acquire") {
            return {200, acquired(body)};
        }
        if (target == "/v2/resource/release") {
            return {200, released(body)};
        }
        if (target.ends_with("/start")) {
            return {200, R"({"success":true,"data":{"id":"composition"}})"};
        }
        if (target.ends_with("/end")) {
            return {200, R"({"success":true,"msg":"ended"})"};
        }
        if (target == "/v2/resource/missing") {
            return {404, R"({"message":"no such resource"})"};
        }
        if (target.starts_with("/v2/resource?")) {
            return {200, page(target)};
        }
        if (target.starts_with("/v2/resource/")) {
            return {200, unit(target.substr(13), "idle")};
        }
        return {200, std::string(body)};
    }

    static unsigned number_after(std::string_view text, std::string_view name, unsigned otherwise)
    {
        const auto at = text.find(name);
        if (at != std::string_view::npos) {
            std::from_chars(text.data() + at + name.size(), text.data() + text.size(), otherwise);
        }
        return otherwise;
    }

    static std::string acquired(std::string_view body)
    {
        std::string units;
        for (unsigned i = number_after(body, R"("units":)", 1); i > 0; --i) {
            units += (units.empty() ? "" : ",") + unit("resource" + std::to_string(i), "pending");
        }
        return R"({"success":true,"data":[)" + units + "]}";
    }

    // Every quoted text of `{"ids":["a","b"]}` but the first is an id.
    static std::string released(std::string_view body)
    {
        std::string answers;
        body.remove_prefix(body.find('['));
        while (body.find('"') != std::string_view::npos) {
            body.remove_prefix(body.find('"') + 1);
            const auto id = body.substr(0, body.find('"'));
            body.remove_prefix(id.size() + 1);
            answers += (answers.empty() ? "" : ",") + (R"({"id":")" + std::string(id)) +
                       R"(","success":true,"msg":"resource released"})";
        }
        return R"({"success":true,"data":[)" + answers + "]}";
    }

    static std::string page(std::string_view target)
    {
        const std::string number = std::to_string(number_after(target, "page=", 1));
        return R"({"pageInfo":{"currentPage":)" + number +
               R"(,"perPage":1,"lastPage":3,"total":3},"data":[)" + unit("listed" + number, "idle") + "]}";
    }

    boost::asio::io_context& context_;
    std::vector<videosdk::exchange_operation*> waiting_;
    std::string last_body_;
};
