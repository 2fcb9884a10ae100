glasspost_fuzz(certificate SOURCES ${CMAKE_CURRENT_LIST_DIR}/certificate_fuzz.cpp DEPS gp_crypto)
glasspost_fuzz(base64 SOURCES ${CMAKE_CURRENT_LIST_DIR}/base64_fuzz.cpp DEPS gp_crypto)
glasspost_fuzz(tls SOURCES ${CMAKE_CURRENT_LIST_DIR}/tls_fuzz.cpp DEPS gp_tls)
