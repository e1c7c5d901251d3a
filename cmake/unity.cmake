# Several sources of one program compiled as one, in trees that are built whole: most of the time goes into the headers that
# all of them include. The modules do so by themselves (modules.cmake).

# Names of their own that another source of the same program has as well.
set(VIDEOSDK_SOURCES_ALONE
    src/cli/sweep_command.cpp
    test/fuzz/client_calls.cpp
    test/fuzz/redis_replies.cpp
    test/fuzz/response_reader.cpp
    test/fuzz/server_requests.cpp
    test/fuzz/webhook_receiver.cpp
    test/system/cancellation/leases.cpp
    test/system/cancellation/sockets.cpp
    test/system/cancellation/waits.cpp
    test/system/chaos/checkout.cpp
    test/system/client/connections.cpp
    test/system/client/names.cpp
    test/system/client/observed.cpp
    test/system/client/pool.cpp
    test/system/conformance/http11probe.cpp
    test/system/conformance/http_garden.cpp
    test/system/conformance/mutants_of_headers.cpp
    test/system/reach/proxies.cpp
    test/system/soak/rounds.cpp
    test/system/trust/hand_written.cpp
    test/system/trust/hosts.cpp
    test/system/trust/protocols.cpp
    test/unit/api/client_lifetime.cpp
    test/unit/auth/token.cpp
    test/unit/auth/token_source.cpp
    test/unit/emulator/rooms_have_sessions.cpp
    test/unit/emulator/units_are_acquired.cpp
    test/unit/emulator/units_are_released.cpp
    test/unit/events/commands_test.cpp
    test/unit/events/composition_facts_test.cpp
    test/unit/events/composition_lives_test.cpp
    test/unit/events/cycles_test.cpp
    test/unit/events/handled_book_test.cpp
    test/unit/events/handlers_lifetime_test.cpp
    test/unit/events/handlers_test.cpp
    test/unit/events/observer_test.cpp
    test/unit/events/subscriptions_test.cpp
    test/unit/lease/tenure.cpp
    test/unit/ownership/takeover.cpp)

# videosdk_unite_below(directory): every target that is made there so far and uses our settings.
function(videosdk_unite_below directory)
    get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        if(NOT type MATCHES "^(EXECUTABLE|OBJECT_LIBRARY)$")
            continue()
        endif()
        get_target_property(linked ${target} LINK_LIBRARIES)
        get_target_property(sources ${target} SOURCES)
        list(LENGTH sources count)
        if(NOT "videosdk_settings" IN_LIST linked OR count LESS 3)
            continue()
        endif()
        foreach(source IN LISTS sources)
            cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${directory})
            cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE name)
            if(name IN_LIST VIDEOSDK_SOURCES_ALONE OR name MATCHES "/main\\.cpp$|^test/support/")
                set_source_files_properties(${source} TARGET_DIRECTORY ${target}
                                            PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
            endif()
        endforeach()
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            target_compile_options(${target} PRIVATE -Wno-subobject-linkage) # as in modules.cmake
        endif()
    endforeach()
    get_property(folders DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
    foreach(folder IN LISTS folders)
        videosdk_unite_below(${folder})
    endforeach()
endfunction()

if(VIDEOSDK_BUILD_PROGRAM)
    videosdk_unite_below(${PROJECT_SOURCE_DIR}/src/cli)
endif()
if(VIDEOSDK_BUILD_TESTS)
    videosdk_unite_below(${PROJECT_SOURCE_DIR}/test)
endif()
