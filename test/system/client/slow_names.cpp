// getaddrinfo of this program: the C library's, but for one name.
#include "slow_names.hpp"

#include <atomic>
#include <cstring>

#include <dlfcn.h>
#include <netdb.h>

namespace {

std::atomic<bool> held{false};

} // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result)
{
    if (node != nullptr && std::strcmp(node, test::slow_host) == 0) {
        held.wait(true);
        return EAI_NONAME;
    }
    using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto original = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return original(node, service, hints, result);
}

namespace test {

slow_names::slow_names()
{
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

} // namespace test
