#pragma once

#include <memory>

#include "engine/base/random.h"
#include "engine/base/result.h"

namespace glasspost::crypto {

struct LibraryState;

/// Which OpenSSL library context keys, certificates and TLS work in, and so where their random numbers come
/// from. Copies share one context; keys, certificates and TLS settings made in it keep it alive. A seeded
/// context is made, used and destroyed on one thread.
class Library {
 public:
  /// OpenSSL's own context: random numbers from the operating system. The RandomStream arguments that keys
  /// and certificates take are then used for serial numbers only.
  static Library real();
  /// A context of its own for a virtual world. Its random generator draws from the stream of the innermost
  /// RandomScope and from nowhere else; without a scope it fails, so nothing unrepeatable slips in. Error:
  /// kTls.
  static Result<Library> seeded();

  [[nodiscard]] bool is_seeded() const;
  /// For engine/crypto and engine/tls.
  [[nodiscard]] LibraryState& state() const { return *state_; }
  [[nodiscard]] const std::shared_ptr<LibraryState>& shared_state() const { return state_; }

 private:
  explicit Library(std::shared_ptr<LibraryState> state) : state_(std::move(state)) {}
  std::shared_ptr<LibraryState> state_;
};

/// While it lives, a seeded library draws from `stream`. Never held across a co_await. Scopes nest; with a
/// real library they do nothing.
class RandomScope {
 public:
  RandomScope(const Library& library, RandomStream& stream);
  ~RandomScope();
  RandomScope(const RandomScope&) = delete;
  RandomScope& operator=(const RandomScope&) = delete;

 private:
  Library library_;
  RandomStream* outer_ = nullptr;
};

}  // namespace glasspost::crypto
