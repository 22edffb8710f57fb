#pragma once

#include <array>
#include <stdexcept>

#include "impl/machine/system.h"
#include "props/bench/linux_memory.h"
#include "props/bench/measure.h"

namespace cow::props::bench {

/// The implementation's side: process 0 on a real-geometry machine with `pages` private pages,
/// all touched, in 4 KiB or 2 MiB pages. Process 1 is free for a child.
class MachineMemory {
 public:
  using M = machine::ByteMachine<machine::X86_64>;
  static constexpr std::uint32_t parent = 0, child = 1;

  /// `copies`: how many pages the child may copy.
  MachineMemory(std::uint32_t pages, bool huge, std::uint32_t copies,
                kernel::ForkPolicy fork = kernel::ForkPolicy::classic)
      : pages_(pages), system_(config(pages, copies, fork)) {
    keep_from_children(machine().block_bytes().data(), machine().block_bytes().size());
    expect_ok(system_.map(parent, 0, pages, {kernel::Access::write, false, huge}));
    touch(parent);
  }

  /// Writes one byte into every 4 KiB page.
  void touch(std::uint32_t process) {
    const std::array<std::uint8_t, 1> byte = {1};
    for (std::uint64_t page = 0; page < pages_; ++page) {
      expect_ok(system_.write(process, 0, page * M::page_bytes, byte));
    }
  }

  void fork() { expect_ok(system_.fork(parent, child)); }
  void exit_child() { expect_ok(system_.exit(child)); }

  std::uint32_t pages() const { return pages_; }
  std::uint64_t copies() { return machine().events(kernel::Event::copy); }
  M& machine() { return system_.machine(); }

  /// Where a process has a page.
  M::Frame frame_of(std::uint32_t process, std::uint32_t page) {
    auto& m = machine();
    return kernel::walk(m, m.root(process), m.user_first() + page).entry.frame();
  }

 private:
  /// Data frames, the copies, and both trees of tables twice over, which are small beside them.
  static machine::Config config(std::uint32_t pages, std::uint32_t copies,
                                kernel::ForkPolicy fork) {
    machine::Config c;
    c.frames = pages + copies + 4 * (pages / M::fan) + 4 * M::fan;
    c.procs = 2;
    c.cpus = 1;
    c.pages = pages;
    c.fork = fork;
    return c;
  }
  static void expect_ok(kernel::Status status) {
    if (status != kernel::Status::ok) throw std::runtime_error("bench: the machine refused");
  }

  std::uint32_t pages_;
  machine::System<M> system_;
};

}  // namespace cow::props::bench
