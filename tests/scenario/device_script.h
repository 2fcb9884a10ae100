#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/runtime/host_services.h"
#include "engine/runtime/task.h"
#include "engine/scenario/data/scenario.h"
#include "engine/store/api/mailbox_store.h"
#include "engine/trace/projection.h"

// Random users on several devices, and three ways to ask who holds which message: the trace's projection, the
// stores themselves, and the server by IMAP.
namespace glasspost::scenario {

inline constexpr const char* kBob = "bob@beta.example";
inline constexpr const char* kServer = "mx.beta.example";

/// Alice who writes, and Bob with a device of every kind.
[[nodiscard]] Scenario device_world();

/// Draws what happens next: mostly with messages that the device holds, sometimes with others.
class RandomUsers {
 public:
  /// With `faults`, devices and the server crash and come back.
  RandomUsers(const Scenario& scenario, std::uint64_t seed, bool faults);
  /// One action, or a crash with its restart. `world` says which messages there are to do something with.
  std::vector<Action> next(const trace::Projection& world);
  /// Everybody comes online and looks twice, but the one that would take everything away.
  std::vector<Action> reconcile();

 private:
  Action use(const trace::Projection& world, const std::string& device, DeviceDeed deed);
  Action send();

  const Scenario& scenario_;
  RandomStream random_;
  bool faults_;
  std::vector<std::string> devices_;  ///< Bob's, full names
  std::vector<std::string> subjects_;
  std::uint64_t letters_ = 0;
};

/// By folder and UID: "size subject (flags)".
using Holdings = std::map<std::string, std::map<std::uint32_t, std::string>>;
[[nodiscard]] Holdings projected(const trace::Projection& world, HostId host, const std::string& account);
[[nodiscard]] Task<Result<Holdings>> stored(store::MailboxStore& store, std::string account);
[[nodiscard]] Task<Result<Holdings>> listed_by_imap(HostServices host, Endpoint server, std::string user,
                                                    std::string password);
/// The first differences as lines; empty if there are none.
[[nodiscard]] std::string differences(const Holdings& expected, const Holdings& found);
/// Without UIDs and sizes, each folder's messages sorted: what must be equal on two devices.
[[nodiscard]] std::map<std::string, std::vector<std::string>> contents(const Holdings& holdings);

}  // namespace glasspost::scenario
