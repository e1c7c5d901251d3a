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

std::unique_ptr<stream> make_plain_stream(const asio::any_io_executor& executor, const endpoint& where,
                                          std::shared_ptr<name_lookup> names,
                                          std::shared_ptr<socket_watch> watch)
{
    return std::make_unique<plain_stream>(executor, where, std::move(names), std::move(watch));
}

} // namespace videosdk::inline v0::http
