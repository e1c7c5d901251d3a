// What the program returns to the shell: one code for each thing that a script must tell from the others.
#pragma once

namespace videosdk_cli {

inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1; ///< The provider, the network or the machine did not do it.
inline constexpr int exit_usage = 2;   ///< It was told something that makes no sense; nothing was sent.
inline constexpr int exit_not_found = 3;
inline constexpr int exit_unauthorized = 4;
inline constexpr int exit_timed_out = 5;
inline constexpr int exit_ambiguous = 6; ///< It may have been done: units may have been bought.
inline constexpr int exit_partial = 7;   ///< Some of it was done.
inline constexpr int exit_not_genuine = 8;
inline constexpr int exit_signal = 128; ///< Plus the number of the signal that ended the command.

inline constexpr const char* exit_codes_text =
    "Exit codes:\n"
    "  0  success\n"
    "  1  failure at the provider, in the network or on this machine\n"
    "  2  usage: nothing was sent\n"
    "  3  not found\n"
    "  4  unauthorized\n"
    "  5  timed out\n"
    "  6  ambiguous: it may have been done, units may have been bought\n"
    "  7  partial: fewer units than asked for, bought but not idle, or some ids not released\n"
    "  8  verify: the signature is not the provider's\n"
    "  128 + n  ended by signal n before it was done";

inline constexpr const char* exit_codes_line =
    "Exit codes: 0 success, 1 failure, 2 usage, 3 not found, 4 unauthorized, 5 timed out, 6 ambiguous,\n"
    "7 partial, 8 not genuine, 128 + n by signal n; 'videosdk --help' says more.";

} // namespace videosdk_cli
