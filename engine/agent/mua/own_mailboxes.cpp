#include "engine/agent/mua/own_mailboxes.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/message/encoded_word.h"
#include "engine/message/header.h"
#include "engine/message/mime.h"

namespace glasspost::agent {

std::string subject_of(std::string_view content) {
  const message::Header header = message::parse_header(content);
  const message::HeaderField* field = header.find("Subject");
  return field != nullptr ? message::decode_unstructured(field->value()) : std::string();
}

Task<Ok> OwnMailboxes::prepare() {
  return store_.create_account(account_, 0);
}

Task<Result<store::FolderInfo>> OwnMailboxes::folder(std::string name, store::SpecialUse use) {
  Result<store::FolderInfo> found = co_await store_.folder(account_, name);
  if (found || found.error().code != ErrorCode::kNotFound) co_return found;
  co_return co_await store_.create_folder(account_, name, use);
}

Task<Result<OwnMessage>> OwnMailboxes::get(std::string folder, store::Uid uid) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, folder);
  if (!where) co_return fail(where.error());
  const store::UidRange only{uid, uid};
  const Result<std::vector<store::MessageInfo>> infos = co_await store_.list(where->id, only);
  if (!infos) co_return fail(infos.error());
  if (infos->empty()) co_return fail(ErrorCode::kNotFound, "the message is not there any more");
  const Result<store::Content> content = co_await store_.content(where->id, uid);
  if (!content) co_return fail(content.error());
  co_return OwnMessage{std::move(folder), where->id, infos->front(), *content};
}

Task<Result<OwnMessage>> OwnMailboxes::find(std::string folder, std::string subject) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, folder);
  if (!where) co_return fail(where.error());
  const Result<std::vector<store::MessageInfo>> infos = co_await store_.list(where->id, store::UidRange());
  if (!infos) co_return fail(infos.error());
  for (std::size_t i = infos->size(); i-- > 0;) {
    const store::MessageInfo& info = (*infos)[i];
    const Result<store::Content> content = co_await store_.content(where->id, info.uid);
    if (!content) co_return fail(content.error());
    if (subject_of(**content) == subject) co_return OwnMessage{folder, where->id, info, *content};
  }
  co_return fail(ErrorCode::kNotFound,
                 "there is no \"" + escaped(subject) + "\" in " + escaped(folder) + " on this device");
}

Task<Result<std::map<store::Uid, store::Flags>>> OwnMailboxes::flags(std::string folder) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, std::move(folder));
  if (!where) co_return fail(where.error());
  const Result<std::vector<store::MessageInfo>> infos = co_await store_.list(where->id, store::UidRange());
  if (!infos) co_return fail(infos.error());
  std::map<store::Uid, store::Flags> out;
  for (const store::MessageInfo& info : *infos)
    out.emplace(info.uid, info.flags);
  co_return out;
}

Task<Result<store::Uid>> OwnMailboxes::add(std::string folder_name, std::string content, store::Flags flags,
                                           Instant date) {
  const Result<store::FolderInfo> where = co_await folder(std::move(folder_name));
  if (!where) co_return fail(where.error());
  store::AppendRequest request;
  request.folder = where->id;
  request.content = store::make_content(std::move(content));
  request.internal_date = date;
  request.flags = std::move(flags);
  const Result<store::MessageInfo> stored = co_await store_.append(std::move(request));
  if (!stored) co_return fail(stored.error());
  co_return stored->uid;
}

Task<Ok> OwnMailboxes::deliver_once(std::string key, std::string content) {
  store::Delivery delivery;
  delivery.queue_id = std::move(key);
  delivery.recipient = account_;
  delivery.account = account_;
  delivery.folder = "INBOX";
  delivery.content = store::make_content(std::move(content));
  delivery.internal_date = clock_.now();
  const Result<store::Delivered> delivered = co_await store_.deliver(std::move(delivery));
  if (!delivered) co_return fail(delivered.error());
  co_return Ok();
}

Task<Ok> OwnMailboxes::change_flags(std::string folder, store::Uid uid, store::FlagOperation operation,
                                    store::Flags flags) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, std::move(folder));
  if (!where) co_return fail(where.error());
  store::FlagChange change;
  change.operation = operation;
  change.flags = std::move(flags);
  std::vector<store::Uid> uids(1, uid);
  const Result<store::FlagsChanged> changed =
      co_await store_.change_flags(where->id, std::move(uids), std::move(change));
  if (!changed) co_return fail(changed.error());
  co_return Ok();
}

Task<Result<store::Uid>> OwnMailboxes::move(std::string from, store::Uid uid, std::string target) {
  const Result<store::FolderInfo> source = co_await store_.folder(account_, std::move(from));
  if (!source) co_return fail(source.error());
  const Result<store::FolderInfo> destination = co_await folder(std::move(target));
  if (!destination) co_return fail(destination.error());
  std::vector<store::Uid> uids(1, uid);
  const Result<std::vector<store::CopiedMessage>> moved =
      co_await store_.move(source->id, std::move(uids), destination->id);
  if (!moved) co_return fail(moved.error());
  if (moved->empty()) co_return fail(ErrorCode::kNotFound, "the message is not there any more");
  co_return moved->front().destination;
}

Task<Ok> OwnMailboxes::remove(std::string folder, std::vector<store::Uid> uids) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, std::move(folder));
  if (!where) co_return fail(where.error());
  store::FlagChange change;
  change.flags.system = store::flag::kDeleted;
  const Result<store::FlagsChanged> marked = co_await store_.change_flags(where->id, uids, std::move(change));
  if (!marked) co_return fail(marked.error());
  std::optional<std::vector<store::Uid>> only = std::move(uids);
  const Result<std::vector<store::Uid>> gone = co_await store_.expunge(where->id, std::move(only));
  if (!gone) co_return fail(gone.error());
  co_return Ok();
}

Task<Result<std::vector<std::string>>> OwnMailboxes::search(std::string folder, std::string words) {
  const Result<store::FolderInfo> where = co_await store_.folder(account_, std::move(folder));
  if (!where) co_return fail(where.error());
  const Result<std::vector<store::MessageInfo>> infos = co_await store_.list(where->id, store::UidRange());
  if (!infos) co_return fail(infos.error());
  const std::string wanted = to_lower(words);
  std::vector<std::string> found;
  for (const store::MessageInfo& info : *infos) {
    const Result<store::Content> content = co_await store_.content(where->id, info.uid);
    if (!content) co_return fail(content.error());
    const std::string subject = subject_of(**content);
    const std::string from = message::parse_header(**content).value("From").value_or("");
    const std::string text = subject + "\n" + from + "\n" + message::readable_text(**content);
    if (to_lower(text).find(wanted) != std::string::npos) found.push_back(subject);
  }
  co_return found;
}

}  // namespace glasspost::agent
