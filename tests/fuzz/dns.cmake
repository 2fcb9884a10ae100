glasspost_fuzz(dns_message SOURCES ${CMAKE_CURRENT_LIST_DIR}/dns_message_fuzz.cpp DEPS gp_protocol_dns)
glasspost_fuzz(dns_name SOURCES ${CMAKE_CURRENT_LIST_DIR}/dns_name_fuzz.cpp DEPS gp_protocol_dns)
glasspost_fuzz(dns_zone_file SOURCES ${CMAKE_CURRENT_LIST_DIR}/dns_zone_file_fuzz.cpp DEPS gp_protocol_dns)
