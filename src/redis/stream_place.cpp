// How far a node has read a stream.
#include "redis/stream_place.hpp"

#include <charconv>
#include <utility>

namespace videosdk::inline v0::redis {
namespace {

using id_parts = std::pair<std::uint64_t, std::uint64_t>;

std::optional<id_parts> parts_of(std::string_view id)
{
    id_parts out;
    const char* const last = id.data() + id.size();
    const auto first = std::from_chars(id.data(), last, out.first);
    if (first.ec != std::errc() || first.ptr == last || *first.ptr != '-') {
        return std::nullopt;
    }
    const auto second = std::from_chars(first.ptr + 1, last, out.second);
    if (second.ec != std::errc() || second.ptr != last) {
        return std::nullopt;
    }
    return out;
}

} // namespace

std::optional<stream_place> stream_place::from_text(std::string_view text)
{
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos || !parts_of(text.substr(0, blank))) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data() + blank + 1, text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return stream_place(std::string(text.substr(0, blank)), number);
}

stream_place::news stream_place::pass(const stream_entry& next)
{
    news out;
    if (!next.id.empty()) {
        id_ = next.id;
    }
    if (next.number == 0) {
        return out;
    }
    if (number_ != 0 && next.number > number_ + 1) {
        out.missed = next.number - number_ - 1;
    }
    out.restarted = number_ != 0 && next.number <= number_;
    number_ = next.number;
    return out;
}

bool stream_place::restarted_before(const std::optional<stream_entry>& last)
{
    if (number_ == 0) {
        return false;
    }
    const auto ours = parts_of(id_);
    const auto theirs = last ? parts_of(last->id) : std::nullopt;
    if (ours && theirs && *theirs >= *ours) {
        return false;
    }
    *this = stream_place();
    return true;
}

} // namespace videosdk::inline v0::redis
