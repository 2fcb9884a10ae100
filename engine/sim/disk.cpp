#include "engine/sim/disk.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/sim/disk_file.h"

// What a disk keeps and forgets. How SQLite gets at it is in disk_vfs.cpp.

namespace glasspost::sim {
namespace {

// Unique among the disks that exist; it reaches nothing but SQLite's list of VFSes.
std::string unique_name(const void* disk) {
  return "glasspost-disk-" + std::to_string(reinterpret_cast<std::uintptr_t>(disk));
}

}  // namespace

void Disk::Node::mark_dirty(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  const std::size_t last = (end - 1) / kBlock;
  if (is_dirty.size() <= last) is_dirty.resize(last + 1);
  for (std::size_t block = begin / kBlock; block <= last; ++block) {
    if (is_dirty[block]) continue;
    is_dirty[block] = true;
    dirty.push_back(block);
  }
}

void Disk::Node::write(std::size_t offset, const char* bytes, std::size_t size) {
  const std::size_t end = offset + size;
  mark_dirty(std::min(offset, live.size()), end);
  if (live.size() < end) live.resize(end);
  std::copy_n(bytes, size, live.data() + offset);
}

void Disk::Node::truncate(std::size_t size) {
  mark_dirty(std::min(size, live.size()), std::max(size, live.size()));
  live.resize(size);
}

void Disk::Node::make_durable() {
  durable.resize(live.size());
  for (const std::size_t block : dirty) {
    is_dirty[block] = false;
    const std::size_t begin = block * kBlock;
    if (begin >= live.size()) continue;
    std::copy_n(live.data() + begin, std::min(kBlock, live.size() - begin), durable.data() + begin);
  }
  dirty.clear();
}

void Disk::Node::forget_changes() {
  live = durable;
  dirty.clear();
  is_dirty.clear();
  locks = std::make_shared<Locks>();
}

Disk::Disk(std::uint64_t seed, std::string_view host, std::function<Instant()> now)
    : now_(std::move(now)),
      random_(seed, host, "disk"),
      vfs_name_(unique_name(this)),
      vfs_(std::make_unique<sqlite3_vfs>()) {
  DiskVfs::fill(*vfs_, *this, vfs_name_.c_str());
  const int registered = sqlite3_vfs_register(vfs_.get(), 0);
  GLASSPOST_ASSERT(registered == SQLITE_OK);
}

Disk::~Disk() {
  sqlite3_vfs_unregister(vfs_.get());
}

void Disk::cut_power_at_sync(std::uint64_t n, std::function<void()> on_cut) {
  cut_at_ = n;
  on_cut_ = std::move(on_cut);
}

bool Disk::reach_sync_point() {
  ++syncs_;
  if (cut_at_ == 0 || syncs_ < cut_at_) return true;
  cut_at_ = 0;
  power_off();
  const std::function<void()> on_cut = std::exchange(on_cut_, {});
  if (on_cut) on_cut();
  return false;
}

void Disk::commit_names() {
  if (!std::exchange(names_changed_, false)) return;
  durable_ = live_;
}

// Each unsynced sector may have reached the platter before the power went.
void Disk::keep_some_sectors(Node& node) {
  if (node.live.size() < node.durable.size() && random_.below(2) == 0) node.durable.resize(node.live.size());
  std::sort(node.dirty.begin(), node.dirty.end());
  for (const std::size_t block : node.dirty) {
    const std::size_t block_end = std::min((block + 1) * Node::kBlock, node.live.size());
    for (std::size_t begin = block * Node::kBlock; begin < block_end; begin += Node::kSector) {
      if (random_.below(2) == 0) continue;
      const std::size_t end = std::min(begin + Node::kSector, block_end);
      if (node.durable.size() < end) node.durable.resize(end);
      std::copy_n(node.live.data() + begin, end - begin, node.durable.data() + begin);
    }
  }
}

void Disk::power_off() {
  if (!std::exchange(powered_, false)) return;
  ++generation_;
  for (const auto& [name, node] : durable_) {
    if (partial_survival_) keep_some_sectors(*node);
    node->forget_changes();
  }
  live_ = durable_;
  names_changed_ = false;
}

void Disk::detach() {
  if (!std::exchange(powered_, false)) return;
  ++generation_;
  for (const auto& [name, node] : live_) {
    node->make_durable();
    node->locks = std::make_shared<Node::Locks>();
  }
  durable_ = live_;
  names_changed_ = false;
}

void Disk::power_on() {
  powered_ = true;
}

std::optional<std::string> Disk::durable_bytes(std::string_view path) const {
  const auto found = durable_.find(path);
  if (found == durable_.end()) return std::nullopt;
  return found->second->durable;
}

std::vector<std::string> Disk::files() const {
  std::vector<std::string> names;
  for (const auto& [name, node] : live_)
    names.push_back(name);
  return names;
}

}  // namespace glasspost::sim
