// Reads Prometheus' exposition format, 0.0.4, as strictly as its page asks of a writer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace test_support {

/// Every sample by its name and labels, such as `x_total{cause="a"}`. Throws std::runtime_error with the line
/// that is wrong.
inline std::map<std::string, double> samples_of(const std::string& text)
{
    const auto require = [](bool fine, const std::string& what) {
        if (!fine) {
            throw std::runtime_error("not an exposition: " + what);
        }
    };
    constexpr std::string_view name_bytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:";
    std::map<std::string, double> samples;
    std::set<std::string> families;
    std::string family;
    std::string type;
    std::string bucket_of;
    double below = 0;
    require(!text.empty() && text.back() == '\n', "the last line has no end");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) {
            family = line.substr(7, line.find(' ', 7) - 7);
            require(families.insert(family).second, "told twice: " + line);
            require(line.size() > 8 + family.size(), "without help: " + line);
            type.clear();
            continue;
        }
        if (line.starts_with("# TYPE ")) {
            require(line.starts_with("# TYPE " + family + ' '), "of another family: " + line);
            type = line.substr(8 + family.size());
            require(type == "counter" || type == "gauge" || type == "histogram", line);
            require((type == "counter") == family.ends_with("_total"), "counters end in _total: " + line);
            continue;
        }
        require(!line.starts_with("#") && !type.empty(), "a sample without a type: " + line);
        const std::size_t space = line.rfind(' ');
        const std::string key = line.substr(0, space);
        const std::string name = key.substr(0, key.find('{'));
        require(name.find_first_not_of(name_bytes) == std::string::npos, "a name: " + line);
        require(key.size() == name.size() || key.ends_with("\"}"), "labels: " + line);
        std::size_t read = 0;
        const double value = std::stod(line.substr(space + 1), &read);
        require(read == line.size() - space - 1 && std::isfinite(value) && value >= 0, "a value: " + line);
        const std::string suffix = name.substr(std::min(family.size(), name.size()));
        const bool part = suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
        require(name.starts_with(family) && (type == "histogram" ? part : suffix.empty()),
                "a stranger: " + line);
        require(samples.emplace(key, value).second, "said twice: " + line);
        if (suffix == "_bucket") {
            const std::string labels = key.substr(0, key.find("le=\""));
            require(labels != bucket_of || value >= below, "not cumulative: " + line);
            bucket_of = labels;
            below = value;
        } else if (suffix == "_count") {
            require(value == below, "not the last bucket: " + line);
            bucket_of.clear();
        }
    }
    return samples;
}

} // namespace test_support
