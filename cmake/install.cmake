# What `cmake --install` lays down: libraries, headers, the packages for find_package and pkg-config, the program, the
# licence. By component: videosdk_runtime is what a program needs that was linked to shared libraries, and the program
# videosdk itself; videosdk_development is the rest. The licence goes with each.
include(CMakePackageConfigHelpers)

set(VIDEOSDK_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/videosdk)
set(VIDEOSDK_INSTALL_PKGCONFIGDIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(VIDEOSDK_HEADERS_LEFT_OUT)
if(NOT VIDEOSDK_HAS_REDIS)
    set(VIDEOSDK_HEADERS_LEFT_OUT PATTERN "redis_*.hpp" EXCLUDE)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/videosdk ${PROJECT_BINARY_DIR}/include/videosdk
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT videosdk_development FILES_MATCHING PATTERN "*.hpp"
        ${VIDEOSDK_HEADERS_LEFT_OUT})

foreach(target IN ITEMS videosdk videosdk_emulator_library videosdk_redis_library)
    if(TARGET ${target})
        install(TARGETS ${target} EXPORT videosdk
                LIBRARY COMPONENT videosdk_runtime NAMELINK_COMPONENT videosdk_development
                ARCHIVE COMPONENT videosdk_development)
    endif()
endforeach()
export(EXPORT videosdk NAMESPACE videosdk:: FILE ${PROJECT_BINARY_DIR}/videosdk-targets.cmake)
install(EXPORT videosdk NAMESPACE videosdk:: FILE videosdk-targets.cmake DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR}
        COMPONENT videosdk_development)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/videosdk-config.cmake.in
                              ${PROJECT_BINARY_DIR}/videosdk-config.cmake
                              INSTALL_DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/videosdk-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/videosdk-config.cmake ${PROJECT_BINARY_DIR}/videosdk-config-version.cmake
        DESTINATION ${VIDEOSDK_INSTALL_CMAKEDIR} COMPONENT videosdk_development)

# The .pc files find everything from where they lie themselves, so that the installed tree can be moved.
file(RELATIVE_PATH VIDEOSDK_PREFIX_FROM_PKGCONFIG ${CMAKE_INSTALL_PREFIX}/${VIDEOSDK_INSTALL_PKGCONFIGDIR}
     ${CMAKE_INSTALL_PREFIX})
foreach(folder IN ITEMS LIBDIR INCLUDEDIR)
    set(VIDEOSDK_PKGCONFIG_${folder} "\${prefix}")
    cmake_path(APPEND VIDEOSDK_PKGCONFIG_${folder} ${CMAKE_INSTALL_${folder}}) # an absolute one stays as it is
endforeach()
set(VIDEOSDK_PKGCONFIG_PACKAGES videosdk videosdk-emulator)
if(VIDEOSDK_HAS_REDIS)
    list(APPEND VIDEOSDK_PKGCONFIG_PACKAGES videosdk-redis)
endif()
foreach(package IN LISTS VIDEOSDK_PKGCONFIG_PACKAGES)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${package}.pc.in ${PROJECT_BINARY_DIR}/${package}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${package}.pc DESTINATION ${VIDEOSDK_INSTALL_PKGCONFIGDIR}
            COMPONENT videosdk_development)
endforeach()

if(TARGET videosdk_program)
    install(TARGETS videosdk_program RUNTIME COMPONENT videosdk_runtime)
endif()
foreach(component IN ITEMS videosdk_runtime videosdk_development)
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT ${component})
endforeach()
