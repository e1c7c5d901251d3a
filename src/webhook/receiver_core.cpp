// Judging a request: checks on the caller's thread, then the key, then the hub.
#include "webhook/receiver_core.hpp"

#include "auth/encoding.hpp"
#include "model/json.hpp"
#include "webhook/receiver_options.hpp"
#include "webhook/self_test.hpp"
#include "webhook/signature_operation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace videosdk::inline v0 {
namespace {

using webhook::key_store;
using webhook::signature_check;

// Events signed with the key before a rotation may still be on their way.
constexpr std::chrono::minutes key_overlap(10);
constexpr std::chrono::seconds first_key_backoff(1);

// The provider waits for an answer, so a fetch must not take as long as other calls may.
constexpr std::chrono::seconds longest_fetch(10);

// Requests held while the key is fetched; each keeps its body.
constexpr std::size_t most_held = 256;
constexpr std::size_t most_held_bytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds too_many_held(1);

constexpr std::chrono::seconds hub_gone(5);
constexpr std::chrono::seconds handler_failed(5);
constexpr std::chrono::seconds not_passed_on(5);

// Bytes, of RSA keys from 2048 bits to the 16,384 beyond which OpenSSL verifies nothing.
constexpr std::size_t least_signature = 256;
constexpr std::size_t most_signature = 2048;

/// What no key has signed needs no newer key to be told.
bool could_be_a_signature(std::string_view text)
{
    std::array<unsigned char, most_signature> bytes;
    const auto size = auth::base64_decode_into(text, bytes);
    return size && *size >= least_signature;
}

asio::awaitable<webhook_verdict> at_once(webhook_verdict verdict)
{
    co_return verdict;
}

webhook_verdict come_later(std::chrono::nanoseconds after, const char* reason)
{
    const auto seconds = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(after));
    return {503, seconds, reason};
}

} // namespace

std::shared_ptr<receiver_core> receiver_core::make(std::shared_ptr<client_core> source,
                                                   std::shared_ptr<hub_core> hub,
                                                   const webhook_options& options)
{
    webhook::validate(options, source.get(), hub.get());
    auto core = std::make_shared<receiver_core>(std::move(source), std::move(hub), options);
    core->join_context(core->home_);
    core->hub_->seat().add_boot(core->boot_);
    return core;
}

receiver_core::receiver_core(std::shared_ptr<client_core> source, std::shared_ptr<hub_core> hub,
                             const webhook_options& options)
    : source_(std::move(source)),
      hub_(std::move(hub)),
      home_(source_->executor()),
      rules_(webhook::rules_of(options, *source_)),
      base_url_(webhook::base_url_of(options)),
      boot_(auth::make_boot(source_->chance())),
      fetch_timeout_(std::min<std::chrono::nanoseconds>(source_->options().timeout, longest_fetch)),
      pinned_(webhook::pinned_keys_of(options)),
      keys_({options.key_refetch_interval, key_overlap, first_key_backoff}),
      ready_(std::make_shared<events::handover>()),
      self_tests_(webhook::self_tests::make(source_))
{
}

receiver_core::~receiver_core()
{
    leave_context();
}

std::string receiver_core::url(std::string_view boot) const
{
    return base_url_ + auth::mint_correlation_token(rules_.keys, rules_.owner, boot,
                                                    source_->shared_time()->wall_now(),
                                                    auth::random_bytes(source_->chance(), 16));
}

receiver_counts receiver_core::counts() const noexcept
{
    receiver_counts out;
    out.accepted = counts_.accepted;
    out.repetitions = counts_.repetitions;
    out.bad_request = counts_.bad_request;
    out.bad_token = counts_.bad_token;
    out.bad_signature = counts_.bad_signature;
    out.unavailable = counts_.unavailable;
    out.key_fetches = counts_.key_fetches;
    return out;
}

