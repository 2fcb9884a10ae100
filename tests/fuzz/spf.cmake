glasspost_fuzz(spf_record SOURCES ${CMAKE_CURRENT_LIST_DIR}/spf_record_fuzz.cpp DEPS gp_auth)
glasspost_fuzz(spf_check SOURCES ${CMAKE_CURRENT_LIST_DIR}/spf_check_fuzz.cpp DEPS gp_auth)
