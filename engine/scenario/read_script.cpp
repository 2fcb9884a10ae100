#include <algorithm>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/scenario/written.h"

namespace glasspost::scenario {
namespace {

constexpr Duration kLongestRun = Duration::days(365);

struct Sender {
  const Domain* domain = nullptr;
  const User* user = nullptr;
  std::string device;  ///< full host name
};

class ScriptReader {
 public:
  ScriptReader(Reader& reader, const WrittenWorld& world, Scenario& scenario)
      : reader_(reader), world_(world), scenario_(scenario) {}

  void read(const YamlNode& node) {
    Fields fields(reader_, node, Section::kAction);
    if (!fields.is_map()) return;
    Action action;
    action.place = reader_.place(node);
    action.at = fields.duration("at").value_or(Duration{});
    if (action.at > kLongestRun) reader_.error(fields.place("at"), "at most 365d");
    std::vector<std::string_view> given;
    for (const std::string_view key :
         {"stop", "crash", "restart", "cut", "restore", "change", "set_record", "dkim_key"}) {
      if (fields.has(key)) given.push_back(key);
    }
    if (given.size() + fields.others().size() != 1) return report_choice(node, fields, given.size());
    const auto what =
        given.empty() ? read_actor(node, fields.others().front()) : read_fault(fields, given.front());
    if (!what) return;
    action.what = *what;
    scenario_.script.push_back(std::move(action));
  }

 private:
  void report_choice(const YamlNode& node, const Fields& fields, std::size_t given) {
    if (given + fields.others().size() == 0) {
      reader_.error(
          node,
          "expected something that happens: a user or host that acts, or stop, crash, restart, cut, "
          "restore, change, set_record or dkim_key");
      return;
    }
    bool strange = false;
    for (const std::size_t other : fields.others()) {
      if (is_deed(node.items[other])) continue;
      report_actor(node.keys[other]);
      strange = true;
    }
    if (!strange) {
      reader_.error(node, "only one thing happens in an action: write another one, `at` the same time");
    }
  }

  std::optional<ActionKind> read_fault(Fields& fields, std::string_view key) {
    if (key == "stop" || key == "crash" || key == "restart") {
      const auto host = host_named(fields, key);
      if (!host) return std::nullopt;
      if (key == "stop") return StopHost{*host};
      if (key == "crash") return CrashHost{*host};
      return RestartHost{*host};
    }
    if (key == "cut" || key == "restore") {
      const YamlNode* node = fields.get(key);
      if (node == nullptr) return missing(fields, key);
      auto path = read_path(*node);
      if (!path) return std::nullopt;
      if (key == "cut") return CutLink{path->first, path->second};
      return RestoreLink{path->first, path->second};
    }
    const YamlNode* node = fields.get(key);
    if (node == nullptr) return missing(fields, key);
    if (key == "dkim_key") return read_dkim_deed(reader_, *node, world_, scenario_);
    return key == "change" ? read_change(*node) : read_set_record(*node);
  }
  std::optional<ActionKind> missing(Fields& fields, std::string_view key) {
    reader_.error(fields.place(key), fmt::format("key `{}` has no value", key));
    return std::nullopt;
  }
  std::optional<std::string> host_named(Fields& fields, std::string_view key) {
    const auto name = fields.name(key);
    if (!name) return std::nullopt;
    return find_host_or_domain(reader_, scenario_, {*name, fields.place(key)});
  }

  /// A link's name, a host (all its paths), or two hosts.
  std::optional<std::pair<std::string, std::vector<HostPair>>> read_path(const YamlNode& node) {
    if (node.is_sequence()) {
      std::vector<std::string> ends;
      for (const YamlNode& item : node.items) {
        const auto name = reader_.name(item);
        const auto host =
            name ? find_host_or_domain(reader_, scenario_, {*name, reader_.place(item)}) : std::nullopt;
        if (host) ends.push_back(*host);
      }
      if (ends.size() == 2 && node.items.size() == 2 && ends[0] != ends[1]) {
        return std::pair(ends[0] + " - " + ends[1], std::vector<HostPair>{{ends[0], ends[1]}});
      }
      if (ends.size() == node.items.size()) reader_.error(node, "expected a list of two different hosts");
      return std::nullopt;
    }
    if (!node.is_scalar()) {
      reader_.expected(node, "a link's name, a host, or a list of two hosts");
      return std::nullopt;
    }
    for (const WrittenNamedLink& written : world_.links) {
      if (written.name != node.text) continue;
      for (const Link& link : scenario_.network.links) {
        if (link.name == node.text) return std::pair(link.name, std::vector<HostPair>{{link.a, link.b}});
      }
    }
    const auto host = find_host_or_domain(reader_, scenario_, {to_lower(node.text), reader_.place(node)});
    if (!host) return std::nullopt;
    std::vector<HostPair> pairs;
    for (const Host& other : scenario_.hosts) {
      if (other.name != *host) pairs.push_back({*host, other.name});
    }
    return std::pair(*host, std::move(pairs));
  }

