#include "engine/dissect/query.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dissect/dialogue.h"
#include "engine/protocol/dns/message.h"
#include "tests/unit/dissect/recorded.h"

namespace glasspost::dissect {
namespace {

namespace payload = trace::payload;

class QueryTest : public testing::Test {
 protected:
  QueryTest() {
    add(0, payload::RunStarted{7, Instant{1'000'000'000}, true, "t", "s", "p"});  // 1
    add(2, payload::Host{"mx.alpha.example", {"mta"}, {"192.0.2.2"}});            // 2
    add(3, payload::Host{"mx.beta.example", {"mta\nmda"}, {"198.51.100.3"}});     // 3
    record(recorder_,
           {server("220 x\r\n"), client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"), server("250 2.1.0 Ok\r\n"),
            server("550 5.1.1 No\r\n")},
           1000, 5);  // 4-8
    add(3,
        payload::Decision{DecisionKind::kSpf, "alpha.example", "fail", "RFC 7208 4", "spf.fail", {}});  // 9
    add(3, payload::Decision{DecisionKind::kDmarc, "alpha.example", "pass", "", "", {}});               // 10
    payload::MailSettled settled;
    settled.outcome = MailOutcome::kDeferred;
    settled.recipient = "bob@beta.example";
    settled.next_attempt = Instant{61'000'000'000};
    add(2, settled, "A1");                                                    // 11
    add(2, payload::MailQueued{100, "a@b", "accepted", {"x@y\nz@w"}}, "A1");  // 12
    const std::string query = dns::encode_message(
        dns::make_query(1, {dns::Name::parse("beta.example").value(), dns::RecordType::kMx}, true));
    payload::DatagramSent datagram;
    datagram.source = "192.0.2.2:5353";
    datagram.destination = "198.51.100.3:53";
    datagram.bytes = {query};
    add(2, datagram);                                 // 13
    add(2, payload::DnsAsked{"beta.example", "MX"});  // 14
    trace::RawEvent unknown;
    unknown.kind = static_cast<trace::Kind>(4000);
    unknown.time = Instant{10'000'000'000};
    recorder_.append(unknown);  // 15
    context_.update(recorder_.snapshot());
  }

  template <class P>
  void add(std::uint32_t host, const P& what, std::string_view message = {}) {
    trace::Header header;
    header.time =
        Instant{1'000'000'000} + Duration::seconds(static_cast<std::int64_t>(recorder_.last_seq()) / 3);
    header.host = {host};
    header.cause = recorder_.last_seq();
    header.message = message;
    recorder_.append(header, what);
  }
  std::vector<std::uint64_t> find(std::string_view text) {
    const auto query = Query::parse(text);
    EXPECT_TRUE(query) << text << ": " << (query ? "" : to_string(query.error()));
    return query ? query->find(context_) : std::vector<std::uint64_t>{};
  }

  trace::Recorder recorder_;
  QueryContext context_;
};

using Seqs = std::vector<std::uint64_t>;

TEST_F(QueryTest, Table) {
  const std::pair<const char*, Seqs> table[] = {
      {"kind == \"decision\"", {9, 10}},
      {"kind == decision && decision.kind == spf && outcome == fail", {9}},
      {"decision.kind == \"dmarc\"", {10}},
      {"spf.result == fail", {9}},
      {"spf.result", {9}},
      {"spf.result == pass", {}},
      {"dmarc.result == pass || spf.result == fail", {9, 10}},
      {"smtp.verb == \"RCPT\"", {6}},
      {"smtp.verb == MAIL", {6}},
      {"smtp.code >= 500", {8}},
      {"smtp.code == \"250\"", {7}},
      {"smtp.code in (250, 550)", {7, 8}},
      {"smtp.enhanced == 5.1.1", {8}},
      {"smtp.enhanced == \"5.1.1\"", {8}},
      {"smtp.answers == \"(connect)\"", {5}},
      {"smtp.argument contains '@b>'", {6}},
      {"smtp.line == reply and not smtp.code < 300", {8}},
      {"host == \"mx.beta.example\" && kind != stream-bytes", {3, 9, 10}},
      {"host == mx.beta.example && kind != stream-bytes", {3, 9, 10}},
      {"connection == 5 && kind == connection-opened", {4}},
      {"client == mx.alpha.example", {4}},
      {"time < 0s", {}},
      {"time <= 0s", {1, 2, 3, 4}},
      {"time <= 0 && seq > 1", {2, 3, 4}},
      {"time >= 9s", {15}},
      {"next_attempt == 1m", {11}},
      {"next_attempt > 59.5s && next_attempt < 1h", {11}},
      {"message == A1", {11, 12}},
      {"recipients == \"z@w\"", {12}},
      {"recipients contains \"@y\"", {12}},
      {"recipients != \"z@w\"", {}},
      {"roles == mda", {3}},
      {"outcome == deferred", {11}},
      {"mail-settled.outcome == deferred", {11}},
      {"decision.outcome in (\"pass\", \"fail\")", {9, 10}},
      {"size == 100", {12}},
      {"size == -100", {}},
      {"virtual", {1}},
      {"virtual == true", {1}},
      {"virtual == false", {}},
      {"!virtual && seq <= 2", {2}},
      {"! (seq > 1) || seq == 15", {1, 15}},
      {"not seq > 2", {1, 2}},
      {"seq == 1 || seq == 2 && seq == 3", {1}},
      {"(seq == 1 || seq == 2) && seq == 2", {2}},
      {"kind == 4000", {15}},
      {"cause == seq", {}},
      {"cause == 13", {14}},
      {"dns.name == \"beta.example\"", {13, 14}},
      {"dns.type == MX && kind == datagram-sent", {13}},
      {"dns.response == false", {13}},
      {"queue.length > 0 && host == mx.alpha.example", {12, 13, 14}},
      {"bytes contains \"RCPT\"", {6}},
      {"direction == to-server", {6}},
      {"name == \"mx.alpha.example\"", {2}},
      {"outcome > 5", {}},
      {"size contains 10", {12}},
      {"subject == \"a\\\"b\"", {}},
      {"  seq==1  ", {1}},
  };
  for (const auto& [text, expected] : table)
    EXPECT_EQ(find(text), expected) << text;
}

TEST_F(QueryTest, LinesOfPop3AndImap) {
  record(recorder_,
         {server("+OK x\r\n"), client("PASS a b\r\n"), server("-ERR [IN-USE] No\r\n"), client("RETR 2\r\n")},
         1000, 6, "198.51.100.3:110");  // 16-20
  record(recorder_,
         {server("* OK x\r\n"), client("A1 UID FETCH 1:* FLAGS\r\n"),
          server("* 3 EXISTS\r\n* 3 FETCH (FLAGS ())\r\nA1 OK [READ-WRITE] Done\r\n")},
         1000, 7, "198.51.100.3:143");  // 21-24
  context_.update(recorder_.snapshot());
  EXPECT_EQ(find("pop3.verb == RETR"), (Seqs{20}));
  EXPECT_EQ(find("pop3.number == 2 && pop3.argument == \"2\""), (Seqs{20}));
  EXPECT_EQ(find("pop3.code == \"IN-USE\" && pop3.answers == PASS"), (Seqs{19}));
  EXPECT_EQ(find("pop3.response == \"-ERR\""), (Seqs{19}));
  EXPECT_EQ(find("pop3.phase == login && pop3.verb != RETR"), (Seqs{18}));
  EXPECT_EQ(find("imap.verb == FETCH"), (Seqs{23}));
  EXPECT_EQ(find("imap.verb == \"UID FETCH\""), (Seqs{23}));
  EXPECT_EQ(find("imap.response == EXISTS && imap.number == 3"), (Seqs{24}));
  EXPECT_EQ(find("imap.code == \"READ-WRITE\" && imap.tag == A1"), (Seqs{24}));
  EXPECT_EQ(find("imap.response in (OK, NO)"), (Seqs{22, 24}));
  EXPECT_EQ(find("smtp.verb == RETR"), (Seqs{}));
  EXPECT_FALSE(Query::parse("smtp.tag == A1"));
  EXPECT_FALSE(Query::parse("pop3.tag == A1"));
}

TEST_F(QueryTest, Errors) {
  const struct {
    const char* text;
    std::size_t offset;
    const char* message;
  } table[] = {
      {"", 0, "a field is missing"},
      {"nosuch == 1", 0, "there is no field 'nosuch'"},
      {"smtp.verbs == 1", 0, "there is no field"},
      {"verb == 1", 0, "smtp.verb"},
      {"seq = 1", 4, "write '=='"},
      {"seq == ", 7, "a value is missing"},
      {"seq == 1 kind", 9, "should end here"},
      {"seq == 1 &&", 11, "a field is missing"},
      {"(seq == 1", 9, "a ')' is missing"},
      {"seq == 1)", 8, "should end here"},
      {"seq == \"x", 7, "has no end"},
      {"seq in 1", 7, "wants a list"},
      {"seq in (1 2)", 10, "a ',' or ')'"},
      {"seq in (1,", 10, "a value is missing"},
      {"seq == 5x", 7, "neither a number nor a duration"},
      {"seq == 99999999999999999999", 7, "too large"},
      {"seq # 1", 4, "has no meaning"},
      {"\"x\"", 3, "a comparison"},
      {"5 && seq == 1", 2, "a comparison"},
      {"seq == (1)", 7, "'(' stands where a value"},
      {"!", 1, "a field is missing"},
  };
  for (const auto& wrong : table) {
    const auto query = Query::parse(wrong.text);
    ASSERT_FALSE(query) << wrong.text;
    EXPECT_EQ(query.error().offset, wrong.offset) << wrong.text << ": " << query.error().message;
    EXPECT_THAT(query.error().message, testing::HasSubstr(wrong.message)) << wrong.text;
  }
}

TEST_F(QueryTest, IsBounded) {
  EXPECT_FALSE(Query::parse(std::string(100'000, '!')));
  EXPECT_FALSE(Query::parse(std::string(3000, '(')));
  EXPECT_FALSE(Query::parse(std::string(3000, '!') + "seq"));
  std::string flat = "seq == 1";
  while (flat.size() < 4000)
    flat += " || seq == 1";
  EXPECT_EQ(find(flat), Seqs{1});
}

TEST_F(QueryTest, KeepsItsText) {
  EXPECT_EQ(Query::parse("seq == 1")->text(), "seq == 1");
  EXPECT_EQ(Query().text(), "");
  EXPECT_FALSE(Query().matches(*context_.trace().event(1), context_));
}

TEST_F(QueryTest, LimitStopsEarly) {
  EXPECT_EQ(Query::parse("seq > 0")->find(context_, 3), (Seqs{1, 2, 3}));
}

TEST_F(QueryTest, EveryColumnCanBeAskedForByBothNames) {
  for (const trace::KindInfo& info : trace::all_kinds()) {
    for (const trace::Column& column : info.columns) {
      EXPECT_TRUE(Query::parse(std::string(info.name) + "." + std::string(column.name)));
      EXPECT_TRUE(Query::parse(column.name));
    }
  }
}

TEST_F(QueryTest, ThePageNamesEveryColumn) {
  std::ifstream in(std::string(GLASSPOST_SOURCE_DIR) + "/docs/query-language.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (const trace::KindInfo& info : trace::all_kinds()) {
    std::string row = "| `" + std::string(info.name) + "` | ";
    for (const trace::Column& column : info.columns) {
      if (&column != &info.columns.front()) row += ", ";
      row += "`" + std::string(column.name) + "`";
    }
    EXPECT_NE(page.find(row + " |"), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace glasspost::dissect
