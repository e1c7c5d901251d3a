# The reference: the target videosdk_doc makes build/…/reference/html from the public headers, and fails at a public name
# without words.
find_program(VIDEOSDK_DOXYGEN doxygen)
mark_as_advanced(VIDEOSDK_DOXYGEN)
if(NOT VIDEOSDK_DOXYGEN)
    return()
endif()
set(VIDEOSDK_REFERENCE_DIR ${PROJECT_BINARY_DIR}/reference)
file(MAKE_DIRECTORY ${VIDEOSDK_REFERENCE_DIR})
configure_file(${PROJECT_SOURCE_DIR}/doc/Doxyfile.in ${VIDEOSDK_REFERENCE_DIR}/Doxyfile @ONLY)
add_custom_target(videosdk_doc COMMAND ${VIDEOSDK_DOXYGEN} ${VIDEOSDK_REFERENCE_DIR}/Doxyfile VERBATIM)
