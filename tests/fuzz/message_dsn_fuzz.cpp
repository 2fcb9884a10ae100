// Status reports and composed messages stay well-formed whatever their pieces hold.
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/message/charset.h"
#include "engine/message/compose.h"
#include "engine/message/delivery_status.h"
#include "engine/message/header.h"
#include "engine/message/line_ends.h"
#include "engine/message/mime.h"

using namespace glasspost;
using namespace glasspost::message;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)parse_delivery_status(text);
  DsnReport report;
  report.reporting_mta = "mx.example";
  report.envelope_id = text.substr(0, 40);
  DsnRecipient recipient;
  recipient.final_recipient = {text.substr(0, 20), "b.example"};
  recipient.original_recipient = text.substr(0, 30);
  recipient.diagnostic = text;
  recipient.status = "5.1.1";
  report.recipients = {recipient};
  report.from = {text.substr(0, 30), {"postmaster", "b.example"}, ""};
  report.to = {"a", "a.example"};
  report.subject = text;
  report.text = text;
  report.message_id = "x@b.example";
  report.returned = "X: y\r\n" + text;
  RandomStream random(1, "fuzz", "dsn");
  const std::string dsn = build_dsn(report, random);
  GLASSPOST_ASSERT(is_ascii(dsn) && has_only_crlf(dsn));
  const MimeTree tree = parse_mime(dsn);
  GLASSPOST_ASSERT(tree.root.children.size() == 3 && tree.root.closed);
  const DeliveryStatus status = parse_delivery_status(tree.root.children[1].body(dsn));
  GLASSPOST_ASSERT(status.recipients.size() == 1 && status.recipients[0].status == "5.1.1");

  Draft draft;
  draft.from = {{text.substr(0, 50), {"a", "a.example"}, ""}};
  draft.subject = text;
  draft.text = text;
  draft.attachments = {{text.substr(0, 60), "application/octet-stream", text}};
  const auto message = compose(draft, random);
  GLASSPOST_ASSERT(message && is_ascii(*message) && has_only_crlf(*message));
  const MimeTree composed = parse_mime(*message);
  GLASSPOST_ASSERT(composed.root.children.size() == 2);
  GLASSPOST_ASSERT(decoded_content(*message, composed.root.children[1]) == text);
  return 0;
}
