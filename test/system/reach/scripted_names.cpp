// getaddrinfo of this program: the C library's, but for one name.
#include "scripted_names.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>

#include <dlfcn.h>
#include <netdb.h>

namespace {

std::mutex mutex;
std::vector<std::vector<std::string>> script;
std::atomic<unsigned> asked_so_far{0};
std::atomic<bool> held{false};

std::vector<std::string> next_addresses()
{
    const unsigned nth = asked_so_far++;
    held.wait(true);
    const std::lock_guard lock(mutex);
    return script.empty() ? std::vector<std::string>()
                          : script[std::min<std::size_t>(nth, script.size() - 1)];
}

} // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result)
{
    using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto original = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    if (node == nullptr || std::strcmp(node, test::scripted_host) != 0) {
        return original(node, service, hints, result);
    }
    // Lists of one each, chained: freeaddrinfo frees node by node.
    addrinfo** place = result;
    *place = nullptr;
    for (const std::string& each : next_addresses()) {
        if (const int failure = original(each.c_str(), service, hints, place); failure != 0) {
            return failure;
        }
        while (*place != nullptr) {
            place = &(*place)->ai_next;
        }
    }
    return *result == nullptr ? EAI_NONAME : 0;
}

namespace test {

scripted_names::scripted_names(std::initializer_list<std::vector<std::string>> answers)
{
    const std::lock_guard lock(mutex);
    script = answers;
    asked_so_far = 0;
}

scripted_names::~scripted_names()
{
    let_go();
    const std::lock_guard lock(mutex);
    script.clear();
}

void scripted_names::hold() noexcept
{
    held = true;
}

void scripted_names::let_go() noexcept
{
    held = false;
    held.notify_all();
}

unsigned scripted_names::asked() const noexcept
{
    return asked_so_far;
}

} // namespace test
