# How modules become libraries, and what every target of ours is compiled with.

# What all of our own targets share: C++20, include folders, warnings, Boost settings.
add_library(videosdk_settings INTERFACE)
target_compile_features(videosdk_settings INTERFACE cxx_std_20)
target_include_directories(videosdk_settings INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include
                                                       ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(videosdk_settings INTERFACE Boost::headers Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto
                                                  Threads::Threads)
target_compile_options(videosdk_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                   -Woverloaded-virtual)
if(VIDEOSDK_WARNINGS_AS_ERRORS)
    target_compile_options(videosdk_settings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Half-set designated initialisers are the face of the library, and -Wextra warns of them.
    target_compile_options(videosdk_settings INTERFACE -Wno-missing-field-initializers -fcoroutines)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # g++ 12, when it optimises, sees overlapping copies in std::string's own operator+ (its bug 105651).
        set(VIDEOSDK_FALSE_WARNINGS $<$<CONFIG:Release,RelWithDebInfo>:-Wno-restrict>)
        target_compile_options(videosdk_settings INTERFACE ${VIDEOSDK_FALSE_WARNINGS})
    endif()
else()
    target_compile_options(videosdk_settings INTERFACE -Wno-missing-field-initializers
                                                       -Wno-missing-designated-field-initializers)
endif()

# videosdk_add_module(name [module it stands on...]): the sources in src/name as objects.
function(videosdk_add_module name)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    if(NOT sources)
        add_library(videosdk_${name} INTERFACE)
    elseif(VIDEOSDK_OBJECTS)
        file(STRINGS ${VIDEOSDK_OBJECTS}/objects/${name} objects)
        add_library(videosdk_${name} OBJECT IMPORTED GLOBAL)
        set_target_properties(videosdk_${name} PROPERTIES IMPORTED_OBJECTS "${objects}")
    else()
        add_library(videosdk_${name} OBJECT ${sources})
        set_target_properties(videosdk_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                                          VISIBILITY_INLINES_HIDDEN ON
                                                          UNITY_BUILD ${VIDEOSDK_UNITY_BUILD}
                                                          UNITY_BUILD_BATCH_SIZE 8)
        target_link_libraries(videosdk_${name} PRIVATE videosdk_settings)
        if(VIDEOSDK_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            # It takes what is included for a header: members of types in unnamed namespaces are well there.
            target_compile_options(videosdk_${name} PRIVATE -Wno-subobject-linkage)
        endif()
        file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/objects/${name}
             CONTENT "$<JOIN:$<TARGET_OBJECTS:videosdk_${name}>,\n>\n")
    endif()
    set_target_properties(videosdk_${name} PROPERTIES VIDEOSDK_STANDS_ON "${ARGN}")
endfunction()

# All modules that `name` stands on, itself included.
function(videosdk_closure out)
    set(todo ${ARGN})
    set(done)
    while(todo)
        list(POP_FRONT todo name)
        if(NOT name IN_LIST done)
            list(APPEND done ${name})
            get_target_property(more videosdk_${name} VIDEOSDK_STANDS_ON)
            if(more)
                list(APPEND todo ${more})
            endif()
        endif()
    endwhile()
    set(${out} ${done} PARENT_SCOPE)
endfunction()

# The objects of modules, as generator expressions.
function(videosdk_objects out)
    set(objects)
    foreach(name IN LISTS ARGN)
        get_target_property(type videosdk_${name} TYPE)
        if(type STREQUAL "OBJECT_LIBRARY")
            list(APPEND objects $<TARGET_OBJECTS:videosdk_${name}>)
        endif()
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# videosdk_add_library(name MODULES … [DEPENDS …]): what users link to, videosdk::name.
#
# A shared library hides all that is not public, so another one cannot use a module's private parts across its border:
# it holds its own copy of the modules it stands on, and shows only symbols of its own (cmake/name.map).
function(videosdk_add_library name)
    cmake_parse_arguments(arg "" "" "MODULES;DEPENDS" ${ARGN})
    videosdk_objects(objects ${arg_MODULES})
    if(NOT objects)
        return()
    endif()
    if(BUILD_SHARED_LIBS AND arg_DEPENDS)
        videosdk_closure(modules ${arg_MODULES})
        videosdk_objects(objects ${modules})
    endif()
    set(target videosdk)
    if(NOT name STREQUAL "videosdk")
        set(target videosdk_${name}_library)
    endif()
    add_library(${target} ${objects})
    add_library(videosdk::${name} ALIAS ${target})
    # No promise about the ABI below 1.0: each minor version has a soname of its own.
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${name} VERSION ${PROJECT_VERSION}
                                               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
    if(NOT name STREQUAL "videosdk")
        set_target_properties(${target} PROPERTIES OUTPUT_NAME videosdk_${name})
    endif()
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target} PUBLIC Boost::headers Threads::Threads
                                    PRIVATE Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto)
    if(arg_DEPENDS)
        target_link_libraries(${target} PUBLIC ${arg_DEPENDS})
    endif()
    if(BUILD_SHARED_LIBS)
        set(map ${PROJECT_SOURCE_DIR}/cmake/${name}.map)
        target_link_options(${target} PRIVATE LINKER:--version-script=${map} LINKER:--no-undefined)
        set_target_properties(${target} PROPERTIES LINK_DEPENDS ${map})
    endif()
endfunction()
