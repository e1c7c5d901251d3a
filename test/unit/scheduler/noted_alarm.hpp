// An alarm that calls a function.
#pragma once

#include <videosdk/scheduler.hpp>

#include <functional>
#include <utility>

namespace videosdk::test {

class noted_alarm final : public alarm {
public:
    explicit noted_alarm(std::function<void()> what) : what_(std::move(what)) {}

private:
    void on_alarm() override { what_(); }
    std::function<void()> what_;
};

} // namespace videosdk::test
