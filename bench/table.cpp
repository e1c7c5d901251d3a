// Makes the published table of the lines of JSON that run.sh collected: reads standard input, writes
// Markdown.
#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;

/// The figures of one contender, a round each.
struct contender {
    std::string name;
    std::vector<double> rate; ///< Acquires a second.
    std::vector<double> cpu;  ///< Microseconds an acquire.
    std::vector<double> busy; ///< Of the client's core, 0 to 1.
    json::object counted;     ///< What the preloaded counter saw; empty where it cannot be used.
};

struct session {
    json::object environment;
    std::vector<contender> contenders; ///< In the order of their first lines.

    contender& of(const json::value& name)
    {
        const std::string wanted(name.as_string());
        const auto at = std::find_if(contenders.begin(), contenders.end(),
                                     [&](const contender& c) { return c.name == wanted; });
        if (at != contenders.end()) {
            return *at;
        }
        contenders.emplace_back().name = wanted;
        return contenders.back();
    }
};

/// Throws where the contender was compiled without optimisation; wrk does not say.
void check_optimised(const json::value& name, const json::object& figures)
{
    const json::value* const optimised = figures.if_contains("optimised");
    if (optimised != nullptr && !optimised->as_bool()) {
        throw std::runtime_error(std::string(name.as_string()) +
                                 " was built without optimisation: no figures");
    }
}

double number(const json::value& value)
{
    return value.to_number<double>();
}

session read(std::istream& in)
{
    session got;
    for (std::string line; std::getline(in, line);) {
        const json::object entry = json::parse(line).as_object();
        if (const json::value* const environment = entry.if_contains("environment")) {
            got.environment = environment->as_object();
        } else if (const json::value* const counted = entry.if_contains("counted")) {
            check_optimised(entry.at("contender"), counted->as_object());
            got.of(entry.at("contender")).counted = counted->as_object();
        } else {
            contender& whose = got.of(entry.at("contender"));
            const json::object& run = entry.at("run").as_object();
            check_optimised(entry.at("contender"), run);
            const double calls = number(run.at("calls"));
            const double seconds = number(run.at("seconds"));
            const double cpu_seconds = number(entry.at("cpu_seconds"));
            if (const json::value* const failed = run.if_contains("failed");
                failed != nullptr && number(*failed) != 0) {
                throw std::runtime_error(whose.name + " had failed calls: " + line);
            }
            whose.rate.push_back(calls / seconds);
            whose.cpu.push_back(cpu_seconds / calls * 1e6);
            whose.busy.push_back(cpu_seconds / seconds);
        }
    }
    return got;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void write_spread(std::ostream& out, const std::vector<double>& values)
{
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    out << median(values) << " (" << *least << "–" << *most << ")";
}

void write_environment(std::ostream& out, const json::object& environment)
{
    for (const auto& [name, value] : environment) {
        out << "- " << std::string_view(name) << ": " << std::string_view(value.as_string()) << "\n";
    }
}

void write_speed(std::ostream& out, const session& what, const contender& reference)
{
    out << "| contender | acquires/s | × wrk | client CPU µs per acquire | × wrk | client's core busy |\n"
           "|---|--:|--:|--:|--:|--:|\n";
    for (const contender& each : what.contenders) {
        out << std::fixed << std::setprecision(0) << "| " << each.name << " | ";
        write_spread(out, each.rate);
        out << std::setprecision(2) << " | " << median(each.rate) / median(reference.rate) << " | ";
        write_spread(out, each.cpu);
        out << " | " << median(each.cpu) / median(reference.cpu) << " | " << std::setprecision(0)
            << median(each.busy) * 100 << " % |\n";
    }
}

/// "2.00 recvmsg, 1.00 sendmsg", the rarest left out.
std::string calls_text(const json::object& counted, double calls)
{
    std::vector<std::pair<double, std::string>> each;
    for (const auto& [name, value] : counted) {
        static const std::vector<std::string_view> others{
            "calls", "seconds", "cpu_seconds", "allocations", "frees", "system_calls", "optimised"};
        if (std::find(others.begin(), others.end(), name) == others.end() && number(value) / calls >= 0.005) {
            each.emplace_back(number(value) / calls, std::string(name));
        }
    }
    std::sort(each.rbegin(), each.rend());
    std::ostringstream out;
    out << std::fixed << std::setprecision(2);
    for (const auto& [share, name] : each) {
        out << (out.tellp() > 0 ? ", " : "") << share << " " << name;
    }
    return out.str();
}

void write_counts(std::ostream& out, const session& what)
{
    out << "| contender | system calls per acquire | of these | heap allocations per acquire "
           "|\n|---|--:|---|--:|\n";
    for (const contender& each : what.contenders) {
        if (each.counted.empty()) {
            continue;
        }
        const double calls = number(each.counted.at("calls"));
        out << std::fixed << std::setprecision(2) << "| " << each.name << " | "
            << number(each.counted.at("system_calls")) / calls << " | " << calls_text(each.counted, calls)
            << " | " << number(each.counted.at("allocations")) / calls << " |\n";
    }
}

} // namespace

int main()
{
    try {
        const session what = read(std::cin);
        const auto reference = std::find_if(what.contenders.begin(), what.contenders.end(),
                                            [](const contender& c) { return c.name.starts_with("wrk"); });
        if (reference == what.contenders.end()) {
            throw std::runtime_error("no run of wrk to compare with");
        }
        std::cout << "# Concurrent acquires\n\n";
        write_environment(std::cout, what.environment);
        std::cout << "\nMedian of the rounds (least–most).\n\n";
        write_speed(std::cout, what, *reference);
        std::cout
            << "\nwrk checks neither the certificate nor what the answer says; the others check both.\n\n"
               "Counted in a run of its own, after a warm-up:\n\n";
        write_counts(std::cout, what);
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << "table: " << failure.what() << "\n";
        return EXIT_FAILURE;
    }
}
