// The least that a user's file includes and does: what it preprocesses to is measured.
#include <videosdk/videosdk.hpp>

videosdk::asio::awaitable<void> acquire_one(videosdk::client& client)
{
    auto resources = co_await client.acquire(
        {.type = videosdk::resource_type::recording, .webhook_url = "https://hooks.example.com/videosdk"});
    static_cast<void>(resources);
}
