glasspost_fuzz(pop3_command SOURCES ${CMAKE_CURRENT_LIST_DIR}/pop3_command_fuzz.cpp DEPS gp_protocol_pop3)
glasspost_fuzz(pop3_response SOURCES ${CMAKE_CURRENT_LIST_DIR}/pop3_response_fuzz.cpp
  DEPS gp_protocol_pop3 gp_protocol_line)
glasspost_fuzz(pop3_server SOURCES ${CMAKE_CURRENT_LIST_DIR}/pop3_server_fuzz.cpp
  DEPS gp_session gp_store gp_protocol_pop3 gp_runtime sqlite3)
glasspost_fuzz(pop3_client SOURCES ${CMAKE_CURRENT_LIST_DIR}/pop3_client_fuzz.cpp
  DEPS gp_session gp_store gp_protocol_pop3 gp_runtime sqlite3)