/// Counts the verdict on its way out.
webhook_verdict receiver_core::tell(const webhook_verdict& verdict) noexcept
{
    switch (verdict.status) {
    case 200:
        ++counts_.accepted;
        break;
    case 401:
        ++counts_.bad_signature;
        break;
    case 404:
        ++counts_.bad_token;
        break;
    case 503:
        ++counts_.unavailable;
        break;
    default:
        ++counts_.bad_request;
        break;
    }
    return verdict;
}

asio::awaitable<webhook_verdict> receiver_core::accept(const webhook_request& request)
{
    if (const auto probe = self_tests_->recognise(request, rules_)) {
        return at_once(*probe);
    }
    const webhook::request_check checked = webhook::check_request(request, rules_);
    if (checked.refusal) {
        return at_once(tell(*checked.refusal));
    }
    return judge(shared_from_this(),
                 std::make_shared<const webhook::letter>(checked.token, checked.signature, request.body));
}

bool receiver_core::fits_pinned_key(const webhook::letter& what) const noexcept
{
    return std::any_of(pinned_.begin(), pinned_.end(), [&](const public_key& key) {
        return verify_signature(what.body, what.signature, key);
    });
}

/// Runs on the caller's executor. The signature is checked before the body is read: what nobody signed is not
/// parsed.
asio::awaitable<webhook_verdict> receiver_core::judge(std::shared_ptr<receiver_core> self,
                                                      std::shared_ptr<const webhook::letter> what)
{
    signature_check checked;
    if (!self->pinned_.empty()) {
        checked.what =
            self->fits_pinned_key(*what) ? signature_check::kind::genuine : signature_check::kind::forged;
    } else {
        public_key current;
        std::uint64_t edition = 0;
        {
            const std::lock_guard lock(self->key_mutex_);
            current = self->current_key_;
            edition = self->current_edition_;
        }
        if (verify_signature(what->body, what->signature, current)) {
            checked.what = signature_check::kind::genuine;
        } else if (!could_be_a_signature(what->signature)) {
            checked.what = signature_check::kind::forged; // by whatever key
        } else {
            asio::any_io_executor home = self->home_;
            if (!home) {
                co_return self->tell(come_later(hub_gone, "the receiver's execution context is gone"));
            }
            boost::intrusive_ptr<awaited_operation<signature_check>> pending(
                new webhook::signature_operation(self, what, edition));
            checked = co_await await_value<signature_check>(std::move(pending), std::move(home));
        }
    }
    if (checked.what == signature_check::kind::undecided) {
        co_return self->tell(come_later(checked.after, "the provider's key is not known to be current"));
    }
    if (checked.what == signature_check::kind::forged) {
        co_return self->tell({401, std::nullopt, "the signature is not the provider's"});
    }
    model::parsed<event> read = model::read_event(what->body);
    if (read.has_error()) {
        co_return self->tell({400, std::nullopt, "the body is not a webhook's"});
    }
    read->token = what->token;
    if (const std::shared_ptr<event_relay> relay = self->hub_->seat().relay()) {
        auto passing = relay->pass_on(*read);
        const relayed how = co_await std::move(passing);
        if (how == relayed::unavailable) {
            co_return self->tell(come_later(not_passed_on, "it could not be passed on"));
        }
        if (how == relayed::elsewhere) {
            co_return self->tell({200, std::nullopt, "passed on"});
        }
    }
    const verdict told = co_await events::publish(self->hub_, std::move(*read));
    if (told == verdict::unavailable) {
        if (self->hub_->closed()) {
            co_return self->tell(come_later(hub_gone, "the event_hub is gone"));
        }
        co_return self->tell(come_later(handler_failed, "a handler has not taken it"));
    }
    if (told == verdict::repetition) {
        ++self->counts_.repetitions;
        co_return self->tell({200, std::nullopt, "repetition"});
    }
    co_return self->tell({200, std::nullopt, "accepted"});
}

