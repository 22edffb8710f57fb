#include <fmt/format.h>

#include "props/bench/benches.h"
#include "props/bench/linux_memory.h"
#include "props/bench/machine_memory.h"

namespace cow::props::bench {

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

/// A bare memcpy of the pages that the child just copied, in the same order between the same
/// frames, and the walk that finds each of them.
void copy_again(MachineMemory& memory, std::span<const std::uint32_t> sources) {
  auto& m = memory.machine();
  for (std::uint32_t page = 0; page < memory.pages(); ++page) {
    m.write_bytes(memory.frame_of(MachineMemory::child, page), 0, m.frame_bytes(sources[page]));
  }
}

Row row(const char* what, double ours, std::string rival, double ratio, Bound bound) {
  return {what, time_text(ours), std::move(rival), ratio, bound, 2, {}};
}

void copy_fault(const Options& options, MachineMemory& ours, LinuxMemory& rival, Rows& rows) {
  const double pages = ours.pages();
  std::vector<std::uint32_t> sources;
  for (std::uint32_t page = 0; page < ours.pages(); ++page) {
    sources.push_back(ours.frame_of(MachineMemory::parent, page));
  }
  const auto fault = [&] {
    ours.fork();
    const auto seconds = seconds_of([&] { ours.touch(MachineMemory::child); });
    return seconds / pages;
  };
  const auto medians = alternate(options.rounds(), fault, [&] {
    const auto seconds = seconds_of([&] { copy_again(ours, sources); });
    ours.exit_child();
    return seconds / pages;
  });
  rows.push_back(row("4 KiB copy fault: ours / (memcpy + walk)", medians.ours,
                     "memcpy + walk " + time_text(medians.rival), medians.ours / medians.rival,
                     Bound::at_most));
  const auto beside_linux = alternate(
      options.rounds(),
      [&] {
        const auto seconds = fault();
        ours.exit_child();
        return seconds;
      },
      [&] {
        rival.touch();
        return rival.child_touch_seconds() / pages;
      });
  rows.push_back(row("4 KiB copy fault: Linux / ours", beside_linux.ours,
                     "Linux " + time_text(beside_linux.rival),
                     beside_linux.rival / beside_linux.ours, Bound::none));
}

/// The child has exited without a write: the parent is the last holder and writes in place.
void in_place_write(const Options& options, MachineMemory& ours, LinuxMemory& rival, Rows& rows) {
  const double pages = ours.pages();
  const auto before = ours.copies();
  const auto medians = alternate(
      options.rounds(),
      [&] {
        ours.fork();
        ours.exit_child();
        return seconds_of([&] { ours.touch(MachineMemory::parent); }) / pages;
      },
      [&] {
        LinuxMemory::fork_seconds();
        return seconds_of([&] { rival.touch(); }) / pages;
      });
  const auto copies = ours.copies() - before;
  rows.push_back({"in-place write after the last sharer exits: pages copied",
                  fmt::format("{} copied", copies),
                  fmt::format("{:.0f} writes", pages * (options.rounds() + 1)),
                  static_cast<double>(copies),
                  Bound::at_most,
                  0,
                  {}});
  rows.push_back(row("in-place write after the last sharer exits: Linux / ours", medians.ours,
                     "Linux " + time_text(medians.rival), medians.rival / medians.ours,
                     Bound::none));
}

}  // namespace

void bench_fault(const Options& options, Rows& rows) {
  const auto bytes = (options.quick ? 64 : 256) * mib;
  if (const auto free = available_memory(); free < 5 * bytes) {
    rows.push_back(skip("4 KiB copy fault, in-place write",
                        fmt::format("{} MiB of memory are free", free / mib)));
    return;
  }
  const auto pages = static_cast<std::uint32_t>(bytes / MachineMemory::M::page_bytes);
  MachineMemory ours(pages, false, pages);
  LinuxMemory rival(bytes, false);
  copy_fault(options, ours, rival, rows);
  in_place_write(options, ours, rival, rows);
}

}  // namespace cow::props::bench
