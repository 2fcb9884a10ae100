set(imap_fuzz_deps gp_protocol_imap gp_message gp_base)
glasspost_fuzz(imap_command SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_command_fuzz.cpp DEPS ${imap_fuzz_deps})
glasspost_fuzz(imap_modified_utf7 SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_modified_utf7_fuzz.cpp DEPS ${imap_fuzz_deps})
glasspost_fuzz(imap_sequence_set SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_sequence_set_fuzz.cpp DEPS ${imap_fuzz_deps})
glasspost_fuzz(imap_structure SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_structure_fuzz.cpp DEPS ${imap_fuzz_deps})
glasspost_fuzz(imap_server SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_server_fuzz.cpp
  DEPS gp_session gp_store gp_runtime ${imap_fuzz_deps})
glasspost_fuzz(imap_client SOURCES ${CMAKE_CURRENT_LIST_DIR}/imap_client_fuzz.cpp
  DEPS gp_session gp_runtime ${imap_fuzz_deps})
