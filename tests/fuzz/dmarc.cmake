glasspost_fuzz(dmarc_record SOURCES ${CMAKE_CURRENT_LIST_DIR}/dmarc_record_fuzz.cpp DEPS gp_auth)
glasspost_fuzz(dmarc_check SOURCES ${CMAKE_CURRENT_LIST_DIR}/dmarc_check_fuzz.cpp DEPS gp_auth)
