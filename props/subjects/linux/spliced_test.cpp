#include "props/subjects/linux/linux_fixture.h"

// Pages in pipes, and memory that is lent to the child of a vfork.

namespace cow::props::live {
namespace {

const std::string taken =
    "P0 map p0 2 private write\nP0 write p0 4 0x11\nP0 kernel-read p0 4\nP0 fork P1\n";

TEST(Spliced, APageKeepsItsBytesWhateverOthersWrite) {
  EXPECT_EQ(times("page in a pipe kept", taken + "P1 write p0 1 0x21\nP0 dontneed p0 1\n"
                                                 "P1 write p0 1 0x31\nP1 exit\n"),
            3U);
}

/// The story of CVE-2020-29374: the child takes the page into a pipe and drops it, the parent
/// writes.
TEST(Spliced, AChildDoesNotSeeWhatItsParentWrites) {
  EXPECT_EQ(times("page in a pipe kept",
                  "P0 map p0 1 private write\nP0 write p0 4 0x11\nP0 fork P1\n"
                  "P1 kernel-read p0 4\nP1 unmap p0 1\nP0 write p0 4 0x41\n"),
            2U);
}

TEST(Spliced, AnAgentThatLooksAtMemoryIsCaught) {
  expect_caught(Wrong::splices_late, taken + "P0 dontneed p0 1\n", "isolation");
}

TEST(Vfork, AProcessExecsByIt) {
  EXPECT_EQ(verdict(taken + "P1 write p0 1 0x21\nP1 exec\nP1 map p0 1 private write\n"
                            "P1 write p0 1 0x31\nP1 exec\nP1 fork P2\nP0 read p0 4\nP1 exit\n"),
            "pass");
}

TEST(Vfork, AnAgentWhoseChildWritesIsCaught) {
  const auto found = verdict(taken + "P1 exec\n", {wrong_agent(), Wrong::stores_before_exec});
  EXPECT_NE(found.find("P1 finds its memory changed by the child of its vfork"), std::string::npos)
      << found;
  EXPECT_EQ(verdict(taken + "P1 exec\n", {wrong_agent(), Wrong::nothing}), "pass");
}

}  // namespace
}  // namespace cow::props::live
