#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "engine/base/error.h"

namespace glasspost {

/// The value, or the Error that prevented it. No exception crosses an interface of the engine.
template <class T>
using Result = tl::expected<T, Error>;

/// Success of an operation that has nothing to return: `return kOk;`.
using Ok = Result<void>;

/// A failure to return from a function of any Result type: `return fail(ErrorCode::kTimedOut, "…");`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt});
}
[[nodiscard]] inline tl::unexpected<Error> fail_at(ErrorCode code, std::size_t offset, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), offset});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace glasspost
