// The whole library.
#pragma once

#include <videosdk/access_record.hpp>
#include <videosdk/client.hpp>
#include <videosdk/client_options.hpp>
#include <videosdk/composition.hpp>
#include <videosdk/config.hpp>
#include <videosdk/credentials.hpp>
#include <videosdk/errc.hpp>
#include <videosdk/error.hpp>
#include <videosdk/event.hpp>
#include <videosdk/event_hub.hpp>
#include <videosdk/latency_counts.hpp>
#include <videosdk/lease.hpp>
#include <videosdk/lease_manager.hpp>
#include <videosdk/observer.hpp>
#include <videosdk/requests.hpp>
#include <videosdk/resource.hpp>
#include <videosdk/scheduler.hpp>
#include <videosdk/signature.hpp>
#include <videosdk/token.hpp>
#include <videosdk/transport.hpp>
#include <videosdk/webhook_listener.hpp>
#include <videosdk/webhook_receiver.hpp>
