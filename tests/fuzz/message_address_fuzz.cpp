// Address lists and SMTP mailboxes: what we write of anything is read back as the same.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/message/address.h"
#include "engine/message/domain_name.h"
#include "engine/message/fold.h"
#include "engine/message/header.h"
#include "engine/message/received.h"

using namespace glasspost::message;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const AddressList list = parse_address_list(text);
  const std::string field = fold_field("To", format_address_list(list.entries));
  GLASSPOST_ASSERT(field.find('\0') == std::string::npos);
  const Header header = parse_header(field);
  GLASSPOST_ASSERT(header.fields.size() == 1 && header.fields[0].raw == field);
  // Addresses that are valid survive, in number and in value.
  std::vector<Address> valid;
  for (const Mailbox& mailbox : list.mailboxes()) {
    if (mailbox.address.is_valid()) valid.push_back(mailbox.address);
  }
  if (valid.size() == list.mailboxes().size()) {
    const std::vector<Mailbox> again = parse_address_list(header.fields[0].value()).mailboxes();
    GLASSPOST_ASSERT(again.size() == valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i)
      GLASSPOST_ASSERT(again[i].address == valid[i]);
  }
  for (const bool utf8 : {false, true}) {
    const auto read = read_smtp_mailbox(text, utf8);
    if (!read) continue;
    GLASSPOST_ASSERT(read->length <= size);
    const auto again = parse_smtp_mailbox(read->address.to_string(), utf8);
    GLASSPOST_ASSERT(again && *again == read->address);
    GLASSPOST_ASSERT(same_mailbox(*again, read->address));
    GLASSPOST_ASSERT(mailbox_key(*again) == mailbox_key(read->address));
  }
  (void)to_u_labels(text);
  (void)to_a_labels(text);
  (void)parse_received(text);
  return 0;
}
