#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/trace/chunk.h"
#include "engine/trace/event.h"
#include "engine/trace/projection.h"
#include "engine/trace/trace.h"

namespace glasspost::trace {

class FileSink;

struct RecorderOptions {
  /// Where the trace goes; empty: it stays in memory.
  std::string file;
  /// Without a file: how many bytes of sealed chunks are kept. The oldest are dropped, visibly: the trace
  /// then begins above 1 and says how many are gone.
  std::size_t ring_bytes = std::size_t{256} * 1024 * 1024;
};

/// Writes a trace. One thread (the world's) appends; any thread may take snapshots.
class Recorder {
 public:
  /// With a file: creates it (an existing one is replaced). Errors: kIo with the reason.
  static Result<std::unique_ptr<Recorder>> create(RecorderOptions options);
  /// In memory.
  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Adds an event of the payload's kind and gives its number, from 1. Texts over their maximum are cut.
  template <class P>
  std::uint64_t append(const Header& header, const P& payload) {
    if (open_->full()) seal();
    if (header.time.ns < last_time_.ns) {
      // Times never decrease, whatever a clock did.
      Header later = header;
      later.time = last_time_;
      open_->append(later, payload);
    } else {
      last_time_ = header.time;
      open_->append(header, payload);
    }
    return ++last_seq_;
  }
  std::uint64_t append(const RawEvent& event);

  [[nodiscard]] std::uint64_t last_seq() const { return last_seq_; }
  /// What has been recorded by now. From any thread, without waiting for the writer.
  [[nodiscard]] Trace snapshot() const;
  /// Hands all events so far to the file's thread. Without a file: nothing.
  void flush();
  /// Waits until all is in the file and closes it; no event may follow. Errors: kIo, of any earlier write.
  Ok close();

 private:
  explicit Recorder(RecorderOptions options);
  void open_chunk();
  void seal();
  void drop_oldest(Spine& spine);

  RecorderOptions options_;
  std::shared_ptr<Chunk> open_;
  std::uint64_t last_seq_ = 0;
  Instant last_time_{std::numeric_limits<std::int64_t>::min()};
  std::size_t sealed_bytes_ = 0;
  Projection latest_;  ///< as of the open chunk's start
  std::unique_ptr<FileSink> sink_;
  std::atomic<std::shared_ptr<const Spine>> spine_;
};

}  // namespace glasspost::trace
