// getaddrinfo of this program: the C library's, but for one name.
#include "slow_names.hpp"

#include <atomic>
#include <cstring>

#include <dlfcn.h>
#include <netdb.h>

namespace {

std::atomic<bool> held{false};
std::atomic<bool> exists{false};
std::atomic<unsigned> asked_so_far{0};

} // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result)
{
    if (node != nullptr && std::strcmp(node, test::slow_host) == 0) {
        ++asked_so_far;
        held.wait(true);
        if (!exists) {
            return EAI_NONAME;
        }
        node = "127.0.0.1";
    }
    using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto original = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return original(node, service, hints, result);
}

namespace test {

slow_names::slow_names(result found)
{
    asked_so_far = 0;
    exists = found == result::loopback;
    held = true;
}

slow_names::~slow_names()
{
    let_go();
}

void slow_names::let_go() noexcept
{
    held = false;
    held.notify_all();
}

unsigned slow_names::asked() const noexcept
{
    return asked_so_far;
}

} // namespace test
