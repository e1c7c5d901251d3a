// Calling the hooks of an observer.
#pragma once

#include <videosdk/observer.hpp>

namespace videosdk::inline v0::http {

/// To be called where nothing is half done: a hook may begin calls, close and destroy. Where there may be no
/// observer, ask before the record is filled.
template <class Record>
void tell(observer& who, void (observer::*hook)(const Record&), const Record& what) noexcept
{
    try {
        (who.*hook)(what);
    } catch (...) {
        // An observer's failure is its own: an acquire must not get lost because a log's disk is full.
        static_cast<void>(0);
    }
}

} // namespace videosdk::inline v0::http
