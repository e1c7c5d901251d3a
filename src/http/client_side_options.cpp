// The options that this module reads are made here; client_options, which holds them, belongs to api.
#include <videosdk/client_options.hpp>

namespace videosdk::inline v0 {

tls_options::tls_options() = default;
proxy_options::proxy_options() = default;
pool_options::pool_options() = default;

} // namespace videosdk::inline v0
