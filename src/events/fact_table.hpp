// The facts about all resources, found by id, by correlation token and by the compositions that run in them.
#pragma once

#include "events/resource_facts.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace videosdk::inline v0::events {

/// What somebody who waits for a resource hangs on to it.
class attachment {
public:
    virtual ~attachment() = default;
};

namespace intrusive = boost::intrusive;
using list_hook = intrusive::list_member_hook<intrusive::link_mode<intrusive::auto_unlink>>;

struct token_group;

/// What is held by all who wait for the same, in one word each.
class counted_resource final : public boost::intrusive_ref_counter<counted_resource> {
public:
    explicit counted_resource(resource held) noexcept : what(std::move(held)) {}

    resource what; ///< Changed by nobody but who holds it alone.
};
using shared_resource = boost::intrusive_ptr<counted_resource>;

/// The resource itself where this is the last hold on it, else a copy.
inline resource released(shared_resource held)
{
    if (held->use_count() == 1) {
        return std::move(held->what);
    }
    return held->what;
}

/// One resource of which something is known, or for which somebody waits.
struct known_resource {
    const std::string* id = nullptr;
    resource_facts facts;
    resource_type kind = resource_type::unknown;
    shared_resource detail;                ///< The API's last answer.
    std::vector<std::string> compositions; ///< Ids that were seen here, the latest last.
    token_group* group = nullptr;
    std::unique_ptr<attachment> watcher; ///< Keeps the resource from being forgotten.
    list_hook by_age;
    list_hook by_token;
    bool remembered = false; ///< Counts as a fact.
};

/// Resources that bear one correlation token: the units of one attempt.
struct token_group {
    std::string token;
    intrusive::list<known_resource,
                    intrusive::member_hook<known_resource, list_hook, &known_resource::by_token>,
                    intrusive::constant_time_size<false>>
        members;
};

/// Pure. Bounded: beyond the limit the facts that were refreshed longest ago go, but for those somebody waits
/// on.
class fact_table {
public:
    explicit fact_table(std::size_t limit) : limit_(limit) {}
    fact_table(const fact_table&) = delete;
    fact_table& operator=(const fact_table&) = delete;
    ~fact_table();

    known_resource& at(std::string_view id); ///< Found or made.
    known_resource* find(std::string_view id) noexcept;
    known_resource* by_composition(std::string_view composition_id) noexcept;
    token_group* by_token(std::string_view token) noexcept;

    void learn_token(known_resource& which, std::string_view token);
    void learn_composition(known_resource& which, std::string_view composition_id);
    /// Something was learned of it: it is the newest now. May forget others.
    void refresh(known_resource& which);
    /// As refresh() for what is known already; forgets nothing.
    void touch(known_resource& which) noexcept;
    /// Nobody waits on it any more: gone, if nothing is known of it.
    void let_go(known_resource& which);

    std::size_t facts() const noexcept { return facts_; }
    /// Every resource, in no order.
    template <class Function>
    void for_each(Function function)
    {
        for (auto& [id, which] : resources_) {
            function(which);
        }
    }
    void clear() noexcept;

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class T>
    using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;

    void forget(known_resource& which);
    void leave_group(known_resource& which) noexcept;

    std::size_t limit_;
    std::size_t facts_ = 0;
    text_map<known_resource> resources_;
    text_map<known_resource*> compositions_;
    text_map<token_group> tokens_;
    intrusive::list<known_resource,
                    intrusive::member_hook<known_resource, list_hook, &known_resource::by_age>,
                    intrusive::constant_time_size<false>>
        ages_; // the ones refreshed longest ago first
};

/// The correlation token in an echoed webhook URL, found by its mark, since the echo is not to the letter:
/// proxies and the provider add and strip around it. Empty when there is none.
std::string_view token_in(std::string_view url) noexcept;

} // namespace videosdk::inline v0::events
