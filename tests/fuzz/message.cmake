foreach(target address header encoded_word mime date dsn)
  glasspost_fuzz(message_${target} SOURCES ${CMAKE_CURRENT_LIST_DIR}/message_${target}_fuzz.cpp DEPS gp_message)
endforeach()
