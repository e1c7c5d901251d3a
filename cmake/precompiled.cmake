# Precompiled headers, for clang, which takes longer to parse Boost than to compile what uses it (g++ 12 gains nothing by
# them). The trees without them see to it that each source includes what it uses.

# videosdk_precompile(): lets every target that is made so far, and uses our settings, start from one of two: the
# modules' (position independent, hidden) or the programs'.
function(videosdk_precompile)
    file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "// Nothing but the precompiled headers.\n")
    set(headers <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
                <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp>
                <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp>
                <boost/intrusive/list.hpp> <boost/system/result.hpp> <algorithm> <array> <chrono> <deque> <functional>
                <map> <memory> <optional> <sstream> <string> <unordered_map> <vector>)
    foreach(kind IN ITEMS library program)
        add_library(videosdk_precompiled_${kind} OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
        target_link_libraries(videosdk_precompiled_${kind} PRIVATE videosdk_settings)
        target_precompile_headers(videosdk_precompiled_${kind} PRIVATE ${headers})
    endforeach()
    target_precompile_headers(videosdk_precompiled_library PRIVATE <boost/json.hpp>)
    target_precompile_headers(videosdk_precompiled_program PRIVATE <boost/asio/detached.hpp>)
    set_target_properties(videosdk_precompiled_library PROPERTIES POSITION_INDEPENDENT_CODE ON
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        # For ccache, which else takes the same headers, precompiled again, for others.
        target_compile_options(videosdk_settings INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
    videosdk_precompile_below(${PROJECT_SOURCE_DIR})
endfunction()

function(videosdk_precompile_below directory)
    get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        get_target_property(linked ${target} LINK_LIBRARIES)
        get_target_property(own ${target} COMPILE_OPTIONS)
        if(target MATCHES "^videosdk_precompiled_" OR NOT "videosdk_settings" IN_LIST linked OR own)
            continue() # options of its own would not fit
        elseif(type STREQUAL "OBJECT_LIBRARY")
            target_precompile_headers(${target} REUSE_FROM videosdk_precompiled_library)
        elseif(type STREQUAL "EXECUTABLE")
            target_precompile_headers(${target} REUSE_FROM videosdk_precompiled_program)
        endif()
    endforeach()
    get_property(folders DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
    foreach(folder IN LISTS folders)
        videosdk_precompile_below(${folder})
    endforeach()
endfunction()
