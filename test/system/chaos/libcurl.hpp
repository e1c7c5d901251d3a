// libcurl in the client's place: the same stage, the same proxy, one connection that is used again.
#pragma once

#include "stage.hpp"

#include <functional>
#include <memory>
#include <string>

namespace test {

class libcurl {
public:
    /// Whether this build has it.
    static bool here() noexcept;

    explicit libcurl(stage& where);
    ~libcurl();

    /// What became of a request: its status, or what libcurl says. A GET where there is no body.
    /// `before_write` is called when a connection has been found or made and nothing has been written yet.
    std::string ask(const std::string& path, const std::string& body,
                    const std::function<void()>& before_write);

private:
    struct parts;
    stage& stage_;
    std::unique_ptr<parts> parts_;
};

} // namespace test
