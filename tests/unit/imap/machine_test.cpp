#include "engine/protocol/imap/machine.h"

#include <set>

#include <gtest/gtest.h>

namespace glasspost::imap {
namespace {

TEST(ImapMachine, EachCommandIsLegalWhereTheRfcSays) {
  const std::set<Verb> anywhere = {Verb::kCapability, Verb::kNoop, Verb::kLogout, Verb::kId};
  const std::set<Verb> before = {Verb::kStartTls, Verb::kAuthenticate, Verb::kLogin};
  const std::set<Verb> in_mailbox = {Verb::kCheck,   Verb::kClose,  Verb::kUnselect,
                                     Verb::kExpunge, Verb::kSearch, Verb::kFetch,
                                     Verb::kStore,   Verb::kCopy,   Verb::kMove};
  for (std::size_t i = 1; i < kVerbCount; ++i) {
    const auto verb = static_cast<Verb>(i);
    const bool any = anywhere.count(verb) == 1;
    const bool first = before.count(verb) == 1;
    const bool selected_only = in_mailbox.count(verb) == 1;
    EXPECT_EQ(is_legal(verb, ServerState::kNotAuthenticated), any || first) << to_string(verb);
    EXPECT_EQ(is_legal(verb, ServerState::kAuthenticated), !first && !selected_only) << to_string(verb);
    EXPECT_EQ(is_legal(verb, ServerState::kSelected), !first) << to_string(verb);
    EXPECT_FALSE(is_legal(verb, ServerState::kLogout)) << to_string(verb);
  }
  EXPECT_FALSE(is_legal(Verb::kUnknown, ServerState::kSelected));
}

TEST(ImapMachine, NumbersStandStillDuringFetchStoreAndSearchAlone) {
  for (std::size_t i = 1; i < kVerbCount; ++i) {
    const auto verb = static_cast<Verb>(i);
    const bool holds = verb == Verb::kFetch || verb == Verb::kStore || verb == Verb::kSearch;
    EXPECT_EQ(properties_of(verb, false).holds_numbers, holds) << to_string(verb);
    EXPECT_FALSE(properties_of(verb, true).holds_numbers) << to_string(verb);
    EXPECT_FALSE(properties_of(verb, true).uses_numbers) << to_string(verb);
  }
  EXPECT_TRUE(properties_of(Verb::kCopy, false).uses_numbers);
  EXPECT_TRUE(properties_of(Verb::kMove, true).breaks_numbers);
}

TEST(ImapMachine, TheWayThroughTheStatesIsRemembered) {
  ServerMachine machine;
  machine.authenticate("LOGIN");
  machine.select("SELECT");
  machine.select("SELECT");
  machine.deselect("CLOSE");
  machine.deselect("CLOSE");
  machine.close("LOGOUT");
  machine.close("lost");
  ASSERT_EQ(machine.changes().size(), 4u);
  EXPECT_EQ(to_string(machine.changes()[0].from), "not authenticated");
  EXPECT_EQ(machine.changes()[1].to, ServerState::kSelected);
  EXPECT_EQ(machine.changes()[3].trigger, "LOGOUT");
  EXPECT_TRUE(machine.closed());
}

}  // namespace
}  // namespace glasspost::imap
