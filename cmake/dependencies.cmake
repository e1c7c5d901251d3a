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
