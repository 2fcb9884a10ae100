#include "engine/tap/connection_log.h"

namespace glasspost::tap {

void Marks::add(std::uint64_t end, std::uint64_t seq) {
  // A retransmission accounts for nothing new.
  if (!marks_.empty() && end <= marks_.back().end) return;
  if (first_ == marks_.size() || first_ >= kMost) {
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  if (marks_.size() - first_ >= kMost) ++first_;
  marks_.push_back({end, seq});
}

std::uint64_t Marks::find(std::uint64_t end) {
  while (first_ < marks_.size() && marks_[first_].end < end)
    ++first_;
  return first_ == marks_.size() ? 0 : marks_[first_].seq;
}

void ConnectionLogs::release(ConnectionId id) {
  ConnectionLog* log = find(id);
  if (!log || --log->users > 0) return;
  unused_.push_back(id);
  if (unused_.size() <= kMostUnused) return;
  const ConnectionId oldest = unused_.front();
  unused_.pop_front();
  const ConnectionLog* old = find(oldest);
  if (old && old->users == 0) logs_.erase(oldest.value);
}

}  // namespace glasspost::tap
