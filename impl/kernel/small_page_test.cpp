#include "impl/kernel/small_page.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct SmallPageTest : testing::Test {};

TYPED_TEST_SUITE(SmallPageTest, machine::Geometries);

TYPED_TEST(SmallPageTest, TheFirstTouchIsOneFaultAndOneZeroedFrame) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.used(), 1U) << "mapping alone takes nothing";
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), 1U);
  EXPECT_EQ(lab.events(Event::zero), 1U);
  EXPECT_EQ(lab.used(), 5U) << "three tables and the page";
  EXPECT_EQ(lab.at(0, 1), 0);
  ASSERT_EQ(lab.write(0, 1, 2), Status::ok) << "a page that was read first";
  EXPECT_EQ(lab.events(Event::fault), 2U) << "had write permission from its first fault on";
  EXPECT_EQ(lab.copies(), 0U);
}

TYPED_TEST(SmallPageTest, TheLastSharerWritesInPlace) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(1, 2), Status::ok);
  EXPECT_EQ(lab.copies(), 0U) << "fork copies nothing";
  const auto frame = lab.walk(2, 0).entry.frame();
  ASSERT_EQ(lab.write(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 3), Status::ok);
  EXPECT_EQ(lab.copies(), 2U);
  EXPECT_EQ(lab.events(Event::reuse), 0U);
  ASSERT_EQ(lab.write(2, 0, 4), Status::ok);
  EXPECT_EQ(lab.copies(), 2U) << "nobody else holds it any more";
  EXPECT_EQ(lab.events(Event::reuse), 1U);
  EXPECT_EQ(lab.walk(2, 0).entry.frame(), frame);
  EXPECT_EQ(lab.at(0, 0), 2);
  EXPECT_EQ(lab.at(1, 0), 3);
  EXPECT_EQ(lab.at(2, 0), 4);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SmallPageTest, ExitExecAndUnmapLeaveALastSharer) {
  for (int how = 0; how < 3; ++how) {
    Lab<TypeParam> lab;
    ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    const auto gone = how == 0   ? lab.system.exit(1)
                      : how == 1 ? lab.system.exec(1)
                                 : lab.system.unmap(1, 0, 1);
    ASSERT_EQ(gone, Status::ok);
    ASSERT_EQ(lab.write(0, 0, 2), Status::ok);
    EXPECT_EQ(lab.copies(), 0U);
    EXPECT_EQ(lab.events(Event::reuse), 1U);
  }
}

TYPED_TEST(SmallPageTest, ACopyIsWholeAndLeavesTheSource) {
  Lab<TypeParam> lab;
  std::vector<std::uint8_t> bytes(lab.m.page_bytes, 0x5a), got(lab.m.page_bytes);
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.write(0, 0, 0, bytes), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.read(0, 0, 0, got), Status::ok);
  EXPECT_EQ(got, bytes);
  ASSERT_EQ(lab.system.read(1, 0, 0, got), Status::ok);
  bytes[0] = 1;
  EXPECT_EQ(got, bytes);
}

TYPED_TEST(SmallPageTest, ACopyThatFindsNoMemoryChangesNothing) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  const auto used = lab.used();
  lab.system.fail_allocation(1);
  EXPECT_EQ(lab.write(1, 0, 2), Status::no_memory);
  EXPECT_EQ(lab.used(), used);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.at(1, 0), 1);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SmallPageTest, AnotherCpuSeesTheCopyAtOnce) {
  Lab<TypeParam> lab;
  std::uint8_t byte = 0;
  const auto read_on = [&](std::uint32_t cpu) {
    EXPECT_EQ(lab.system.read(1, cpu, 0, {&byte, 1}), Status::ok);
    return byte;
  };
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(read_on(1), 1) << "CPU 1 caches the shared frame";
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok) << "on CPU 0";
  EXPECT_EQ(read_on(1), 2);
}

TYPED_TEST(SmallPageTest, UntouchedPagesCostNoFrameAfterAForkEither) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 4), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.used(), 2U) << "two roots";
  ASSERT_EQ(lab.write(1, 3, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 3), 0);
  EXPECT_EQ(lab.copies(), 0U);
}

}  // namespace
}  // namespace cow::kernel
