#include "engine/agent/mua/device_memory.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glasspost::agent {

namespace {

// Notes: "folder/NAME", "copy/NAME/UID", "task/NUMBER", "fetched/UNIQUE-ID". Their fields stand on lines of
// their own; none of them holds a line end (store names, addresses and flags cannot).
constexpr std::string_view kFolder = "folder/";
constexpr std::string_view kCopy = "copy/";
constexpr std::string_view kTask = "task/";
constexpr std::string_view kFetched = "fetched/";

template <class T>
T number_in(std::string_view text) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string copy_key(const std::string& folder, std::uint32_t uid) {
  return fmt::format("{}{}/{}", kCopy, folder, uid);
}
std::string task_key(std::uint64_t number) {
  return fmt::format("{}{:020}", kTask, number);
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string written(const WaitingTask& task) {
  std::string out =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", static_cast<int>(task.kind), task.folder, task.target,
                  task.uid, task.local, task.whole ? 1 : 0, task.add ? 1 : 0, task.flags.system);
  out += join(task.flags.keywords, " ") + "\n" + task.reverse_path + "\n" + task.message_id + "\n" +
         one_line(task.subject);
  for (const std::string& recipient : task.recipients)
    out += "\n" + recipient;
  return out;
}

std::optional<WaitingTask> task_in(std::string_view text) {
  const std::vector<std::string_view> fields = split(text, '\n');
  constexpr std::size_t kFixed = 12;
  if (fields.size() < kFixed) return std::nullopt;
  const int kind = number_in<int>(fields[0]);
  if (kind < 0 || kind > static_cast<int>(WaitingTask::Kind::kSend)) return std::nullopt;
  WaitingTask task;
  task.kind = static_cast<WaitingTask::Kind>(kind);
  task.folder = fields[1];
  task.target = fields[2];
  task.uid = number_in<std::uint32_t>(fields[3]);
  task.local = number_in<std::uint32_t>(fields[4]);
  task.whole = fields[5] == "1";
  task.add = fields[6] == "1";
  task.flags.system = number_in<std::uint32_t>(fields[7]);
  for (const std::string_view keyword : split(fields[8], ' ')) {
    if (!keyword.empty()) task.flags.keywords.emplace_back(keyword);
  }
  task.reverse_path = fields[9];
  task.message_id = fields[10];
  task.subject = fields[11];
  for (std::size_t i = kFixed; i < fields.size(); ++i)
    task.recipients.emplace_back(fields[i]);
  return task;
}

}  // namespace

std::uint32_t ServerFolder::uid_of(store::Uid local) const {
  for (const auto& [uid, copy] : copies) {
    if (copy.local == local) return uid;
  }
  return 0;
}

const ServerFolder* DeviceMemory::folder(const std::string& name) const {
  const auto found = folders_.find(name);
  return found == folders_.end() ? nullptr : &found->second;
}

void DeviceMemory::put(std::string key, std::string value) {
  changes_.push_back({std::move(key), std::move(value)});
}
void DeviceMemory::take_away(std::string key) {
  changes_.push_back({std::move(key), std::nullopt});
}

void DeviceMemory::set_folder(const std::string& name, const ServerFolder& state) {
  ServerFolder& mine = folders_[name];
  mine.uid_validity = state.uid_validity;
  mine.uid_next = state.uid_next;
  mine.messages = state.messages;
  mine.mod_sequence = state.mod_sequence;
  put(std::string(kFolder) + name,
      fmt::format("{}\n{}\n{}\n{}", state.uid_validity, state.uid_next, state.messages, state.mod_sequence));
}

void DeviceMemory::drop_folder(const std::string& name) {
  const auto found = folders_.find(name);
  if (found == folders_.end()) return;
  for (const auto& [uid, copy] : found->second.copies)
    take_away(copy_key(name, uid));
  take_away(std::string(kFolder) + name);
  folders_.erase(found);
}

void DeviceMemory::set_copy(const std::string& folder, std::uint32_t uid, ServerCopy copy) {
  folders_[folder].copies[uid] = copy;
  put(copy_key(folder, uid), fmt::format("{}\n{}", copy.local, copy.whole ? 1 : 0));
}

void DeviceMemory::drop_copy(const std::string& folder, std::uint32_t uid) {
  const auto found = folders_.find(folder);
  if (found == folders_.end() || found->second.copies.erase(uid) == 0) return;
  take_away(copy_key(folder, uid));
}

void DeviceMemory::push(WaitingTask task) {
  task.number = ++last_number_;
  put(task_key(task.number), written(task));
  waiting_.emplace(task.number, std::move(task));
}

void DeviceMemory::change(const WaitingTask& task) {
  put(task_key(task.number), written(task));
  waiting_[task.number] = task;
}

void DeviceMemory::drop_task(std::uint64_t number) {
  if (waiting_.erase(number) > 0) take_away(task_key(number));
}

void DeviceMemory::set_fetched(const std::string& unique_id, Instant when) {
  fetched_[unique_id] = when;
  put(std::string(kFetched) + unique_id, std::to_string(when.ns));
}

void DeviceMemory::drop_fetched(const std::string& unique_id) {
  if (fetched_.erase(unique_id) > 0) take_away(std::string(kFetched) + unique_id);
}

Task<Ok> DeviceMemory::commit() {
  if (changes_.empty()) co_return Ok();
  std::vector<store::NoteChange> changes = std::exchange(changes_, {});
  co_return co_await notes_.apply(std::move(changes));
}

Task<Ok> DeviceMemory::load() {
  auto notes = co_await notes_.load();
  if (!notes) co_return fail(notes.error());
  for (const auto& [key, value] : *notes) {
    const std::vector<std::string_view> fields = split(value, '\n');
    if (key.starts_with(kFolder) && fields.size() == 4) {
      ServerFolder& folder = folders_[key.substr(kFolder.size())];
      folder.uid_validity = number_in<std::uint32_t>(fields[0]);
      folder.uid_next = number_in<std::uint32_t>(fields[1]);
      folder.messages = number_in<std::uint32_t>(fields[2]);
      folder.mod_sequence = number_in<std::uint64_t>(fields[3]);
    } else if (key.starts_with(kCopy) && fields.size() == 2) {
      const std::size_t slash = key.rfind('/');
      const std::string folder = key.substr(kCopy.size(), slash - kCopy.size());
      const auto uid = number_in<std::uint32_t>(std::string_view(key).substr(slash + 1));
      folders_[folder].copies[uid] = {number_in<std::uint32_t>(fields[0]), fields[1] == "1"};
    } else if (key.starts_with(kTask)) {
      std::optional<WaitingTask> task = task_in(value);
      const auto number = number_in<std::uint64_t>(std::string_view(key).substr(kTask.size()));
      last_number_ = std::max(last_number_, number);
      if (!task) continue;
      task->number = number;
      waiting_.emplace(number, std::move(*task));
    } else if (key.starts_with(kFetched)) {
      fetched_[key.substr(kFetched.size())] = Instant{number_in<std::int64_t>(value)};
    }
  }
  co_return Ok();
}

}  // namespace glasspost::agent
