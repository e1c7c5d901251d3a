// The machine behind check_head: how it walks over the bytes, and what it remembers.
#pragma once

#include "http/head.hpp"

#include <cstddef>
#include <string_view>

namespace videosdk::inline v0::http {

class head_judge {
public:
    head_judge(std::string_view bytes, const head_limits& limits, head_verdict& verdict)
        : bytes_(bytes.substr(0, limits.max_head)), limits_(limits), verdict_(verdict), head_(verdict.head)
    {
    }

    void run()
    {
        const bool line = leading_line() && method() && target() && version();
        if (line) {
            while (field()) {}
        }
        if (verdict_.what == head_verdict::kind::incomplete && bytes_.size() >= limits_.max_head) {
            refuse(line ? 431 : 414, line ? "the head is too long" : "the request line is too long");
        }
    }

private:
    // Each of these reads one part and says whether to go on: false when bytes are missing, when the head was
    // refused and when it has ended.
    bool leading_line();
    bool method();
    bool target();
    bool literally(std::string_view text);
    bool authority(std::size_t target_begin);
    bool version();
    bool field();
    bool line_end(const char* reason);

    static bool misleading(std::string_view name);
    bool interpret(std::string_view name, std::string_view value);
    bool host(std::string_view value);
    bool content_length(std::string_view value);
    bool transfer_encoding(std::string_view value);
    bool connection(std::string_view value);
    bool expect(std::string_view value);
    bool end_of_head();

    bool at_end() const noexcept { return at_ == bytes_.size(); }

    bool refuse(unsigned status, const char* reason) noexcept
    {
        verdict_.what = head_verdict::kind::refused;
        verdict_.status = status;
        verdict_.reason = reason;
        return false;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    const head_limits& limits_;
    head_verdict& verdict_;
    checked_head& head_;
    bool host_seen_ = false;
    bool close_seen_ = false;
    bool keep_alive_seen_ = false;
    bool expect_seen_ = false;
    std::string_view authority_; // of a target in absolute form
};

} // namespace videosdk::inline v0::http
