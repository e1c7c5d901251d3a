// A stream without TLS.
#include "http/socket_stream.hpp"

namespace videosdk::inline v0::http {
namespace {

class plain_stream final : public socket_stream {
public:
    using socket_stream::socket_stream;

private:
    void begin() override { report_connected({}, {}); }
    transfer receive(std::span<char> place) override { return take(place); }
    transfer send(std::string_view bytes) override { return give(bytes); }
};

} // namespace

std::unique_ptr<stream> make_plain_stream(const stream_ground& ground)
{
    return std::make_unique<plain_stream>(ground);
}

} // namespace videosdk::inline v0::http
