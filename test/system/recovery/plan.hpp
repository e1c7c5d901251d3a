// What happens in one round, from its number and a seed.
#pragma once

#include "provider.hpp"

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <random>

namespace recovery {

class plan {
public:
    plan(std::uint64_t seed, int round, int rounds, std::size_t leases)
        : seed_(seed + 1'000 * std::uint64_t(round))
    {
        std::mt19937_64 random(seed_);
        number = round;
        grown = round % 5 != 1;
        kill_at = 1 + random() % (grown ? 1'000 : leases / 8 + 1);
        constexpr request_kind kinds[] = {request_kind::acquire, request_kind::any, request_kind::release};
        kill_in = kinds[round % 3];
        const bool part = round % 3 != 2 && round + 1 != rounds;
        adopted_percent = part ? random() % 100 : 100;
        heir = round % 4 == 2;
    }

    int number = 0;
    bool grown = false;        ///< It is killed after it has said that it holds all its leases.
    std::uint64_t kill_at = 0; ///< In the midst of this request, of those from its start, or from its word.
    request_kind kill_in = request_kind::any; ///< … or of the first after it that is of this kind.
    std::uint64_t adopted_percent = 0;        ///< Of what is found; the rest is left to the next round.
    bool heir = false;                        ///< The victim takes over first what earlier ones have left.
    std::uint64_t seed() const noexcept { return seed_; }

private:
    std::uint64_t seed_;
};

inline std::ostream& operator<<(std::ostream& stream, const plan& value)
{
    return stream << "round " << value.number << ", seed " << value.seed() << ": killed at request "
                  << value.kill_at
                  << (value.kill_in == request_kind::acquire   ? ", an acquire,"
                      : value.kill_in == request_kind::release ? ", a release,"
                                                               : "")
                  << (value.grown ? " after it held all" : " of its life") << (value.heir ? ", an heir" : "")
                  << ", adopted " << value.adopted_percent << " %";
}

} // namespace recovery
