#include "props/subjects/linux/linux_fixture.h"
#include "props/traces/library.h"

// What Linux is known to do wrong (impl/linux/findings.md): here, or no more. L2: ksmd_test.cpp.

namespace cow::props::live {
namespace {

/// The law that the finding breaks, or "pass". The subject "linux" must pass either way, since it
/// leaves the finding out.
std::string law_of(const std::string& name) {
  const auto text = find_trace("linux/" + name);
  EXPECT_EQ(verdict(text), "pass");
  const auto found = verdict(text, {.image = agent_image(), .known_findings = true});
  return found.substr(0, found.find(';'));
}

TEST(Finding, L1IsSeenByTheSubjectAndByItsCProgram) {
  if (!Means::get().no_pins.empty()) GTEST_SKIP() << Means::get().no_pins;
  const auto law = law_of("L1");
  EXPECT_TRUE(law == "pass" || law == "isolation") << law;
  EXPECT_EQ(run_program(find_trace("linux/L1")), law == "pass" ? 0 : 1);
}

TEST(Finding, L3IsSeenByTheSubjectAndByItsCProgram) {
  if (!Means::get().no_pins.empty()) GTEST_SKIP() << Means::get().no_pins;
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  const auto law = law_of("L3");
  EXPECT_TRUE(law == "pass" || law == "accounted") << law;
  EXPECT_EQ(run_program(find_trace("linux/L3")), law == "pass" ? 0 : 1);
}

TEST(Finding, L4IsSeenByTheSubjectAndByItsCProgram) {
  if (!Means::get().no_pins.empty()) GTEST_SKIP() << Means::get().no_pins;
  if (!Means::get().no_free.empty()) GTEST_SKIP() << Means::get().no_free;
  const auto law = law_of("L4");
  EXPECT_TRUE(law == "pass" || law == "isolation") << law;
  EXPECT_EQ(run_program(find_trace("linux/L4")), law == "pass" ? 0 : 1);
}

/// L1 by a private mapping of the file: left out as well.
TEST(Finding, L5IsSeenByTheSubjectAndByItsCProgram) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  const auto law = law_of("L5");
  EXPECT_TRUE(law == "pass" || law == "isolation") << law;
  EXPECT_EQ(run_program(find_trace("linux/L5")), law == "pass" ? 0 : 1);
}

/// L5 where writes are noted only: the same areas, and a write that nobody is told of.
TEST(Finding, L5LosesANoteToo) {
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  const auto text =
      "P0 map p1 1 private write\nP0 write p1 1 0x11\nP0 map p3 1 private write\n"
      "P0 clear-refs p1 1\nP0 clear-refs p3 1\nP0 remap p3 1 p2\nP0 write p1 1 0x21\n";
  const auto found = verdict(text, {.image = agent_image(), .known_findings = true});
  EXPECT_TRUE(found == "pass" || found.starts_with("accounted;")) << found;
  EXPECT_EQ(run_program(text), found == "pass" ? 0 : 1);
}

TEST(Finding, L1ThroughAPrivatePageOfTheFileIsLeftOut) {
  if (!Means::get().no_pins.empty()) GTEST_SKIP() << Means::get().no_pins;
  const auto trace = model::parse(
      "P0 map p0 1 shared write file@p0\nP0 map p1 1 private read file@p0\nP0 read p0 1\n"
      "P0 pin d0 p0 write\nP0 device-write d0 2 0x41\n");
  const auto session = open_linux(trace.trace.world, {agent_image()});
  for (const auto& op : trace.trace.ops) ASSERT_TRUE(session->step(op));
  model::Op pageout{.kind = model::Kind::pageout, .page = 1, .count = 1};
  EXPECT_FALSE(session->supports(pageout));
}

}  // namespace
}  // namespace cow::props::live
