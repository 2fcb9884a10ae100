#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/time.h"

struct sqlite3_vfs;

namespace glasspost::sim {

class DiskFile;

/// A disk in memory that forgets at a power cut what was not synced: an SQLite VFS of its own name.
///
/// Sync points are: xSync of a file, and the deletion of a file with a synced directory. A sync makes the
/// synced file's content durable, and with it every creation and deletion of a file before it (a journalling
/// file system commits names in order). At a power cut each file falls back to its durable content and each
/// name to its durable file; optionally, some of the unsynced 512-byte sectors reached the platter. A written
/// sector never damages its neighbours.
///
/// Rollback journals (DELETE, TRUNCATE, PERSIST) and WAL work, with several connections of one thread. A
/// sync takes no virtual time; it is counted.
class Disk {
 public:
  /// `now` answers SQLite's questions for the time. The VFS is registered with SQLite until the disk is
  /// destroyed; all databases on it must be closed by then.
  Disk(std::uint64_t seed, std::string_view host, std::function<Instant()> now);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// The name for sqlite3_open_v2's last parameter; unique in the process while the disk lives.
  [[nodiscard]] const std::string& vfs_name() const { return vfs_name_; }

  /// Sync points since the disk was made.
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }
  /// The n-th sync point from the beginning (1 is the first) fails with all that it would have made durable,
  /// and so does everything after it until power_on(); `on_cut` is called once the power is gone. 0: none.
  void cut_power_at_sync(std::uint64_t n, std::function<void()> on_cut = {});
  /// With this, a power cut lets each unsynced sector survive or not at random, as real disks do.
  void set_partial_survival(bool on) { partial_survival_ = on; }

  /// Every open file fails from now on; what was not synced is gone.
  void power_off();
  /// Files opened from now on work. Those of before go on failing.
  void power_on();
  /// Every open file fails from now on until power_on(), but nothing is lost: the operating system of a
  /// machine whose software was stopped writes back what it has.
  void detach();
  [[nodiscard]] bool powered() const { return powered_; }

  /// Durable bytes of a file, for tests; nothing if there is no such durable file.
  [[nodiscard]] std::optional<std::string> durable_bytes(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> files() const;

 private:
  friend class DiskFile;
  friend struct DiskVfs;
  struct Node;
  using Names = std::map<std::string, std::shared_ptr<Node>, std::less<>>;

  /// Counts a sync point; false if the power fails here.
  bool reach_sync_point();
  void commit_names();
  void keep_some_sectors(Node& node);

  std::function<Instant()> now_;
  RandomStream random_;
  std::string vfs_name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  Names live_;
  Names durable_;
  bool names_changed_ = false;
  std::uint64_t syncs_ = 0;
  std::uint64_t cut_at_ = 0;
  std::function<void()> on_cut_;
  bool partial_survival_ = false;
  bool powered_ = true;
  std::uint64_t generation_ = 1;  // of handles: older ones fail
};

}  // namespace glasspost::sim