  std::optional<ActionKind> read_change(const YamlNode& node) {
    Fields fields(reader_, node, Section::kChangeLink);
    const WrittenLink written = read_link(fields);
    const YamlNode* link = fields.get("link");
    if (link == nullptr) return std::nullopt;
    const auto path = read_path(*link);
    if (!path) return std::nullopt;
    LinkProfile before = scenario_.network.default_link;
    for (const Link& known : scenario_.network.links) {
      for (const HostPair& pair : path->second) {
        if ((known.a == pair.a && known.b == pair.b) || (known.a == pair.b && known.b == pair.a))
          before = known.profile;
      }
    }
    return ChangeLink{path->first, path->second, written.over(before)};
  }

  std::optional<ActionKind> read_set_record(const YamlNode& node) {
    Fields fields(reader_, node, Section::kSetRecord);
    const WrittenRecord written = read_record(reader_, fields, node);
    const auto zone = fields.name("zone");
    if (!zone || written.type.empty()) return std::nullopt;
    const auto known = std::find_if(scenario_.zones.begin(), scenario_.zones.end(),
                                    [&zone](const Zone& candidate) { return candidate.name == *zone; });
    if (known == scenario_.zones.end()) {
      reader_.error(fields.place("zone"), fmt::format("there is no zone `{}`", *zone));
      return std::nullopt;
    }
    const auto owner = owner_name(reader_, written, *zone);
    if (!owner) return std::nullopt;
    SetRecord out{*zone, *owner, written.type, {}};
    const std::uint32_t ttl =
        static_cast<std::uint32_t>(written.ttl.value_or(world_.ttl).ns / Duration::seconds(1).ns);
    for (const std::string& value : written.values)
      out.records.push_back({written.place, *owner, written.type, ttl, value});
    return out;
  }

  std::optional<ActionKind> read_actor(const YamlNode& action, std::size_t index) {
    const YamlNode& actor = action.keys[index];
    const YamlNode& deed = action.items[index];
    if (!is_deed(deed)) {
      report_actor(actor);
      return std::nullopt;
    }
    if (is_device_deed(deed)) return read_use(actor, deed);
    Fields fields(reader_, deed, Section::kActor);
    const YamlNode* send = fields.get("send");
    const YamlNode* inject = fields.get("inject");
    if ((send == nullptr) == (inject == nullptr)) {
      reader_.error(deed, "expected one thing to do, with a value: `send`, `inject`, `read`, ...");
      return std::nullopt;
    }
    return send != nullptr ? read_send(actor, *send) : read_inject(actor, *inject);
  }
  static bool is_deed(const YamlNode& deed) {
    return is_device_deed(deed) || deed.find("send") != nullptr || deed.find("inject") != nullptr;
  }
  std::optional<ActionKind> read_use(const YamlNode& actor, const YamlNode& deed) {
    auto use = read_device_deed(reader_, deed);
    const auto sender = find_sender(actor);
    if (!use || !sender) return std::nullopt;
    use->account = sender->user->name + "@" + sender->domain->name;
    use->device = sender->device;
    const Host* host = scenario_.find_host(sender->device);
    if (host->device->protocol == RetrievalProtocol::kNone) {
      reader_.error(actor, fmt::format("`{}` only sends: give it a protocol, such as `{{{}: imap}}`",
                                       escaped(actor.text), host->device->name));
      return std::nullopt;
    }
    return *std::move(use);
  }
  void report_actor(const YamlNode& actor) {
    std::vector<std::string_view> known;
    for (const KeySpec& key : section_spec(Section::kAction).keys)
      known.push_back(key.name);
    const std::string_view meant = closest(actor.text, known);
    if (!meant.empty()) {
      return reader_.error(
          actor, fmt::format("unknown key `{}` in action; did you mean `{}`?", escaped(actor.text), meant));
    }
    reader_.error(
        actor,
        fmt::format("expected `{}` to do something: `{{send: ...}}`, `{{read: ...}}`, `{{inject: ...}}`",
                    escaped(actor.text)));
  }

