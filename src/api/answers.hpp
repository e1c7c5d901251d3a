// From a 2xx response to a value, or to the error that hides in it.
#pragma once

#include <videosdk/client.hpp>
#include <videosdk/error.hpp>
#include <videosdk/transport.hpp>

#include <vector>

namespace videosdk::inline v0 {

class call_base;

result<std::vector<resource>> read_acquire_answer(const response& answer, const call_base& call);
result<resource> read_get_answer(const response& answer, const call_base& call);
result<resource_page> read_list_answer(const response& answer, const call_base& call);
result<std::vector<release_result>> read_release_answer(const response& answer, const call_base& call);
/// For a release of one id: its refusal is an error.
result<release_result> read_single_release_answer(const response& answer, const call_base& call);
result<started_composition> read_started_answer(const response& answer, const call_base& call);
result<void> read_ended_answer(const response& answer, const call_base& call);
/// Anything, but for `success:false`.
result<raw_response> read_raw_answer(const response& answer, const call_base& call);

} // namespace videosdk::inline v0
