# What `cmake --install` lays down: libraries, headers, the package for find_package, the program, the licence.
include(CMakePackageConfigHelpers)

set(VIDEOSDK_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/videosdk)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/videosdk ${PROJECT_BINARY_DIR}/include/videosdk
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")

foreach(target IN ITEMS videosdk videosdk_emulator_library)
    if(TARGET ${target})
        install(TARGETS ${target} EXPORT videosdk)
    endif()
endforeach()
export(EXPORT videosdk NAMESPACE videosdk:: FILE ${PROJECT_BINARY_DIR}/videosdk-targets.cmake)
install(EXPORT videosdk NAMESPACE videosdk:: FILE videosdk-targets.cmake DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/videosdk-config.cmake.in
                              ${PROJECT_BINARY_DIR}/videosdk-config.cmake
                              INSTALL_DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/videosdk-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/videosdk-config.cmake ${PROJECT_BINARY_DIR}/videosdk-config-version.cmake
        DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR})

if(TARGET videosdk_program)
    install(TARGETS videosdk_program)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
