#pragma once

// The inside of an inspection; for the sources of this folder only.

#include <string>
#include <string_view>
#include <utility>

#include "engine/dissect/journey.h"
#include "engine/dissect/short_names.h"
#include "gui/model/inspection.h"

namespace glasspost::gui {

/// Builds one inspection; each function adds what it knows.
class Inspector {
 public:
  explicit Inspector(const InspectionSource& source);

  Inspection take() { return std::move(out_); }

  void event(std::uint64_t seq);
  void line(ConnectionId connection, std::uint32_t number);
  void connection(ConnectionId id);
  void host(HostId id);
  void message(const trace::MessageRef& ref);
  void mailbox(const trace::MailboxRef& ref, std::uint32_t uid);
  void bytes(const BytesSelected& selected);

 private:
  // Any event.
  void decision(const trace::EventView& event);
  void dns_answer(const trace::EventView& event);
  void plain(const trace::EventView& event);
  void causes(const trace::EventView& event);
  void place(const trace::EventView& event);
  [[nodiscard]] std::string short_event(const trace::EventView& event) const;

  // Lines.
  void command(const dissect::Dialogue& dialogue, std::uint32_t number);
  void reply(const dissect::Dialogue& dialogue, std::uint32_t number);
  void labels(const dissect::Line& line);
  void counterpart(const dissect::Dialogue& dialogue, std::uint32_t number);
  void needs(const dissect::Line& line, std::string_view machine);
  void state_after(const dissect::Dialogue& dialogue, const dissect::Line& line);
  void diagram(std::string_view machine, std::string_view state, std::string_view from, std::string id);

  // Messages.
  void hop(const dissect::Hop& hop);
  void alterations(const dissect::Hop& hop);
  void header_of(const std::vector<dissect::Hop>& hops);
  void received_chain(std::string_view message);

  void say(std::string words, std::string rule = {}, bool quiet = false);
  void fact(std::string_view key, std::string value, Selection jump = {}, bool code = false,
            Mood mood = Mood::kPlain);
  void heading(std::string_view key, std::string id);
  [[nodiscard]] std::string moment(Instant time) const;
  [[nodiscard]] std::string name(HostId host) const;
  [[nodiscard]] std::string state_name(std::string_view machine, std::string_view state) const;

  const InspectionSource& in_;
  Speaker words_;
  dissect::LadderWords ladder_words_;
  dissect::ShortNames names_;
  Inspection out_;
};

}  // namespace glasspost::gui
