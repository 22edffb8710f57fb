#pragma once

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <type_traits>

#include "impl/machine/system.h"

// A machine that tests can look into and corrupt, and the few words that they share.

namespace cow::machine {

/// What only the layers of a machine may touch, opened for tests.
template <class Geometry>
class TestMachine : public ByteMachine<Geometry> {
  using Base = ByteMachine<Geometry>;

 public:
  using Base::Base;
  using Base::fallback_, Base::zswap_, Base::header_, Base::processes_, Base::areas_,
      Base::translations_, Base::blocks_, Base::links_, Base::bitmaps_, Base::frames_,
      Base::cpu_pools_, Base::slots_, Base::cached_, Base::asids_, Base::generations_;
};

/// The tests that name no geometry hold on both.
using Geometries = testing::Types<Tiny, X86_64>;

/// Four huge pages of user space at least, and memory enough for all that the tests do.
template <class Geometry>
Config test_config() {
  Config config;  // tiny: 16 pages, 96 frames
  if constexpr (std::is_same_v<Geometry, X86_64>) {
    config.pages = 2048;
    config.frames = 8192;
  }
  return config;
}

/// A system under test. Pages are counted from the start of user space.
template <class Geometry>
struct Lab {
  using M = TestMachine<Geometry>;
  using Status = kernel::Status;
  using Event = kernel::Event;
  static constexpr std::uint32_t fan = M::fan;

  explicit Lab(const Config& config = test_config<Geometry>())
      : system(config), m(system.machine()), audit(m) {}

  Status map(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return system.map(p, page, count, {kernel::Access::write, false, false});
  }
  Status map_huge(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return system.map(p, page, count, {kernel::Access::write, false, true});
  }
  Status map_shared(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return system.map(p, page, count, {kernel::Access::write, true, false});
  }

  /// The first byte of a page, by way of the processor.
  Status write(std::uint32_t p, std::uint64_t page, std::uint8_t value) {
    return system.write(p, 0, page * M::page_bytes, {&value, 1});
  }
  Status read(std::uint32_t p, std::uint64_t page, std::uint8_t* value) {
    return system.read(p, 0, page * M::page_bytes, {value, 1});
  }
  /// The same byte where reading must succeed.
  int at(std::uint32_t p, std::uint64_t page) {
    std::uint8_t value = 0;
    EXPECT_EQ(read(p, page, &value), Status::ok) << "P" << p << " p" << page;
    return value;
  }

  std::uint64_t events(Event event) const { return m.events(event); }
  std::uint64_t copies() const { return events(Event::copy); }
  std::uint32_t used() const { return m.config().frames - m.free_frames(); }

  /// Where the page table ends on the way to a page.
  kernel::Walk<M> walk(std::uint32_t p, std::uint64_t page) const {
    return kernel::walk<M>(m, m.root(p), m.user_first() + page);
  }

  /// All that the audit finds, a line each; empty when the machine is sound.
  std::string findings() {
    std::string all;
    audit.look();
    for (const auto& f : audit.findings()) {
      all += std::string(kernel::name(f.law)) + ": " + f.text + "\n";
    }
    return all;
  }

  System<M> system;
  M& m;
  Audit<Geometry> audit;
};

}  // namespace cow::machine

namespace cow {
COW_KERNEL(extern template, machine::TestMachine<machine::Tiny>);
COW_KERNEL(extern template, machine::TestMachine<machine::X86_64>);
}  // namespace cow
