# Boost, OpenSSL and threads, each in the oldest version that the library supports. GLOBAL, so that a project which adds
# this one as a subdirectory can link to it from any of its own.
find_package(Boost 1.81 REQUIRED CONFIG GLOBAL COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED GLOBAL)
find_package(Threads REQUIRED GLOBAL)

# The value of BOOST_VERSION, for the check in config.hpp.
math(EXPR VIDEOSDK_BOOST_VERSION_MACRO
     "${Boost_VERSION_MAJOR} * 100000 + ${Boost_VERSION_MINOR} * 100 + ${Boost_VERSION_PATCH}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/build_config.hpp.in
               ${PROJECT_BINARY_DIR}/include/videosdk/build_config.hpp @ONLY)

# Redis, for what several machines share: by pkg-config, or where the header and the library are found. Without hiredis
# everything else is built as before.
set(VIDEOSDK_REDIS AUTO CACHE STRING "Build the component redis: AUTO (where hiredis is found), ON or OFF")
set_property(CACHE VIDEOSDK_REDIS PROPERTY STRINGS AUTO ON OFF)
set(VIDEOSDK_HAS_REDIS FALSE)
if(VIDEOSDK_REDIS)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(VIDEOSDK_HIREDIS_PC QUIET hiredis)
    endif()
    find_path(VIDEOSDK_HIREDIS_INCLUDE_DIR hiredis/read.h HINTS ${VIDEOSDK_HIREDIS_PC_INCLUDE_DIRS})
    find_library(VIDEOSDK_HIREDIS_LIBRARY hiredis HINTS ${VIDEOSDK_HIREDIS_PC_LIBRARY_DIRS})
    mark_as_advanced(VIDEOSDK_HIREDIS_INCLUDE_DIR VIDEOSDK_HIREDIS_LIBRARY)
    if(VIDEOSDK_HIREDIS_INCLUDE_DIR AND VIDEOSDK_HIREDIS_LIBRARY)
        set(VIDEOSDK_HAS_REDIS TRUE)
    elseif(NOT VIDEOSDK_REDIS STREQUAL "AUTO")
        message(FATAL_ERROR "VIDEOSDK_REDIS is ${VIDEOSDK_REDIS}, and hiredis (libhiredis-dev) is not found")
    endif()
endif()
