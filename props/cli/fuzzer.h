#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "props/lockstep/session.h"

namespace cow::props::cli {

struct FuzzOptions {
  std::string subject = "embedded";
  std::uint64_t seed = 1;
  std::chrono::milliseconds limit{0};
};

struct FuzzResult {
  bool ran = false;
  std::string error;  ///< why it did not run
  std::uint64_t runs = 0;
  bool found = false;
  model::Trace trace;  ///< of the crash file, when found
  std::optional<Failure> failure;
};

/// Runs the libFuzzer target `fuzz_lockstep`, which lies beside this program, on one subject: the
/// seed corpus first, then what coverage leads to. A crash file becomes a trace again.
FuzzResult run_fuzzer(const FuzzOptions& options);

}  // namespace cow::props::cli
