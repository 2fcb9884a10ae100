#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "engine/sim/disk.h"

namespace glasspost::sim {

class DiskFile;

/// A file's content, as its readers see it and as a power cut would leave it, and who has locked it.
struct Disk::Node {
  static constexpr std::size_t kBlock = 4096;
  static constexpr std::size_t kSector = 512;
  static constexpr int kShmLocks = SQLITE_SHM_NLOCK;

  struct Locks {
    int shared = 0;
    const DiskFile* reserved = nullptr;
    const DiskFile* pending = nullptr;  // or exclusive
    int shm_users = 0;
    std::vector<std::unique_ptr<unsigned char[]>> shm_regions;
    std::array<int, kShmLocks> shm_shared{};
    std::array<const DiskFile*, kShmLocks> shm_exclusive{};
  };

  std::string live;
  std::string durable;
  std::vector<std::size_t> dirty;  // blocks where the two may differ
  std::vector<bool> is_dirty;
  /// Replaced when the power goes: dead files go on holding the old ones and the memory that SQLite maps.
  std::shared_ptr<Locks> locks = std::make_shared<Locks>();

  void write(std::size_t offset, const char* bytes, std::size_t size);
  void truncate(std::size_t size);
  void make_durable();
  void forget_changes();

 private:
  void mark_dirty(std::size_t begin, std::size_t end);
};

/// An open file of SQLite. SQLite sees the base.
class DiskFile : public sqlite3_file {
 public:
  DiskFile(Disk& disk, std::shared_ptr<Disk::Node> node, std::string name, int flags);

  int close();
  int read(void* into, int size, sqlite3_int64 offset);
  int write(const void* bytes, int size, sqlite3_int64 offset);
  int truncate(sqlite3_int64 size);
  int sync();
  int size(sqlite3_int64* into);
  int lock(int level);
  int unlock(int level);
  int check_reserved(int* into);
  int shm_map(int region, int size, int extend, void volatile** into);
  int shm_lock(int first, int count, int flags);
  int shm_unmap(int remove);

 private:
  /// The power was cut, or the software that opened this ended.
  [[nodiscard]] bool dead() const { return !disk_.powered_ || generation_ != disk_.generation_; }

  Disk& disk_;
  std::shared_ptr<Disk::Node> node_;
  std::shared_ptr<Disk::Node::Locks> locks_;
  std::string name_;  // empty: a temporary file
  std::uint64_t generation_;
  bool delete_on_close_;
  int level_ = SQLITE_LOCK_NONE;
  bool uses_shm_ = false;
  unsigned shm_shared_ = 0;  // bit masks of the locks held
  unsigned shm_exclusive_ = 0;
};

/// What SQLite calls.
struct DiskVfs {
  static void fill(sqlite3_vfs& vfs, Disk& disk, const char* name);

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory);
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* into);
  static int full_path(sqlite3_vfs* vfs, const char* name, int size, char* into);
  static int randomness(sqlite3_vfs* vfs, int size, char* into);
  static int sleep(sqlite3_vfs* vfs, int microseconds);
  static int current_time(sqlite3_vfs* vfs, double* into);
  static int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* into);
  static int last_error(sqlite3_vfs* vfs, int size, char* into);
};

}  // namespace glasspost::sim
