// Runs a command and writes what the kernel says that it used, the same for every contender whatever it is
// written in: measure FILE command…, one line of JSON. Ends with the command's own status.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char** environ;

namespace {

double seconds(const timeval& time) noexcept
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int fail(const char* what, int reason)
{
    std::fprintf(stderr, "measure: %s: %s\n", what, std::strerror(reason));
    return 127;
}

} // namespace

int main(int count, char** words)
{
    if (count < 3) {
        std::fprintf(stderr, "usage: %s FILE command…\n", words[0]);
        return 2;
    }
    // Spawned, not forked: the peak of a fork's memory begins with its parent's. This one is small.
    pid_t child = 0;
    if (const int failed = ::posix_spawnp(&child, words[2], nullptr, nullptr, words + 2, environ)) {
        return fail(words[2], failed);
    }
    int status = 0;
    rusage used{};
    while (::wait4(child, &status, 0, &used) == -1) {
        if (errno != EINTR) {
            return fail("wait4", errno);
        }
    }
    std::FILE* const out = std::fopen(words[1], "w");
    if (out == nullptr) {
        return fail(words[1], errno);
    }
    std::fprintf(out, "{\"cpu_seconds\":%.6f,\"user_seconds\":%.6f,\"peak_kib\":%ld}\n",
                 seconds(used.ru_utime) + seconds(used.ru_stime), seconds(used.ru_utime), used.ru_maxrss);
    if (std::fclose(out) != 0) {
        return fail(words[1], errno);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
