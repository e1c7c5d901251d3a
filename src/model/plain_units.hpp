// Units as services write them, read without a document in between.
#pragma once

#include <videosdk/resource.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace videosdk::inline v0::model {

/// The units of `{"success":true,"data":[…]}` where all is written plainly: no blanks, no field twice, none
/// that is unknown or null, no escapes and nothing beyond ASCII in a text. Of any other body nothing: it may
/// be good all the same, and is for read_acquire(), which gives for a plain one what this does.
std::optional<std::vector<resource>> read_plain_units(std::string_view body);

} // namespace videosdk::inline v0::model
