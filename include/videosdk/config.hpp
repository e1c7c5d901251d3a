// What every public header needs: the version, the Boost check, the namespace and the export macro.
#pragma once

#include <videosdk/build_config.hpp>

#include <boost/version.hpp>

#define VIDEOSDK_VERSION_MAJOR 0
#define VIDEOSDK_VERSION_MINOR 1
#define VIDEOSDK_VERSION_PATCH 0
#define VIDEOSDK_VERSION_STRING "0.1.0"

#if BOOST_VERSION != VIDEOSDK_BUILT_WITH_BOOST_VERSION
#error                                                                                                       \
    "videosdk was built with another Boost version than this program includes: build both with the same one"
#endif

#define VIDEOSDK_DECL __attribute__((visibility("default")))

namespace boost::asio {
}

namespace videosdk::inline v0 {
namespace asio = boost::asio;
}
