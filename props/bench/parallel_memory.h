#pragma once

#include <array>
#include <stdexcept>

#include "impl/machine/parallel_machine.h"
#include "impl/machine/system.h"
#include "props/bench/linux_memory.h"

namespace cow::props::bench {

/// What the first write to a page meets.
enum class Met : std::uint8_t {
  nothing,   ///< a page that was never touched
  shared,    ///< one that the parent has, too: it is copied
  once_more  ///< one that a child had, too, which is gone: it is kept
};

/// Memory that two threads write to, a region each: of one process (threads that share an address
/// space), or each of a process of its own.
class ParallelMemory {
 public:
  using M = machine::ParallelMachine<machine::X86_64>;
  static constexpr std::uint32_t writes_per_page = 4;  ///< the first one faults

  /// `pages` a region.
  ParallelMemory(std::uint32_t pages, Met met, bool two_processes)
      : pages_(pages), met_(met), two_(two_processes), system_(config(pages)) {
    keep_from_children(system_.machine().block_bytes().data(),
                       system_.machine().block_bytes().size());
    if (met_ == Met::once_more) {
      for (const auto child : {1U, 2U}) expect_ok(system_.fork(parent, child));
    }
    for (const auto region : {0U, 1U}) {
      if (met_ == Met::shared) map(parent, region), write(parent, region);
      if (met_ == Met::once_more) map(process_of(region), region), write(region);
    }
  }

  /// Makes everything as it was before any write: every page faults again.
  void prepare() {
    if (met_ == Met::once_more) return have_children();
    for (const auto child : {1U, 2U}) {
      static_cast<void>(system_.exit(child));  // the first time there is none
      expect_ok(system_.fork(parent, child));
    }
    for (const auto region : {0U, 1U}) {
      if (met_ == Met::nothing) map(process_of(region), region);
    }
  }

  /// What one thread does, as the CPU `region`: writes to every page of the region.
  void write(std::uint32_t region) { write(process_of(region), region); }

  std::uint32_t pages() const { return pages_; }

 private:
  static constexpr std::uint32_t parent = 0, guest = 3;

  /// Each process that writes has a child that does not live long.
  void have_children() {
    for (const auto process : {1U, 2U}) {
      expect_ok(system_.fork(process, guest));
      expect_ok(system_.exit(guest));
    }
  }

  /// Data frames of all regions, with their copies, and tables, which are small beside them.
  static machine::Config config(std::uint32_t pages) {
    machine::Config c;
    c.frames = 4 * pages + 64 * (pages / M::fan) + 4 * M::fan;
    c.procs = 4;
    c.cpus = 2;
    c.pages = 2 * pages;
    return c;
  }
  static void expect_ok(kernel::Status status) {
    if (status != kernel::Status::ok) throw std::runtime_error("bench: the machine refused");
  }
  std::uint32_t process_of(std::uint32_t region) const { return two_ ? 1 + region : 1; }
  void map(std::uint32_t process, std::uint32_t region) {
    const auto first = std::uint64_t{region} * pages_;
    expect_ok(system_.map(process, first, pages_, {kernel::Access::write, false, false}));
  }
  void write(std::uint32_t process, std::uint32_t region) {
    constexpr auto step = M::page_bytes / writes_per_page;
    const std::array<std::uint8_t, 1> byte = {1};
    const auto end = (std::uint64_t{region} + 1) * pages_ * M::page_bytes;
    for (auto at = end - pages_ * M::page_bytes; at < end; at += step) {
      expect_ok(system_.write(process, region, at, byte));
    }
  }

  std::uint32_t pages_;
  Met met_;
  bool two_;
  machine::System<M> system_;
};

}  // namespace cow::props::bench