void receiver_core::begin_check(webhook::signature_operation& which)
{
    which.arrived = keys_.arrive();
    if (decide(which)) {
        which.deliver();
        return;
    }
    if (held_count_ == most_held || which.what().size() > most_held_bytes - held_bytes_) {
        which.outcome.after = too_many_held;
        which.deliver();
        return;
    }
    hold(which);
}

void receiver_core::hold(webhook::signature_operation& which)
{
    which.held = true;
    held_.push(which);
    ++held_count_;
    held_bytes_ += which.what().size();
}

/// Tries no key twice: a forgery costs its sender more than us.
bool receiver_core::fits_key(webhook::signature_operation& which)
{
    const std::uint64_t edition = keys_.edition();
    if (std::exchange(which.tried_all, edition) == edition) {
        return false;
    }
    const auto keys = keys_.keys(source_->time().now());
    const std::size_t first = which.tried_current == edition ? 1 : 0;
    return std::any_of(keys.begin() + first, keys.end(), [&](const public_key& key) {
        return verify_signature(which.what().body, which.what().signature, key);
    });
}

/// False when the answer must wait for the fetch under way.
bool receiver_core::decide(webhook::signature_operation& which)
{
    if (fits_key(which)) {
        which.outcome.what = signature_check::kind::genuine;
        return true;
    }
    const key_store::decision decided = keys_.on_misfit(which.arrived, source_->time().now());
    switch (decided.what) {
    case key_store::advice::hold:
        if (decided.fetch) {
            begin_fetch();
        }
        return false;
    case key_store::advice::later:
        which.outcome.after = decided.after;
        break;
    case key_store::advice::refuse:
        which.outcome.what = signature_check::kind::forged;
        break;
    }
    return true;
}

void receiver_core::cancel_check(webhook::signature_operation& which)
{
    which.held = false;
    --held_count_;
    held_bytes_ -= which.what().size();
    events::operation_list::remove(which);
}

void receiver_core::begin_fetch()
{
    ++counts_.key_fetches;
    fetch_ = source_->start_request(
        verb::get, "/public/rsa-public-key", fetch_timeout_,
        [self = shared_from_this()](result<raw_response> answer) { self->fetched(std::move(answer)); },
        1); // what a fetch may cost the provider is the key store's to say
}

void receiver_core::fetched(result<raw_response> answer)
{
    const auto call = std::move(fetch_);
    take_key(answer);
    // Those that fit neither now may begin one more fetch, and are held again.
    events::operation_list batch;
    batch.swap(held_);
    held_count_ = 0;
    held_bytes_ = 0;
    while (events::queued_operation* const next = batch.front()) {
        auto& waiting = static_cast<webhook::signature_operation&>(*next);
        const operation_ptr keep = batch.pop();
        if (decide(waiting)) {
            waiting.held = false;
            ready_->push(waiting, home_);
        } else {
            hold(waiting);
        }
    }
}

void receiver_core::take_key(const result<raw_response>& answer)
{
    const auto now = source_->time().now();
    if (answer) {
        const auto pem = model::read_public_key(answer->body, {});
        if (pem) {
            if (const result<public_key> key = public_key::from_pem(*pem)) {
                keys_.on_fetched(*key, *pem, now);
                const std::lock_guard lock(key_mutex_);
                current_key_ = *key;
                current_edition_ = keys_.edition();
                return;
            }
        }
    }
    keys_.on_fetch_failed(now);
}

void receiver_core::context_shutdown() noexcept
{
    const std::shared_ptr<receiver_core> self = weak_from_this().lock();
    home_ = {};
    source_->shut_down();
    fetch_.reset();
    std::vector<operation_ptr> dropped;
    for (events::operation_list* const list : {&held_, &ready_->leftovers()}) {
        while (!list->empty()) {
            dropped.push_back(list->pop());
        }
    }
    for (const operation_ptr& each : dropped) {
        each->drop_handler();
    }
}

} // namespace videosdk::inline v0
