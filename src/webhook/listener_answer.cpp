// Verdicts as HTTP answers.
#include "webhook/listener_answer.hpp"

#include <string>

namespace videosdk::inline v0::webhook {

http::server_response answer_of(const webhook_verdict& verdict)
{
    const bool success = verdict.status == 200;
    http::server_response out(verdict.status, success ? R"({"success":true})" : R"({"success":false})");
    if (verdict.retry_after) {
        out.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after->count()));
    }
    if (verdict.status == 405) {
        out.headers.emplace_back("Allow", "POST"); // RFC 9110, 15.5.6
    }
    return out;
}

} // namespace videosdk::inline v0::webhook
