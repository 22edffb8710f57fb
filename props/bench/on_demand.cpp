#include <fmt/format.h>

#include "props/bench/benches.h"
#include "props/bench/machine_memory.h"

// What a fork on demand costs when much more is mapped.

namespace cow::props::bench {

namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

/// A process with much memory mapped, of which one page a table was touched: all its tables are
/// there, and few frames.
class SparseMemory {
 public:
  using M = MachineMemory::M;

  explicit SparseMemory(std::uint64_t bytes)
      : pages_(static_cast<std::uint32_t>(bytes / M::page_bytes)), system_(config(pages_)) {
    keep_from_children(machine().block_bytes().data(), machine().block_bytes().size());
    expect_ok(system_.map(0, 0, pages_, {kernel::Access::write, false, false}));
    for (std::uint64_t page = 0; page < pages_; page += M::fan) write(page);
    if (machine().events(kernel::Event::zero) != pages_ / M::fan) {
      throw std::runtime_error("bench: the memory is not as sparse as it should be");
    }
  }

  /// One fork, and the exit of its child. The fork finds the tree as the first one did: only the
  /// entries of the root were shared, and a write below each takes the mark away.
  Medians fork_and_exit() {
    write(0);
    write(pages_ - 1);
    const auto fork = seconds_of([&] { expect_ok(system_.fork(0, 1)); });
    const auto exit = seconds_of([&] { expect_ok(system_.exit(1)); });
    return {fork, exit};
  }

 private:
  static machine::Config config(std::uint32_t pages) {
    machine::Config c;
    c.frames = 2 * (pages / M::fan) + pages / M::fan / M::fan + 16 * M::fan;
    c.procs = 2;
    c.cpus = 1;
    c.pages = pages;
    c.fork = kernel::ForkPolicy::on_demand;
    return c;
  }
  static void expect_ok(kernel::Status status) {
    if (status != kernel::Status::ok) throw std::runtime_error("bench: the machine refused");
  }
  void write(std::uint64_t page) {
    const std::uint8_t byte = 1;
    expect_ok(system_.write(0, 0, page * M::page_bytes, {&byte, 1}));
  }
  M& machine() { return system_.machine(); }

  std::uint32_t pages_;
  machine::System<M> system_;
};

Row at_most(std::string what, Medians figures, double required) {
  return {std::move(what),
          time_text(figures.ours),
          time_text(figures.rival),
          figures.ours / figures.rival,
          Bound::at_most,
          required,
          {}};
}

}  // namespace

/// The larger machine has its list of areas for every page that might be one, which is what takes
/// the memory.
void bench_fork_on_demand(const Options& options, Rows& rows) {
  const auto large = options.quick ? 8 * gib : 64 * gib;
  const auto text = fmt::format("{} GiB / 1 GiB mapped", large / gib);
  if (const auto free = available_memory(); free < large / 32 + gib / 2) {
    rows.push_back(skip("fork on demand, " + text, fmt::format("{} MiB are free", free >> 20)));
    return;
  }
  SparseMemory much(large), little(gib);
  std::vector<double> exits[2];
  const auto forks = alternate(
      64 * options.rounds(),
      [&] {
        const auto [fork, exit] = much.fork_and_exit();
        exits[0].push_back(exit);
        return fork;
      },
      [&] {
        const auto [fork, exit] = little.fork_and_exit();
        exits[1].push_back(exit);
        return fork;
      });
  rows.push_back(at_most("fork on demand, " + text, forks, 1.5));
  rows.push_back(at_most("exit of its child, " + text, {median(exits[0]), median(exits[1])}, 1.5));
}

}  // namespace cow::props::bench
