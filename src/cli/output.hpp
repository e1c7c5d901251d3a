// The program's stdout, on which a write either succeeds or is told; and its stderr, on which nothing can be.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace videosdk_cli {

/// stdout did not take what was to be printed.
class output_failed : public std::runtime_error {
public:
    explicit output_failed(int error_number);

    /// Whoever read it has gone, as head does when it has seen enough.
    bool reader_gone() const noexcept { return reader_gone_; }

private:
    bool reader_gone_;
};

/// Of the descriptors 0, 1 and 2, gives those that are closed a place holder on which every use fails, so
/// that no socket takes their numbers and is written to. From here on a pipe without a reader is an error and
/// no signal.
void prepare_standard_descriptors();

/// Ends the process as a pipe without a reader ends any other.
[[noreturn]] void end_for_want_of_a_reader();

/// Throws output_failed where stdout cannot be written to at all: before something is done whose result
/// would be lost.
void check_output();

/// Writes all of it to stdout, or throws output_failed.
void print(std::string_view text);
void print_line(std::string text);

/// Writes to stderr; what cannot be written is lost.
void tell(std::string_view text) noexcept;
/// `videosdk <command>: <text>`, on one line.
void tell_line(std::string_view command, std::string_view text);

bool stderr_is_terminal() noexcept;

/// Replaces the terminal's current line by as much of `text` as fits on it; by nothing where it is empty.
void redraw_line(std::string_view text);

} // namespace videosdk_cli
