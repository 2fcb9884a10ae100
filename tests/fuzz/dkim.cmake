glasspost_fuzz(dkim_signature SOURCES ${CMAKE_CURRENT_LIST_DIR}/dkim_signature_fuzz.cpp DEPS gp_auth)
glasspost_fuzz(dkim_key SOURCES ${CMAKE_CURRENT_LIST_DIR}/dkim_key_fuzz.cpp DEPS gp_auth)
glasspost_fuzz(dkim_verify SOURCES ${CMAKE_CURRENT_LIST_DIR}/dkim_verify_fuzz.cpp DEPS gp_auth)
glasspost_fuzz(authentication_results SOURCES ${CMAKE_CURRENT_LIST_DIR}/authentication_results_fuzz.cpp DEPS gp_auth)
