// Contender: libcurl's multi interface, driven by epoll as its documentation recommends for many transfers
// (curl_multi_socket_action, after its example ephiperfifo.c), over HTTP/1.1 or HTTP/2. Easy handles are used
// again and again; calls beyond the connections wait in libcurl's own queue.
#include "../answer.hpp"
#include "../load.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <curl/curl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace {

void check(bool good, const std::string& what)
{
    if (!good) {
        throw std::runtime_error(what);
    }
}

void check(CURLMcode code)
{
    check(code == CURLM_OK, curl_multi_strerror(code));
}

/// What an application keeps of a request: its token and its body.
struct request {
    explicit request(const std::string& file)
    {
        std::ifstream in(file, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const std::size_t end = bytes.find("\r\n\r\n");
        const std::size_t begin = bytes.find("\r\nAuthorization: ");
        check(end != std::string::npos && begin < end, "--request " + file + " is not one whole request");
        body = bytes.substr(end + 4);
        headers = curl_slist_append(
            headers, bytes.substr(begin + 2, bytes.find("\r\n", begin + 2) - begin - 2).c_str());
        headers = curl_slist_append(headers, "Content-Type: application/json");
        headers = curl_slist_append(headers, "Accept: application/json");
    }
    request(const request&) = delete;
    ~request() { curl_slist_free_all(headers); }

    curl_slist* headers = nullptr;
    std::string body;
};

struct transfer {
    CURL* easy = nullptr;
    std::array<char, CURL_ERROR_SIZE> complaint{};
    std::string answer;
    bench::call_clock::time_point begun;
};

class contender {
public:
    explicit contender(const bench::load_options& options)
        : options_(options),
          request_(options.request_file),
          load_(options),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          multi_(curl_multi_init()),
          transfers_(options.in_flight)
    {
        check(epoll_ >= 0 && multi_ != nullptr, "neither epoll nor libcurl to be had");
        const auto most = static_cast<long>(options.open_connections());
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &contender::socket_changed);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &contender::timer_changed);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, most);
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, most);
        for (transfer& each : transfers_) {
            prepare(each);
        }
    }
    contender(const contender&) = delete;
    ~contender()
    {
        for (const transfer& each : transfers_) {
            curl_multi_remove_handle(multi_, each.easy);
            curl_easy_cleanup(each.easy);
        }
        curl_multi_cleanup(multi_);
        ::close(epoll_);
    }

    std::string run()
    {
        const auto end = bench::call_clock::now() + std::chrono::seconds(options_.seconds);
        for (transfer& each : transfers_) {
            begin(each);
        }
        std::array<epoll_event, 256> events{};
        while (running_ > 0) {
            const int ready =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms());
            check(ready >= 0 || errno == EINTR, "epoll_wait failed");
            int still_running = 0;
            for (int i = 0; i < ready; ++i) {
                const epoll_event& event = events[static_cast<std::size_t>(i)];
                const int bits = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                                 ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                                 ((event.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
                check(curl_multi_socket_action(multi_, event.data.fd, bits, &still_running));
            }
            if (timer_set_ && bench::call_clock::now() >= timer_) {
                timer_set_ = false;
                check(curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &still_running));
            }
            if (options_.seconds != 0 && bench::call_clock::now() >= end) {
                load_.end();
            }
            read_finished();
        }
        return load_.line();
    }

private:
    void prepare(transfer& each)
    {
        each.easy = curl_easy_init();
        check(each.easy != nullptr, "libcurl gives no handle");
        const std::string url = options_.url + "/v2/resource/acquire";
        curl_easy_setopt(each.easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(each.easy, CURLOPT_HTTPHEADER, request_.headers);
        curl_easy_setopt(each.easy, CURLOPT_POSTFIELDS, request_.body.c_str());
        curl_easy_setopt(each.easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
        curl_easy_setopt(each.easy, CURLOPT_CAINFO, options_.ca_file.c_str());
        curl_easy_setopt(each.easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(each.easy, CURLOPT_TIMEOUT_MS, 30'000L);
        curl_easy_setopt(each.easy, CURLOPT_WRITEFUNCTION, &contender::write);
        curl_easy_setopt(each.easy, CURLOPT_WRITEDATA, &each.answer);
        curl_easy_setopt(each.easy, CURLOPT_ERRORBUFFER, each.complaint.data());
        curl_easy_setopt(each.easy, CURLOPT_PRIVATE, &each);
        if (options_.http == 2) {
            // Rather a stream of a connection that is there than one more connection.
            curl_easy_setopt(each.easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
            curl_easy_setopt(each.easy, CURLOPT_PIPEWAIT, 1L);
        } else {
            curl_easy_setopt(each.easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        }
    }

    void begin(transfer& each)
    {
        each.answer.clear();
        each.begun = bench::call_clock::now();
        check(curl_multi_add_handle(multi_, each.easy));
        ++running_;
    }

    void read_finished()
    {
        int left = 0;
        while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) {
                continue;
            }
            CURL* const easy = message->easy_handle;
            const CURLcode result = message->data.result;
            transfer* whose = nullptr;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &whose);
            if (result != CURLE_OK) {
                throw std::runtime_error(std::string(curl_easy_strerror(result)) + ": " +
                                         whose->complaint.data());
            }
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (status != 200) {
                bench::throw_wrong_answer();
            }
            bench::check_answer(whose->answer, options_.expected_id);
            load_.done(whose->begun);
            check(curl_multi_remove_handle(multi_, easy));
            --running_;
            if (load_.goes_on()) {
                begin(*whose);
            }
        }
    }

    int timeout_ms() const
    {
        if (!timer_set_) {
            return 1000;
        }
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(timer_ - bench::call_clock::now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000));
    }

    static std::size_t write(const char* bytes, std::size_t size, std::size_t count, void* answer)
    {
        static_cast<std::string*>(answer)->append(bytes, size * count);
        return size * count;
    }

    static int timer_changed(CURLM* /*multi*/, long milliseconds, void* self)
    {
        auto& here = *static_cast<contender*>(self);
        here.timer_set_ = milliseconds >= 0;
        here.timer_ = bench::call_clock::now() + std::chrono::milliseconds(milliseconds);
        return 0;
    }

    static int socket_changed(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* known)
    {
        auto& here = *static_cast<contender*>(self);
        epoll_event event{};
        event.data.fd = socket;
        if (what == CURL_POLL_REMOVE) {
            ::epoll_ctl(here.epoll_, EPOLL_CTL_DEL, socket, &event);
            return 0;
        }
        event.events = ((what & CURL_POLL_IN) != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
                       ((what & CURL_POLL_OUT) != 0 ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
        const int operation = known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        curl_multi_assign(here.multi_, socket, self); // Whatever is not null: this socket is known.
        return ::epoll_ctl(here.epoll_, operation, socket, &event);
    }

    const bench::load_options& options_;
    const request request_;
    bench::load load_;
    int epoll_;
    CURLM* multi_;
    std::vector<transfer> transfers_;
    std::uint64_t running_ = 0;
    bench::call_clock::time_point timer_;
    bool timer_set_ = false;
};

std::string run(const bench::load_options& options)
{
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl does not begin");
    contender libcurl(options);
    return libcurl.run();
}

} // namespace

int main(int count, char** words)
{
    return bench::run_main(count, words, run);
}
