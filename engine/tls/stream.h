#pragma once

// Inner header of engine/tls.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/runtime/byte_stream.h"
#include "engine/runtime/scheduler.h"
#include "engine/tls/session.h"

namespace glasspost::tls {

/// The plaintext side of a session over the stream below, which it owns.
class TlsStream final : public ByteStream {
 public:
  TlsStream(Scheduler& scheduler, ByteStreamPtr below, std::unique_ptr<Session> session);

  Task<Ok> handshake();
  [[nodiscard]] TlsFacts facts() const { return session_->facts(); }

  Task<Result<std::size_t>> read(std::span<char> into) override;
  Task<Ok> write(std::string_view bytes) override;
  Task<Ok> close_write() override;
  void abort() override { below_->abort(); }
  void set_deadline(Instant deadline) override { below_->set_deadline(deadline); }
  [[nodiscard]] ConnectionId connection() const override { return below_->connection(); }
  [[nodiscard]] Endpoint local() const override { return below_->local(); }
  [[nodiscard]] Endpoint remote() const override { return below_->remote(); }

 private:
  class Turn;

  /// Reads from below into the session.
  Task<Ok> fetch();
  /// Ends when all that the session has put out so far is accepted below. Reader and writer may both be in
  /// it: one writes, the other waits.
  Task<Ok> flush();
  void collect();

  Scheduler& scheduler_;
  ByteStreamPtr below_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<char[]> encrypted_;
  std::string output_;          // put out, not yet handed below
  std::uint64_t produced_ = 0;  // bytes ever put into output_
  std::uint64_t accepted_ = 0;  // bytes that the stream below has accepted
  bool below_is_writing_ = false;
  Completion<bool>* turn_ = nullptr;  // who waits for the write below to end
  bool at_end_ = false;
  bool write_closed_ = false;
  std::optional<Error> read_error_;
  std::optional<Error> write_error_;
};

}  // namespace glasspost::tls
