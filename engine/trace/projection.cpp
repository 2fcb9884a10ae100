#include "engine/trace/projection.h"

#include <algorithm>

namespace glasspost::trace {

std::string_view to_string(ConnectionPhase phase) {
  switch (phase) {
    case ConnectionPhase::kOpening:
      return "opening";
    case ConnectionPhase::kEstablished:
      return "established";
    case ConnectionPhase::kClosed:
      return "closed";
    case ConnectionPhase::kReset:
      return "reset";
    case ConnectionPhase::kFailed:
      return "failed";
  }
  return "?";
}

std::string_view to_string(RecipientPhase phase) {
  switch (phase) {
    case RecipientPhase::kPending:
      return "pending";
    case RecipientPhase::kAttempted:
      return "attempted";
    case RecipientPhase::kRelayed:
      return "relayed";
    case RecipientPhase::kDeferred:
      return "deferred";
    case RecipientPhase::kBounced:
      return "bounced";
    case RecipientPhase::kDelivered:
      return "delivered";
    case RecipientPhase::kExpired:
      return "expired";
  }
  return "?";
}

std::uint64_t Projection::count(Kind kind) const {
  const auto number = static_cast<std::size_t>(kind);
  return number < kKindLimit ? counts_[number] : 0;
}

std::string Projection::host_name(HostId host) const {
  if (host.value == 0) return "outside";
  const HostView* view = hosts_.find(host);
  if (view && !view->name.empty()) return view->name;
  return "host" + std::to_string(host.value);
}

HostId Projection::host_named(std::string_view name) const {
  HostId found;
  hosts_.for_each([&](HostId id, const HostView& view) {
    if (view.name == name && found.value == 0) found = id;
  });
  return found;
}

HostId Projection::host_at(const std::string& address) const {
  const HostId* found = addresses_.find(address);
  return found ? *found : HostId{};
}

std::vector<MessageRef> Projection::queue(HostId host) const {
  std::vector<MessageRef> result;
  messages_.for_each([&](const MessageRef& ref, const MessageView& message) {
    if (ref.host == host && message.queued) result.push_back(ref);
  });
  return result;
}

std::vector<MessageRef> Projection::responsible_for(const MessageRef& journey) const {
  std::vector<MessageRef> result;
  messages_.for_each([&](const MessageRef& ref, const MessageView& message) {
    if (message.responsible && message.journey == journey) result.push_back(ref);
  });
  return result;
}

}  // namespace glasspost::trace
