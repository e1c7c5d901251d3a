// The functions that can be awaited, each by name and behind one face, and how an awaited one ended.
#pragma once

#include <videosdk/videosdk.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cancelling {

namespace asio = boost::asio;

inline constexpr asio::cancellation_type all_types[] = {
    asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total};

/// How one awaited function ended.
struct ending {
    bool returned = false;
    boost::system::error_code code;
    std::optional<videosdk::outcome> outcome;
    std::optional<videosdk::effect> effect;
    std::uint32_t attempts = 0;
    std::string text;
    std::string call; ///< As the error names it; empty where the exception is not the library's.

    bool aborted() const { return !returned && code == asio::error::operation_aborted; }
};

ending ending_of(const videosdk::error& failure);

/// By the door that throws.
template <class T>
asio::awaitable<ending> by_value(asio::awaitable<T> what)
{
    ending end;
    try {
        co_await std::move(what);
        end.returned = true;
    } catch (const videosdk::error& failure) {
        end = ending_of(failure);
    } catch (const boost::system::system_error& failure) {
        end.code = failure.code();
    }
    co_return end;
}

/// By the door that returns.
template <class T>
asio::awaitable<ending> by_result(asio::awaitable<videosdk::result<T>> what)
{
    ending end;
    try {
        const videosdk::result<T> got = co_await std::move(what);
        end.returned = got.has_value();
        if (!end.returned) {
            end = ending_of(got.error());
        }
    } catch (const boost::system::system_error& failure) {
        end.code = failure.code();
    }
    co_return end;
}

/// What a call does at the provider, which decides what may be said of one that was cancelled.
enum class deed : std::uint8_t { reads, acts, buys };

/// A function of the API. `declared` is `client.hpp:release(ids)`: header, name, and which of its overloads.
struct api_function {
    const char* declared;
    deed what;
    const char* answer; ///< A good one.
    asio::awaitable<ending> (*call)(videosdk::client& client, const videosdk::call_options& how);
};

std::span<const api_function> api_functions();

/// Of everything else that can be awaited.
std::vector<std::string> other_functions();
/// Those of lease managers, leases and their compositions.
std::vector<std::string> lease_functions();

} // namespace cancelling