  std::optional<Sender> find_sender(const YamlNode& actor) {
    const std::vector<std::string_view> pieces = split(actor.text, '/');
    const std::string name = to_lower(pieces.front());
    Sender sender;
    std::vector<std::string> known;
    for (const Domain& domain : scenario_.domains) {
      for (const User& user : domain.users) {
        known.push_back(user.name);
        if (name != user.name && name != user.name + "@" + domain.name) continue;
        if (sender.user != nullptr) {
          reader_.error(
              actor, fmt::format("`{0}` is a user of two domains: write `{0}@{1}`", user.name, domain.name));
          return std::nullopt;
        }
        sender.domain = &domain;
        sender.user = &user;
      }
    }
    if (sender.user == nullptr) {
      const std::vector<std::string_view> views(known.begin(), known.end());
      const std::string_view meant = closest(name, views);
      reader_.error(actor, meant.empty() ? fmt::format("there is no user `{}`", escaped(name))
                                         : fmt::format("there is no user `{}`; did you mean `{}`?",
                                                       escaped(name), meant));
      return std::nullopt;
    }
    if (pieces.size() > 2 || !find_device(actor, pieces, sender)) return std::nullopt;
    return sender;
  }
  bool find_device(const YamlNode& actor, const std::vector<std::string_view>& pieces, Sender& sender) {
    std::vector<std::string> names;
    for (const std::string& host_name : sender.user->devices) {
      const Host* host = scenario_.find_host(host_name);
      if (host == nullptr || !host->device) continue;
      names.push_back(host->device->name);
      if (!sender.device.empty()) continue;
      if (pieces.size() == 1 || host->device->name == to_lower(pieces[1])) sender.device = host_name;
    }
    if (!sender.device.empty()) return true;
    reader_.error(actor, pieces.size() == 1
                             ? fmt::format("`{}` has no device to send from", sender.user->name)
                             : fmt::format("`{}` has no device `{}`; devices: {}", sender.user->name,
                                           escaped(pieces[1]), fmt::join(names, ", ")));
    return false;
  }

  std::optional<ActionKind> read_send(const YamlNode& actor, const YamlNode& node) {
    Fields fields(reader_, node, Section::kSend);
    SendMail mail;
    mail.to = fields.mailboxes("to");
    mail.cc = fields.mailboxes("cc");
    mail.bcc = fields.mailboxes("bcc");
    if (!fields.has("to") && !fields.has("cc") && !fields.has("bcc")) {
      reader_.error(node, "key `to` is missing in send, for example `to: bob@beta.example`");
    }
    mail.subject = one_line(reader_, fields, "subject").value_or("");
    mail.text = fields.text("text").value_or("");
    for (const YamlNode* item : fields.list("attachments")) {
      if (auto attachment = read_attachment(reader_, *item))
        mail.attachments.push_back(std::move(*attachment));
    }
    const YamlNode* from = fields.get("from");
    const std::optional<std::string> from_field = from != nullptr ? reader_.mailbox(*from) : std::nullopt;
    const auto envelope_from = read_path_address(fields, "envelope_from");
    const auto sender = find_sender(actor);
    if (!sender) return std::nullopt;
    mail.account = sender->user->name + "@" + sender->domain->name;
    mail.device = sender->device;
    mail.from = from_field.value_or(mail.account);
    mail.envelope_from = envelope_from.value_or(mail.account);
    return mail;
  }
  /// An address, or an empty text for the null reverse-path.
  std::optional<std::string> read_path_address(Fields& fields, std::string_view key) {
    const auto text = fields.text(key);
    if (!text) return std::nullopt;
    if (text->empty() || *text == "<>") return "";
    const auto address = address_in(*text);
    if (!address) reader_.error(fields.place(key), "expected an address, or `\"\"` for none");
    return address;
  }

  std::optional<ActionKind> read_inject(const YamlNode& actor, const YamlNode& node) {
    Fields fields(reader_, node, Section::kInject);
    InjectMail mail;
    mail.helo = one_line(reader_, fields, "helo").value_or("");
    mail.port = static_cast<std::uint16_t>(fields.whole("port").value_or(25));
    mail.mail_from = read_path_address(fields, "mail_from").value_or("");
    for (const std::string& address : fields.mailboxes("rcpt_to"))
      mail.rcpt_to.push_back(*address_in(address));
    mail.from = one_line(reader_, fields, "from").value_or(mail.mail_from);
    mail.to = one_line(reader_, fields, "to").value_or(fmt::format("{}", fmt::join(mail.rcpt_to, ", ")));
    mail.subject = one_line(reader_, fields, "subject").value_or("");
    mail.text = fields.text("text").value_or("");
    mail.raw = fields.text("raw");
    const auto target = host_named(fields, "to_host");
    const auto name = reader_.name(actor);
    const auto host =
        name ? find_host_or_domain(reader_, scenario_, {*name, reader_.place(actor)}) : std::nullopt;
    if (!host || !target) return std::nullopt;
    mail.host = *host;
    mail.target = *target;
    if (mail.helo.empty()) mail.helo = *host;
    return mail;
  }

  Reader& reader_;
  const WrittenWorld& world_;
  Scenario& scenario_;
};

}  // namespace

void read_script(Reader& reader, Fields& top, const WrittenWorld& world, Scenario& scenario) {
  ScriptReader script(reader, world, scenario);
  for (const YamlNode* item : top.list("script"))
    script.read(*item);
  std::stable_sort(scenario.script.begin(), scenario.script.end(),
                   [](const Action& a, const Action& b) { return a.at < b.at; });
}

}  // namespace glasspost::scenario
