glasspost_fuzz(mailing_list SOURCES ${CMAKE_CURRENT_LIST_DIR}/mailing_list_fuzz.cpp DEPS gp_agent_mta)
