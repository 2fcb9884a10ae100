// The program itself: what it prints and how it ends.
#include "tests/unit/cli/program.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace glasspost {
namespace {

TEST_F(Program, HelpTeaches) {
  const Outcome help = glasspost("--help");
  EXPECT_EQ(help.status, 0);
  for (const char* piece : {"run", "show", "serve", "check", "completion", "Examples:", "0 when all is well"})
    EXPECT_TRUE(has(help.out, piece)) << piece;
  for (const char* command : {"run", "show", "serve", "check", "completion"}) {
    const Outcome of = glasspost(std::string(command) + " --help");
    EXPECT_EQ(of.status, 0) << command;
    EXPECT_FALSE(of.out.empty());
  }
}

TEST_F(Program, BadOptionsEndWithTwo) {
  EXPECT_EQ(glasspost("").status, 2);
  EXPECT_EQ(glasspost("fly").status, 2);
  EXPECT_EQ(glasspost("run").status, 2);
  EXPECT_EQ(glasspost("run scenarios/first-mail.yaml --sed 7").status, 2);
  EXPECT_EQ(glasspost("run scenarios/first-mail.yaml --until soon").status, 2);
  EXPECT_EQ(glasspost("show x.glasspost --events --queues").status, 2);
  EXPECT_EQ(glasspost("serve --port-offset 99999").status, 2);
}

TEST_F(Program, BadScenariosEndWithTwoAndSayWhere) {
  const std::string bad = file("bad.yaml", "glasspost: 1\ntitle: x\nsed: 7\nuntil: 5\n");
  const Outcome check = glasspost("check " + bad);
  EXPECT_EQ(check.status, 2);
  EXPECT_TRUE(has(check.out, bad + ":3:1: error: unknown key `sed` in scenario; did you mean `seed`?"))
      << check.out;
  EXPECT_TRUE(has(check.out, bad + ":4:8: error: expected a time with its unit")) << check.out;
  EXPECT_EQ(glasspost("run " + bad).status, 2);
  EXPECT_EQ(glasspost("run nowhere.yaml").status, 2);
  const std::string query = file("query.yaml", "glasspost: 1\ntitle: x\nexpect:\n  - {query: 'kind =='}\n");
  EXPECT_TRUE(has(glasspost("check " + query).out, ":4:5: error: the query cannot be read"))
      << glasspost("check " + query).out;
}

TEST_F(Program, BadTracesEndWithTwo) {
  const std::string not_sqlite = file("x.glasspost", "hello");
  EXPECT_EQ(glasspost("show " + not_sqlite).status, 2);
  EXPECT_EQ(glasspost("check " + not_sqlite).status, 2);
  EXPECT_EQ(glasspost("show " + (folder_ / "none.glasspost").string()).status, 2);
}

TEST_F(Program, ChecksTheCollection) {
  const Outcome check = glasspost("check scenarios/*.yaml");
  EXPECT_EQ(check.status, 0) << check.out;
  EXPECT_TRUE(has(check.out, "scenarios/first-mail.yaml: good scenario: 9 hosts, 2 domains")) << check.out;
  const auto json = nlohmann::json::parse(glasspost("check --json scenarios/first-mail.yaml").out);
  EXPECT_EQ(json[0]["good"], true);
}

TEST_F(Program, RunsAndShows) {
  const std::string trace = (folder_ / "first.glasspost").string();
  const Outcome run = glasspost("run first-mail --trace " + trace);
  EXPECT_EQ(run.status, 0) << run.out;
  EXPECT_TRUE(has(run.out, "All expectations held.")) << run.out;
  EXPECT_EQ(glasspost("check " + trace).status, 0);
  EXPECT_TRUE(has(glasspost("show " + trace).out, "MAIL FROM:<alice@alpha>"));
  EXPECT_TRUE(has(glasspost("show " + trace + " --mailboxes").out, "bob@beta.example @ mx.beta.example"));
  EXPECT_TRUE(has(glasspost("show " + trace + " --mailboxes --at 1s").out, "No mailbox holds anything."));
  EXPECT_TRUE(has(glasspost("show " + trace + " --events --at '#1'").out, "run-started"));
  EXPECT_EQ(glasspost("show " + trace + " --at soon").status, 2);
  EXPECT_EQ(glasspost("show " + trace + " --transcript 99999").status, 2);
  EXPECT_EQ(glasspost("show " + trace + " --message nobody").status, 2);
  EXPECT_EQ(glasspost("show " + trace + " --query 'kind =='").status, 2);
  EXPECT_EQ(glasspost("show " + trace + " --query 'smtp.verb == \"RCPT\"'").status, 0);
}

TEST_F(Program, ComparesWhatAProtocolDoes) {
  const Outcome both = glasspost("compare pop3-and-imap --vary bob/phone.protocol=imap,pop3");
  EXPECT_EQ(both.status, 0) << both.out;
  EXPECT_TRUE(has(both.out, "  server    INBOX    Lunch on Friday        read, flagged               -\n"))
      << both.out;
  EXPECT_TRUE(has(both.out, "bob/phone at the end\n")) << both.out;
  for (std::size_t at = 0; at < both.out.size();) {
    const std::size_t end = both.out.find('\n', at);
    EXPECT_LE(end - at, 100u);
    at = end + 1;
  }
  EXPECT_EQ(glasspost("compare pop3-and-imap --vary bob/phone.protocol=imap,pop3").out, both.out);
  EXPECT_TRUE(
      has(glasspost("compare pop3-and-imap --vary bob/phone.protocol=imap,pop3 --lang ko").out, "안 읽음"));
  EXPECT_EQ(glasspost("compare pop3-and-imap --vary bob/phone.protocol=imap").status, 2);
  EXPECT_EQ(glasspost("compare pop3-and-imap --vary bob/pad.protocol=imap,pop3").status, 2);
  EXPECT_EQ(glasspost("compare pop3-and-imap --vary bob/phone.colour=red,blue").status, 2);
  EXPECT_EQ(glasspost("compare pop3-and-imap --vary bob/phone.policy=idle,leave").status, 2);
}

TEST_F(Program, SaysWhatDidNotHold) {
  const std::string scenario = file("wrong.yaml",
                                    "glasspost: 1\ntitle: x\ndomains: {alpha.example: {users: {alice: }}}\n"
                                    "expect:\n  - {mailbox: alice@alpha.example, count: 3}\n");
  const Outcome run = glasspost("run " + scenario);
  EXPECT_EQ(run.status, 1) << run.out;
  EXPECT_TRUE(
      has(run.out,
          scenario + ":5:5: expected mailbox alice@alpha.example/INBOX on mx.alpha.example has 3 messages"))
      << run.out;
  EXPECT_TRUE(has(run.out, "seen instead: ")) << run.out;
  const auto json = nlohmann::json::parse(glasspost("run --json " + scenario).out);
  EXPECT_EQ(json["held"], false);
  EXPECT_EQ(json["expectations"][0]["held"], false);
}

TEST_F(Program, CompletesInBash) {
  const Outcome script = glasspost("completion bash");
  EXPECT_EQ(script.status, 0);
  EXPECT_EQ(glasspost("completion fish").status, 2);
  const std::string path = file("completion.bash", script.out);
  const std::string ask =
      file("ask.bash",
           "source " + path +
               "\nCOMP_WORDS=(glasspost show --mai); COMP_CWORD=2; _glasspost; echo \"${COMPREPLY[@]}\"\n"
               "COMP_WORDS=(glasspost ser); COMP_CWORD=1; _glasspost; echo \"${COMPREPLY[@]}\"\n"
               "COMP_WORDS=(glasspost run scenarios/first-mail.); COMP_CWORD=2; _glasspost; echo "
               "\"${COMPREPLY[@]}\"\n");
  FILE* pipe = popen(("cd '" GLASSPOST_SOURCE_DIR "' && bash " + ask).c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string out;
  std::array<char, 256> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
    out += buffer.data();
  pclose(pipe);
  EXPECT_EQ(out, "--mailboxes\nserve\nscenarios/first-mail.yaml\n");
}

}  // namespace
}  // namespace glasspost
