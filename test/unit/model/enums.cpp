// Every enumerator round-trips through its name on the wire.
#include "expect.hpp"

#include <videosdk/composition.hpp>

#include <optional>
#include <set>
#include <sstream>
#include <type_traits>
#include <utility>

namespace model = videosdk::model;
using namespace videosdk;

namespace {

template <class Enum>
void round_trips(Enum last, wire_value<Enum> (*read)(std::string_view))
{
    std::set<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(last); ++i) {
        const auto value = static_cast<Enum>(i);
        std::ostringstream printed;
        printed << value;
        BOOST_TEST(names.insert(to_string(value)).second);
        BOOST_TEST(to_string(value) != "unknown");
        BOOST_TEST(printed.str() == to_string(value));
        BOOST_TEST((read(to_string(value)) == wire_value<Enum>(value)));
        BOOST_TEST(read(to_string(value)).text() == to_string(value));
    }
    BOOST_TEST(to_string(static_cast<Enum>(static_cast<int>(last) + 1)) == "unknown");
    BOOST_TEST(to_string(static_cast<Enum>(255)) == "unknown");
    for (const char* other : {"unknown", "Recording", "IDLE", " idle", "new thing"}) {
        const wire_value<Enum> value = read(other);
        BOOST_TEST((value == Enum::unknown));
        BOOST_TEST(value.text() == other);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(enums)

BOOST_AUTO_TEST_CASE(every_enumerator_round_trips)
{
    round_trips(resource_type::rtmp, model::read_resource_type);
    round_trips(resource_status::released, model::read_resource_status);
    round_trips(resource_mode::audio, model::read_resource_mode);
    round_trips(resource_quality::high, model::read_resource_quality);
    round_trips(event_type::participant_left, model::read_event_type);
}

BOOST_AUTO_TEST_CASE(names_are_the_vendors)
{
    BOOST_TEST(to_string(resource_mode::video_and_audio) == "video-and-audio");
    BOOST_TEST(to_string(resource_quality::med) == "med");
    BOOST_TEST(to_string(composition_status::unknown) == "unknown");
    BOOST_TEST(to_string(composition_status::playable) == "playable");
    BOOST_TEST(to_string(composition_status::failed) == "failed");
    BOOST_TEST(to_string(event_type::resource_acquired) == "resource-acquired");
    BOOST_TEST(to_string(event_type::recording_failed) == "recording-failed");
    BOOST_TEST(to_string(event_type::hls_playable) == "hls-playable");
    BOOST_TEST(to_string(event_type::hls_failed) == "hls-failed");
    BOOST_TEST(to_string(event_type::livestream_starting) == "livestream-starting");
    BOOST_TEST(to_string(event_type::livestream_failed) == "livestream-failed");
    BOOST_TEST(to_string(event_type::session_ended) == "session-ended");
    BOOST_TEST(to_string(event_type::participant_left) == "participant-left");
    BOOST_TEST(to_string(layout_type::grid) == "GRID");
    BOOST_TEST(to_string(layout_type::spotlight) == "SPOTLIGHT");
    BOOST_TEST(to_string(layout_type::sidebar) == "SIDEBAR");
    BOOST_TEST(to_string(layout_priority::speaker) == "SPEAKER");
    BOOST_TEST(to_string(layout_priority::pin) == "PIN");
    BOOST_TEST(to_string(composition_theme::dark) == "DARK");
    BOOST_TEST(to_string(composition_theme::light) == "LIGHT");
    BOOST_TEST(to_string(composition_theme::default_theme) == "DEFAULT");
    BOOST_TEST(to_string(composition_orientation::portrait) == "portrait");
    BOOST_TEST(to_string(composition_orientation::landscape) == "landscape");
}

BOOST_AUTO_TEST_CASE(a_wire_value_compares_as_the_enumerator_and_prints_as_the_text)
{
    const wire_value<resource_type> server_name = model::read_resource_type("filecomposer");
    const wire_value<resource_status> invented = model::read_resource_status("warming");
    const wire_value<resource_status> absent;
    std::ostringstream printed;
    printed << server_name << ' ' << invented << ' ' << absent << ' '
            << wire_value<resource_status>(resource_status::idle);
    BOOST_TEST(printed.str() == "filecomposer warming unknown idle");
    BOOST_TEST((server_name == resource_type::recording));
    BOOST_TEST((resource_type::recording == server_name));
    BOOST_TEST((server_name != wire_value<resource_type>(resource_type::recording)));
    BOOST_TEST((invented != absent));
}

BOOST_AUTO_TEST_CASE(a_wire_value_takes_one_word_and_moves_without_allocating)
{
    using status = wire_value<resource_status>;
    static_assert(sizeof(status) == sizeof(void*) && sizeof(wire_value<event_type>) == sizeof(void*));
    static_assert(std::is_nothrow_move_constructible_v<status> && std::is_nothrow_move_assignable_v<status>);
    static_assert(std::is_nothrow_move_constructible_v<resource> &&
                  std::is_nothrow_move_assignable_v<resource>);
    static_assert(std::is_nothrow_default_constructible_v<status>);
    static_assert(std::is_convertible_v<resource_status, status> &&
                  std::is_nothrow_constructible_v<status, resource_status>);
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_wire_value_has_a_text_of_its_own)
{
    std::optional<wire_value<resource_status>> original(
        model::read_resource_status("warming-up-for-a-long-time"));
    const wire_value<resource_status> copy(*original);
    wire_value<resource_status> assigned(resource_status::idle);
    assigned = *original;
    BOOST_TEST((copy == *original));
    BOOST_TEST((assigned == copy));
    BOOST_TEST((copy.text().data() != original->text().data()));
    original.reset();
    BOOST_TEST(copy.text() == "warming-up-for-a-long-time");
    BOOST_TEST(assigned.text() == "warming-up-for-a-long-time");

    const wire_value<resource_status>& itself = assigned;
    assigned = itself;
    BOOST_TEST(assigned.text() == "warming-up-for-a-long-time");
    assigned = resource_status::released;
    BOOST_TEST(assigned.text() == "released");
}

BOOST_AUTO_TEST_CASE(a_wire_value_that_was_moved_from_keeps_its_enumerator_and_loses_its_text)
{
    wire_value<resource_type> source(resource_type::recording, "filecomposer");
    wire_value<resource_type> taken(std::move(source));
    BOOST_TEST(taken.text() == "filecomposer");
    BOOST_TEST((taken == resource_type::recording));
    BOOST_TEST(source.text() ==
               "recording"); // NOLINT(bugprone-use-after-move): what is left is what is tested
    BOOST_TEST((source == resource_type::recording));

    source = std::move(taken);
    BOOST_TEST(source.text() == "filecomposer");
    wire_value<resource_type>& itself = source;
    source = std::move(itself);
    BOOST_TEST(source.text() == "filecomposer");
    std::swap(source, taken);
    BOOST_TEST(taken.text() == "filecomposer");
    BOOST_TEST((source == wire_value<resource_type>(resource_type::recording)));
}

BOOST_AUTO_TEST_CASE(a_wire_value_with_an_empty_text_is_the_enumerators_own)
{
    BOOST_TEST((wire_value<resource_status>(resource_status::idle, "") ==
                wire_value<resource_status>(resource_status::idle)));
    BOOST_TEST((wire_value<resource_status>(resource_status::unknown, "") == wire_value<resource_status>()));
    BOOST_TEST((wire_value<resource_status>(resource_status::unknown, "x") !=
                wire_value<resource_status>(resource_status::unknown, "y")));
    BOOST_TEST((wire_value<resource_status>(resource_status::unknown, "x") !=
                wire_value<resource_status>(resource_status::idle, "x")));
}

BOOST_AUTO_TEST_SUITE_END()
