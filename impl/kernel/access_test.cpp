#include "impl/kernel/access.h"

#include <algorithm>
#include <numeric>

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct AccessTest : testing::Test {};

TYPED_TEST_SUITE(AccessTest, machine::Geometries);

constexpr std::uint64_t top = ~std::uint64_t{0};

TYPED_TEST(AccessTest, CrossesPageBorders) {
  Lab<TypeParam> lab;
  const auto page = lab.m.page_bytes;
  ASSERT_EQ(lab.map(0, 0, 4), Status::ok);
  std::vector<std::uint8_t> out(page * 2 + 2), in(page * 4);
  std::iota(out.begin(), out.end(), std::uint8_t{1});
  ASSERT_EQ(lab.system.write(0, 1, page - 1, out), Status::ok);  // touches all four pages
  EXPECT_EQ(lab.events(Event::fault), 4U) << "one a page";
  ASSERT_EQ(lab.system.read(0, 0, 0, in), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), 4U) << "none is needed any more";
  EXPECT_TRUE(std::equal(out.begin(), out.end(), in.begin() + static_cast<long>(page) - 1));
  EXPECT_EQ(std::count(in.begin(), in.begin() + static_cast<long>(page) - 1, 0),
            static_cast<long>(page) - 1);
  EXPECT_EQ(std::count(in.end() - static_cast<long>(page) + 1, in.end(), 0),
            static_cast<long>(page) - 1);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(AccessTest, ReachesTheFirstAndTheLastByteOfUserSpace) {
  Lab<TypeParam> lab;
  const auto pages = lab.m.config().pages;
  const auto bytes = pages * lab.m.page_bytes;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.map(0, pages - 1, 1), Status::ok);
  std::array<std::uint8_t, 2> two{1, 2};
  EXPECT_EQ(lab.system.write(0, 0, 0, two), Status::ok);
  EXPECT_EQ(lab.system.write(0, 0, bytes - 2, two), Status::ok);
  EXPECT_EQ(lab.system.write(0, 0, bytes - 1, two), Status::bad_range);
  EXPECT_EQ(lab.system.write(0, 0, bytes, two), Status::bad_range);
  EXPECT_EQ(lab.system.write(0, 0, top, two), Status::bad_range) << "the byte before the first";
}

/// The answer to a read whose bytes nobody moves, so that any length can be asked for.
template <class M>
Status probe(M& m, std::uint32_t cpu, std::uint32_t p, std::uint64_t address,
             std::uint64_t length) {
  return access(m, cpu, p, address, length, false,
                [](auto, auto, auto, auto) { ADD_FAILURE() << "nothing may be moved"; });
}

TYPED_TEST(AccessTest, RefusesRangesThatWrapAround) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, lab.m.config().pages), Status::ok);
  const auto base = lab.m.user_first() * lab.m.page_bytes;
  const auto end = lab.m.user_end() * lab.m.page_bytes;
  const auto refused = [&](std::uint64_t address, std::uint64_t length) {
    return probe(lab.m, 0, 0, address, length) == Status::bad_range;
  };
  for (const auto address : {base, base + 1, end - 1}) {
    EXPECT_TRUE(refused(address, top)) << address;
    EXPECT_TRUE(refused(address, top - address + 1)) << "ends at 2^64";
    EXPECT_TRUE(refused(address, top - address + 2)) << "ends at byte 0";
    EXPECT_TRUE(refused(address, top / 2));
    EXPECT_TRUE(refused(address, 0));
  }
  EXPECT_TRUE(refused(base, end - base + 1)) << "one byte too long";
  EXPECT_TRUE(refused(base + 1, end - base));
  for (const auto address : {top, top - 7, std::uint64_t{0}, base - 1, end}) {
    EXPECT_TRUE(refused(address, 1)) << address;
    EXPECT_TRUE(refused(address, base + 9 - address)) << "would wrap into user space";
    EXPECT_TRUE(refused(address, top));
  }
  EXPECT_EQ(lab.events(Event::fault), 0U) << "refused before anything happened";
}

TYPED_TEST(AccessTest, RefusesTheDeadAndUnknownCpus) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  const auto base = lab.m.user_first() * lab.m.page_bytes;
  EXPECT_EQ(probe(lab.m, 2, 0, base, 1), Status::bad_range);
  EXPECT_EQ(probe(lab.m, 0, 1, base, 1), Status::no_process);
  EXPECT_EQ(probe(lab.m, 0, 99, base, 1), Status::no_process);
  EXPECT_EQ(probe(lab.m, 9, 1, base, 0), Status::no_process) << "which comes first";
}

TYPED_TEST(AccessTest, ARefusedWriteMovesNoByte) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  const std::vector<std::uint8_t> two_pages(lab.m.page_bytes * 2, 0x55);
  EXPECT_EQ(lab.system.write(0, 0, 0, two_pages), Status::segfault);
  EXPECT_EQ(lab.at(0, 0), 7);
  ASSERT_EQ(lab.map(0, 1, 1), Status::ok);
  lab.system.fail_allocation(1);
  EXPECT_EQ(lab.system.write(0, 0, 0, two_pages), Status::no_memory);
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(AccessTest, FollowsTheAccessOfTheArea) {
  Lab<TypeParam> lab;
  std::uint8_t byte = 0;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.protect(0, 0, 1, Access::read), Status::ok);
  EXPECT_EQ(lab.write(0, 0, 8), Status::segfault);
  EXPECT_EQ(lab.at(0, 0), 7);
  ASSERT_EQ(lab.system.protect(0, 0, 1, Access::none), Status::ok);
  EXPECT_EQ(lab.read(0, 0, &byte), Status::segfault);
  ASSERT_EQ(lab.system.protect(0, 0, 1, Access::write), Status::ok);
  EXPECT_EQ(lab.write(0, 0, 9), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 9);
  EXPECT_EQ(lab.read(0, 1, &byte), Status::segfault) << "nothing is mapped there";
}

/// A machine whose page tables forget what is stored.
template <class G>
struct Forgetful : machine::ByteMachine<G> {
  using Base = machine::ByteMachine<G>;
  using Base::Base;
  void store(const typename Base::Place&, typename Base::Entry) {}
};

TYPED_TEST(AccessTest, GivesUpWhenFaultsMakeNoProgress) {
  machine::System<Forgetful<TypeParam>> system(machine::test_config<TypeParam>());
  ASSERT_EQ(system.map(0, 0, 1, {Access::write, false, false}), Status::ok);
  const std::uint8_t byte = 1;
  EXPECT_EQ(system.write(0, 0, 0, {&byte, 1}), Status::stuck);
  EXPECT_EQ(system.machine().events(Event::fault), 3U);
}

}  // namespace
}  // namespace cow::kernel
