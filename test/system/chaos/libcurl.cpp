// A multi handle, whose turns are taken between those of all others.
#include "libcurl.hpp"

#include <csignal>
#include <stdexcept>

#ifdef VIDEOSDK_TEST_LIBCURL

#include <curl/curl.h>

namespace test {
namespace {

// Types of their own: to libcurl both kinds of handles are void.
struct easy_deleter {
    void operator()(CURL* what) const noexcept { curl_easy_cleanup(what); }
};
struct multi_deleter {
    void operator()(CURLM* what) const noexcept { curl_multi_cleanup(what); }
};
struct list_deleter {
    void operator()(curl_slist* what) const noexcept { curl_slist_free_all(what); }
};

struct library {
    library()
    {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to connections that have been reset.
    }
    ~library() { curl_global_cleanup(); }
};

std::size_t swallow(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

int call(void* function, char*, char*, int, int)
{
    (*static_cast<const std::function<void()>*>(function))();
    return CURL_PREREQFUNC_OK;
}

} // namespace

struct libcurl::parts {
    parts()
    {
        static const library loaded;
        easy.reset(curl_easy_init());
        multi.reset(curl_multi_init());
    }

    std::unique_ptr<CURLM, multi_deleter> multi; ///< Keeps the connection; outlives the easy handle.
    std::unique_ptr<CURL, easy_deleter> easy;
    std::unique_ptr<curl_slist, list_deleter> headers;
};

bool libcurl::here() noexcept
{
    return true;
}

libcurl::libcurl(stage& where) : stage_(where), parts_(std::make_unique<parts>())
{
    for (const std::string& each : {"Authorization: " + where.token(), std::string("Expect:"),
                                    std::string("Content-Type: application/json")}) {
        curl_slist* const longer = curl_slist_append(parts_->headers.get(), each.c_str());
        static_cast<void>(parts_->headers.release());
        parts_->headers.reset(longer);
    }
}

libcurl::~libcurl() = default;

std::string libcurl::ask(const std::string& path, const std::string& body,
                         const std::function<void()>& before_write)
{
    CURL* const easy = parts_->easy.get();
    const std::string url = stage_.options.endpoint + path;
    std::string trusted = stage_.options.tls.ca_pem;
    curl_blob roots{trusted.data(), trusted.size(), CURL_BLOB_COPY};
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &roots);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, parts_->headers.get());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &call);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, const_cast<std::function<void()>*>(&before_write));
    if (!body.empty()) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    }
    CURLM* const multi = parts_->multi.get();
    curl_multi_add_handle(multi, easy);
    int running = 1;
    while (running != 0) {
        curl_multi_perform(multi, &running);
        stage_.step();
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(multi, &left);
    if (message == nullptr) {
        throw std::logic_error("libcurl has ended without a word");
    }
    const CURLcode how = message->data.result;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, easy);
    return how == CURLE_OK ? std::to_string(status) : "curl " + std::to_string(how);
}

} // namespace test

#else

namespace test {

struct libcurl::parts {};

bool libcurl::here() noexcept
{
    return false;
}

libcurl::libcurl(stage& where) : stage_(where) {}
libcurl::~libcurl() = default;

std::string libcurl::ask(const std::string&, const std::string&, const std::function<void()>&)
{
    throw std::logic_error("libcurl is not here");
}

} // namespace test

#endif
