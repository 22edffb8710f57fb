#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "model/world.h"
#include "props/cli/commands.h"

namespace cow::props::cli {

/// Parses `args` with `app`. A status to exit with when there is nothing left to do (--help was
/// asked for, and printed); throws UsageError for arguments that do not fit.
std::optional<int> parse(CLI::App& app, Args args);

/// "90", "90s", "2m", "1h", "500ms". Throws UsageError.
std::chrono::milliseconds duration(const std::string& text);

/// The subject, for commands that run one.
struct SubjectOption {
  std::string name = "embedded", tree;

  void add_to(CLI::App& app);
  /// The subject's name as the registry knows it. Throws UsageError.
  std::string subject() const;
};

/// Options that describe a world, for commands that make one.
struct WorldOptions {
  std::string geometry = "tiny", huge = "split", zero = "frame", fork = "classic";
  std::uint32_t procs = 0, cpus = 0, pages = 0, frames = 0;  ///< 0: the geometry's default
  std::uint32_t pool = 0;
  std::uint32_t cpu_pool = 0;
  std::uint32_t asids = 0;
  std::uint32_t nodes = 1;
  std::uint32_t zswap = 0;
  std::string flush = "page";
  std::uint32_t count_bits = 0;  ///< 0: wide

  void add_to(CLI::App& app);
  model::World world() const;  ///< throws UsageError
};

/// Set by SIGINT and SIGTERM once `catch_interrupts` was called: finish, and show what there is.
void catch_interrupts();
bool interrupted();

/// A line on standard error that is overwritten by the next; nothing where stderr is no terminal.
void show_progress(const std::string& line);
void clear_progress();

}  // namespace cow::props::cli
