#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "engine/sim/disk_file.h"

// SQLite's VFS interface (sqlite.org/c3ref/vfs.html and c3ref/io_methods.html).

namespace glasspost::sim {
namespace {

DiskFile& file_of(sqlite3_file* file) {
  return *static_cast<DiskFile*>(file);
}
Disk& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<Disk*>(vfs->pAppData);
}

int x_close(sqlite3_file* file) {
  const int result = file_of(file).close();
  file_of(file).~DiskFile();
  return result;
}
int x_read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  return file_of(file).read(into, size, offset);
}
int x_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  return file_of(file).write(bytes, size, offset);
}
int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return file_of(file).truncate(size);
}
int x_sync(sqlite3_file* file, int) {
  return file_of(file).sync();
}
int x_file_size(sqlite3_file* file, sqlite3_int64* into) {
  return file_of(file).size(into);
}
int x_lock(sqlite3_file* file, int level) {
  return file_of(file).lock(level);
}
int x_unlock(sqlite3_file* file, int level) {
  return file_of(file).unlock(level);
}
int x_check_reserved_lock(sqlite3_file* file, int* into) {
  return file_of(file).check_reserved(into);
}
int x_file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int x_sector_size(sqlite3_file*) {
  return 512;
}
int x_device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** into) {
  return file_of(file).shm_map(region, size, extend, into);
}
int x_shm_lock(sqlite3_file* file, int first, int count, int flags) {
  return file_of(file).shm_lock(first, count, flags);
}
void x_shm_barrier(sqlite3_file*) {}
int x_shm_unmap(sqlite3_file* file, int remove) {
  return file_of(file).shm_unmap(remove);
}

constexpr sqlite3_io_methods kMethods = {
    2,
    x_close,
    x_read,
    x_write,
    x_truncate,
    x_sync,
    x_file_size,
    x_lock,
    x_unlock,
    x_check_reserved_lock,
    x_file_control,
    x_sector_size,
    x_device_characteristics,
    x_shm_map,
    x_shm_lock,
    x_shm_barrier,
    x_shm_unmap,
    nullptr,
    nullptr,
};

}  // namespace

DiskFile::DiskFile(Disk& disk, std::shared_ptr<Disk::Node> node, std::string name, int flags)
    : sqlite3_file{&kMethods},
      disk_(disk),
      node_(std::move(node)),
      locks_(node_->locks),
      name_(std::move(name)),
      generation_(disk.generation_),
      delete_on_close_((flags & SQLITE_OPEN_DELETEONCLOSE) != 0) {}

int DiskFile::close() {
  if (dead()) return SQLITE_OK;
  shm_unmap(0);
  unlock(SQLITE_LOCK_NONE);
  if (delete_on_close_ && !name_.empty() && disk_.live_.erase(name_) != 0) disk_.names_changed_ = true;
  return SQLITE_OK;
}

int DiskFile::read(void* into, int size, sqlite3_int64 offset) {
  if (dead()) return SQLITE_IOERR_READ;
  const auto wanted = static_cast<std::size_t>(size);
  const auto begin = std::min(static_cast<std::size_t>(offset), node_->live.size());
  const std::size_t got = std::min(wanted, node_->live.size() - begin);
  std::memcpy(into, node_->live.data() + begin, got);
  if (got == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + got, 0, wanted - got);
  return SQLITE_IOERR_SHORT_READ;
}

