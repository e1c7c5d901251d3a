// Why a request is answered with an error.
#pragma once

#include <videosdk/config.hpp>

#include <boost/system/result.hpp>

#include <string>
#include <utility>

namespace videosdk::inline v0::emulator {

struct refusal {
    refusal() = default; // Boost's result wants it
    refusal(unsigned status_code, std::string text) : status(status_code), message(std::move(text)) {}

    unsigned status = 400;
    std::string message; ///< Names the field.
};

template <class T>
using accepted = boost::system::result<T, refusal>;

} // namespace videosdk::inline v0::emulator
