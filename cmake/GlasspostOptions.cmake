# Switches of the build and the flags that every target shares.
option(GLASSPOST_TESTS "Build the tests" ON)
option(GLASSPOST_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(GLASSPOST_STUDIO "Build the studio (needs ImGui, GLFW, EGL)" ON)
option(GLASSPOST_BENCH "Build the benchmarks" ON)
set(GLASSPOST_SANITIZE "" CACHE STRING "Sanitizers, as the compiler spells them (for example address,undefined)")

add_library(glasspost_flags INTERFACE)
target_include_directories(glasspost_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(glasspost_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports uses in inlined library code that do not exist (GCC bugs 105329, 105651, 107852).
  target_compile_options(glasspost_flags INTERFACE -fcoroutines -Wno-restrict -Wno-maybe-uninitialized
    -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread -Wno-dangling-pointer)
else()
  target_compile_options(glasspost_flags INTERFACE -Wno-unused-private-field -Wno-overloaded-virtual)
endif()
if(GLASSPOST_SANITIZE)
  target_compile_options(glasspost_flags INTERFACE -fsanitize=${GLASSPOST_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(glasspost_flags INTERFACE -fsanitize=${GLASSPOST_SANITIZE})
endif()
if(GLASSPOST_FUZZ)
  # clang 14 cannot emit its "function" check together with coroutines.
  target_compile_options(glasspost_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize=function -fno-sanitize-recover=all)
  target_link_options(glasspost_flags INTERFACE -fsanitize=address,undefined)
endif()

find_program(GLASSPOST_CCACHE ccache)
if(GLASSPOST_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GLASSPOST_CCACHE})
endif()
find_program(GLASSPOST_LLD ld.lld)
if(GLASSPOST_LLD)
  target_link_options(glasspost_flags INTERFACE -fuse-ld=lld)
endif()
