// The library's counts as text for Prometheus: exposition format 0.0.4.
#pragma once

#include <videosdk/config.hpp>

#include <string>
#include <string_view>

namespace videosdk::inline v0 {

struct client_metrics;
struct hub_counts;
struct lease_counts;
struct listener_counts;
struct ownership_counts;
struct receiver_counts;
struct transport_counts;

/// The media type of the texts, for an HTTP answer.
inline constexpr std::string_view prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

// Each a text of whole lines with HELP and TYPE, that may stand behind others. Names begin with `videosdk_`;
// what only grows ends in `_total`, times are seconds, and latencies histograms. Of each kind one text may
// stand in an exposition: a process with two clients adds their counts up, or lets them share a
// metrics_observer.
//
//     std::string text = videosdk::to_prometheus(metrics->metrics());
//     text += videosdk::to_prometheus(co_await client.counts());

VIDEOSDK_DECL std::string to_prometheus(const client_metrics& value);   ///< `videosdk_client_…`
VIDEOSDK_DECL std::string to_prometheus(const transport_counts& value); ///< `videosdk_transport_…`
VIDEOSDK_DECL std::string to_prometheus(const hub_counts& value);       ///< `videosdk_hub_…`
VIDEOSDK_DECL std::string to_prometheus(const receiver_counts& value);  ///< `videosdk_receiver_…`
VIDEOSDK_DECL std::string to_prometheus(const listener_counts& value);  ///< `videosdk_listener_…`
VIDEOSDK_DECL std::string to_prometheus(const lease_counts& value);     ///< `videosdk_leases_…`
VIDEOSDK_DECL std::string to_prometheus(const ownership_counts& value); ///< `videosdk_ownership_…`

} // namespace videosdk::inline v0
