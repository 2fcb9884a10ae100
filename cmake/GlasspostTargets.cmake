# glasspost_library(NAME SOURCES ... DEPS ... [PRIVATE_DEPS ...])
#
# One static library a folder. NAME is the folder with underscores (engine/protocol/smtp is protocol_smtp); the
# target is called gp_NAME. A folder of headers alone gives no SOURCES. What a folder may include is checked by
# tests/tidy, not here.
function(glasspost_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(gp_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(gp_${name} PUBLIC glasspost_flags ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  else()
    add_library(gp_${name} INTERFACE)
    target_link_libraries(gp_${name} INTERFACE glasspost_flags ${ARG_DEPS})
  endif()
endfunction()

# glasspost_test(NAME SOURCES ... DEPS ... [LABEL label])
#
# One GoogleTest program, its cases discovered one by one. The label is unit unless said otherwise.
function(glasspost_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE glasspost_flags ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE GLASSPOST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()

# glasspost_fuzz(NAME SOURCES ... DEPS ...)
#
# A fuzz target: with GLASSPOST_FUZZ a libFuzzer program; else its body is compiled into a program that runs the
# committed seeds (tests/fuzz/seeds/NAME) once, as a unit test, so that it cannot rot.
function(glasspost_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(GLASSPOST_FUZZ)
    add_executable(${name}_fuzz ${ARG_SOURCES})
    target_link_libraries(${name}_fuzz PRIVATE glasspost_flags ${ARG_DEPS} -fsanitize=fuzzer)
    set_property(GLOBAL APPEND PROPERTY GLASSPOST_FUZZ_TARGETS ${name}_fuzz)
  else()
    add_executable(${name}_fuzz ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    target_link_libraries(${name}_fuzz PRIVATE glasspost_flags ${ARG_DEPS})
    add_test(NAME fuzz_seeds.${name} COMMAND ${name}_fuzz ${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name})
    set_tests_properties(fuzz_seeds.${name} PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