int DiskFile::write(const void* bytes, int size, sqlite3_int64 offset) {
  if (dead()) return SQLITE_IOERR_WRITE;
  node_->write(static_cast<std::size_t>(offset), static_cast<const char*>(bytes),
               static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int DiskFile::truncate(sqlite3_int64 size) {
  if (dead()) return SQLITE_IOERR_TRUNCATE;
  node_->truncate(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int DiskFile::sync() {
  if (dead()) return SQLITE_IOERR_FSYNC;
  if (name_.empty()) return SQLITE_OK;
  if (!disk_.reach_sync_point()) return SQLITE_IOERR_FSYNC;
  node_->make_durable();
  disk_.commit_names();
  return SQLITE_OK;
}

int DiskFile::size(sqlite3_int64* into) {
  if (dead()) return SQLITE_IOERR_FSTAT;
  *into = static_cast<sqlite3_int64>(node_->live.size());
  return SQLITE_OK;
}

// The levels are explained at sqlite.org/lockingv3.html.
int DiskFile::lock(int level) {
  if (dead()) return SQLITE_IOERR_LOCK;
  if (level_ >= level) return SQLITE_OK;
  Disk::Node::Locks& locks = *locks_;
  const auto others = [this](const DiskFile* holder) { return holder != nullptr && holder != this; };
  if (level == SQLITE_LOCK_SHARED) {
    if (others(locks.pending)) return SQLITE_BUSY;
    ++locks.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (others(locks.reserved) || others(locks.pending)) return SQLITE_BUSY;
    locks.reserved = this;
  } else {
    if (others(locks.pending) || others(locks.reserved)) return SQLITE_BUSY;
    locks.pending = this;
    if (locks.shared > 1) {
      level_ = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
  }
  level_ = level;
  return SQLITE_OK;
}

int DiskFile::unlock(int level) {
  if (dead() || level_ <= level) return SQLITE_OK;
  Disk::Node::Locks& locks = *locks_;
  if (locks.reserved == this) locks.reserved = nullptr;
  if (locks.pending == this) locks.pending = nullptr;
  if (level == SQLITE_LOCK_NONE) --locks.shared;
  level_ = level;
  return SQLITE_OK;
}

int DiskFile::check_reserved(int* into) {
  if (dead()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *into = locks_->reserved != nullptr || locks_->pending != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int DiskFile::shm_map(int region, int size, int extend, void volatile** into) {
  *into = nullptr;
  if (dead()) return SQLITE_IOERR_SHMMAP;
  Disk::Node::Locks& locks = *locks_;
  if (!std::exchange(uses_shm_, true)) ++locks.shm_users;
  const auto index = static_cast<std::size_t>(region);
  if (locks.shm_regions.size() <= index) {
    if (extend == 0) return SQLITE_OK;
    while (locks.shm_regions.size() <= index)
      locks.shm_regions.push_back(std::make_unique<unsigned char[]>(static_cast<std::size_t>(size)));
  }
  *into = locks.shm_regions[index].get();
  return SQLITE_OK;
}

int DiskFile::shm_lock(int first, int count, int flags) {
  if (dead()) return SQLITE_IOERR_SHMLOCK;
  Disk::Node::Locks& locks = *locks_;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const bool taking = (flags & SQLITE_SHM_LOCK) != 0;
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  if (taking) {
    for (std::size_t i = begin; i < end; ++i) {
      const bool taken = locks.shm_exclusive[i] != nullptr && locks.shm_exclusive[i] != this;
      const int own = (shm_shared_ >> i) & 1u ? 1 : 0;
      if (taken || (exclusive && locks.shm_shared[i] > own)) return SQLITE_BUSY;
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    const unsigned bit = 1u << i;
    if (exclusive) {
      if (taking || locks.shm_exclusive[i] == this) locks.shm_exclusive[i] = taking ? this : nullptr;
      shm_exclusive_ = taking ? shm_exclusive_ | bit : shm_exclusive_ & ~bit;
    } else if (taking != ((shm_shared_ & bit) != 0)) {
      locks.shm_shared[i] += taking ? 1 : -1;
      shm_shared_ ^= bit;
    }
  }
  return SQLITE_OK;
}

int DiskFile::shm_unmap(int remove) {
  if (dead() || !std::exchange(uses_shm_, false)) return SQLITE_OK;
  shm_lock(0, Disk::Node::kShmLocks, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  shm_lock(0, Disk::Node::kShmLocks, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  Disk::Node::Locks& locks = *locks_;
  if (--locks.shm_users == 0 && remove != 0) locks.shm_regions.clear();
  return SQLITE_OK;
}

void DiskVfs::fill(sqlite3_vfs& vfs, Disk& disk, const char* name) {
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(DiskFile);
  vfs.mxPathname = 512;
  vfs.zName = name;
  vfs.pAppData = &disk;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time_ms;
}

int DiskVfs::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  Disk& disk = disk_of(vfs);
  if (!disk.powered_) return SQLITE_CANTOPEN;
  std::shared_ptr<Disk::Node> node;
  if (name == nullptr) {
    node = std::make_shared<Disk::Node>();
  } else if (const auto found = disk.live_.find(std::string_view(name)); found != disk.live_.end()) {
    node = found->second;
  } else {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    node = std::make_shared<Disk::Node>();
    disk.live_.emplace(name, node);
    disk.names_changed_ = true;
  }
  new (static_cast<void*>(file)) DiskFile(disk, std::move(node), name != nullptr ? name : "", flags);
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int DiskVfs::remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  Disk& disk = disk_of(vfs);
  if (!disk.powered_) return SQLITE_IOERR_DELETE;
  const auto found = disk.live_.find(std::string_view(name));
  if (found == disk.live_.end()) return SQLITE_IOERR_DELETE_NOENT;
  disk.live_.erase(found);
  disk.names_changed_ = true;
  if (sync_directory == 0) return SQLITE_OK;
  if (!disk.reach_sync_point()) return SQLITE_IOERR_DIR_FSYNC;
  disk.commit_names();
  return SQLITE_OK;
}

int DiskVfs::access(sqlite3_vfs* vfs, const char* name, int, int* into) {
  Disk& disk = disk_of(vfs);
  if (!disk.powered_) return SQLITE_IOERR_ACCESS;
  *into = disk.live_.contains(std::string_view(name)) ? 1 : 0;
  return SQLITE_OK;
}

int DiskVfs::full_path(sqlite3_vfs*, const char* name, int size, char* into) {
  return sqlite3_snprintf(size, into, "%s", name) != nullptr ? SQLITE_OK : SQLITE_CANTOPEN;
}

int DiskVfs::randomness(sqlite3_vfs* vfs, int size, char* into) {
  const auto length = static_cast<std::size_t>(size);
  disk_of(vfs).random_.fill({reinterpret_cast<unsigned char*>(into), length});
  return size;
}

int DiskVfs::sleep(sqlite3_vfs*, int) {
  return 0;  // virtual time cannot pass inside SQLite
}

int DiskVfs::current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* into) {
  // Milliseconds since noon of 24 November 4714 BC.
  constexpr sqlite3_int64 kUnixEpoch = 210'866'760'000'000;
  *into = kUnixEpoch + disk_of(vfs).now_().ns / 1'000'000;
  return SQLITE_OK;
}

int DiskVfs::current_time(sqlite3_vfs* vfs, double* into) {
  sqlite3_int64 ms = 0;
  current_time_ms(vfs, &ms);
  *into = static_cast<double>(ms) / 86'400'000.0;
  return SQLITE_OK;
}

int DiskVfs::last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace glasspost::sim
