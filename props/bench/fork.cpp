#include <fmt/format.h>

#include "props/bench/benches.h"
#include "props/bench/linux_memory.h"
#include "props/bench/machine_memory.h"

namespace cow::props::bench {

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

/// Between two forks the parent writes every page again, on both sides, so that every fork finds
/// writable entries as the first one did.
Medians measure(const Options& options, LinuxMemory& rival, std::uint32_t pages, bool huge) {
  MachineMemory ours(pages, huge, 0);
  return alternate(
      options.rounds(),
      [&] {
        ours.touch(MachineMemory::parent);
        const auto seconds = seconds_of([&] { ours.fork(); });
        ours.exit_child();
        return seconds;
      },
      [&] {
        rival.touch();
        return LinuxMemory::fork_seconds();
      });
}

Row compare(const Options& options, std::size_t bytes, bool huge) {
  auto what =
      fmt::format("fork, {} MiB of {} pages: Linux / ours", bytes / mib, huge ? "2 MiB" : "4 KiB");
  if (const auto free = available_memory(); free < 5 * bytes / 2) {
    return skip(std::move(what), fmt::format("{} MiB of memory are free", free / mib));
  }
  LinuxMemory rival(bytes, huge);
  if (const auto got = rival.huge_bytes(); got != (huge ? bytes : 0)) {
    return skip(std::move(what), fmt::format("Linux gave {} MiB in huge pages", got / mib));
  }
  const auto pages = static_cast<std::uint32_t>(bytes / MachineMemory::M::page_bytes);
  const auto medians = measure(options, rival, pages, huge);
  return {std::move(what),
          time_text(medians.ours),
          "Linux " + time_text(medians.rival),
          medians.rival / medians.ours,
          Bound::at_least,
          2,
          {}};
}

}  // namespace

void bench_fork(const Options& options, Rows& rows) {
  for (const bool huge : {false, true}) {
    rows.push_back(compare(options, 256 * mib, huge));
    if (!options.quick) rows.push_back(compare(options, 1024 * mib, huge));
  }
}

}  // namespace cow::props::bench
