// Resources and the other answers of the API as lines: of an aligned table, or JSON with the wire's names.
#pragma once

#include <videosdk/resource.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace videosdk_cli {

/// A row of cells, each padded to its column's width; of the last column nothing is. Control bytes become
/// `\xNN`, so that nobody's text moves the terminal's cursor, and an empty cell is `-`.
std::string table_row(std::span<const std::string_view> cells, std::span<const std::size_t> widths);

/// The table's first line, with its line end.
std::string resource_heading();
/// The webhook URL without userinfo and query, which may hold secrets. With its line end.
std::string resource_line(const videosdk::resource& unit, bool json);
/// All of them, with the heading where it is a table.
std::string resource_lines(std::span<const videosdk::resource> units, bool json);

std::string release_line(const videosdk::release_result& one, bool json);
std::string composition_line(const videosdk::started_composition& started, bool json);

} // namespace videosdk_cli
