#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "props/run/random.h"
#include "props/subjects/linux/linux_fixture.h"
#include "props/subjects/registry.h"
#include "props/traces/library.h"

// Pins that are O_DIRECT requests in flight, and the same on a disk.

namespace cow::props::live {
namespace {

const std::string& why_not() { return Means::get().no_direct(); }

Setup directly(Wrong how = Wrong::nothing, bool of_tests = false) {
  return {.image = of_tests ? std::span<const std::uint8_t>(wrong_agent()) : agent_image(),
          .wrong = how,
          .direct = true};
}

class Direct : public testing::Test {
  void SetUp() override {
    if (!why_not().empty()) GTEST_SKIP() << why_not();
  }
};

const std::string pinned =
    "P0 map p0 2 private write\nP0 write p0 4 0x11\nP0 pin d0 p0 write\nP0 fork P1\n";

/// open(2), NOTES: once the parent that writes went on with a copy, and what the device
/// read into memory was lost.
const std::string story = pinned +
                          "P0 write p0+8 2 0x21\nP0 device-write d0+4 2 0x31\n"
                          "P0 device-read d0 16\nP0 read p0 16\nP1 read p0 16\nP0 unpin d0\n";

TEST_F(Direct, ARequestInFlightKeepsItsPageAcrossAFork) {
  EXPECT_EQ(verdict(story, directly()), "pass");
}

TEST_F(Direct, AnAgentThatForksAsLinuxDidOnceIsCaught) {
  const auto found = verdict(story, directly(Wrong::copies_at_fork, true));
  EXPECT_TRUE(found.starts_with("pin-stable;")) << found;
  EXPECT_EQ(verdict(story, directly(Wrong::nothing, true)), "pass");
}

TEST_F(Direct, AnAgentThatGivesTheDeviceACopyIsCaught) {
  const std::string trace =
      "P0 map p0 1 private write\nP0 write p0 4 0x11\nP0 pin d0 p0 write\nP0 device-write d0 2 7\n";
  const auto found = verdict(trace, directly(Wrong::holds_copies, true));
  EXPECT_TRUE(found.starts_with("pin-stable;")) << found;
  EXPECT_EQ(verdict(trace, directly(Wrong::nothing, true)), "pass");
}

TEST_F(Direct, ARequestInFlightOutlivesItsMappingAndIsAnsweredAtAnExit) {
  EXPECT_EQ(verdict(pinned + "P0 unmap p0 1\nP0 device-write d0 4 0x41\nP0 device-read d0 4\n"
                             "P0 map p0 1 private write\nP0 read p0 4\nP0 exit\nP1 read p0 4\n",
                    directly()),
            "pass");
  EXPECT_EQ(verdict(pinned + "P0 exec\nP1 pin d0 p0 read\nP1 exec\nP1 exit\n", directly()), "pass");
}

TEST_F(Direct, WhatMayNotBeWrittenIsNotPinnedForWriting) {
  const std::string read_only =
      "P0 map p0 1 private write\nP0 write p0 4 0x11\nP0 fork P1\n"
      "P0 protect p0 1 read\n";
  EXPECT_EQ(verdict(read_only + "P0 pin d0 p0 write\n", directly()), "pass");
  EXPECT_EQ(verdict(read_only + "P0 pin d0 p0 read\nP0 protect p0 1 write\nP0 write p0 4 0x21\n"
                                "P0 device-read d0 4\nP0 device-write d0 4 0x31\n",
                    directly()),
            "pass");
  EXPECT_EQ(verdict("P0 map p0 1 private none\nP0 pin d0 p0 read\n", directly()), "pass");
}

TEST_F(Direct, AProgramInCTellsTheSame) {
  const auto ends = story + "P0 pin d0 p0 read\nP1 pin d0 p1 write\nP1 exec\nP0 exit\n";
  EXPECT_EQ(run_program(ends, "", "", true), 0);
  EXPECT_EQ(run_program(ends, "direct_store(0, 4, 2, 49)", "direct_store(0, 4, 2, 50)", true), 1);
}

/// No long-term pin, so it takes the page of zeroes and stays with it when the process writes.
TEST_F(Direct, APinForReadingOfWhatWasNeverWrittenIsLeftOut) {
  const std::string map = "P0 map p0 1 private write\n";
  const std::string marked = Means::get().no_marks.empty() ? map + "P0 clear-refs p0 1\n" : map;
  const model::Op pin{.kind = model::Kind::pin, .access = model::Access::read};
  const auto written = map + "P0 write p0 1 0x11\n";
  for (const auto& text : {map, map + "P0 read p0 1\n", marked, written}) {
    const auto trace = model::parse(text).trace;
    const auto session = open_linux(trace.world, directly());
    for (const auto& op : trace.ops) ASSERT_TRUE(session->step(op));
    EXPECT_EQ(session->supports(pin), text == written) << text;
  }
}

/// L1 and L4 (impl/linux/findings.md) are io_uring's: who ends an O_DIRECT request makes its page
/// dirty.
TEST_F(Direct, WhatTheDeviceWroteIsNotLostByReclaim) {
  EXPECT_EQ(verdict("P0 map p0 1 shared write\nP0 read p0 1\nP0 pin d0 p0 write\n"
                    "P0 device-write d0 2 0x41\nP0 unpin d0\nP0 pageout p0 1\n",
                    directly()),
            "pass");
  if (!Means::get().no_free.empty()) GTEST_SKIP() << Means::get().no_free;
  EXPECT_EQ(verdict("P0 map p0 1 private write\nP0 write p0 1 0x11\nP0 free p0 1\n"
                    "P0 pin d0 p0 write\nP0 free p0 1\nP0 device-write d0 2 0x41\nP0 unpin d0\n"
                    "P0 pageout p0 1\n",
                    directly()),
            "pass");
}

/// L3 is theirs as well.
TEST_F(Direct, WhatTheDeviceWritesIsNotNoted) {
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  const auto text = find_trace("linux/L3");
  EXPECT_EQ(verdict(text, directly()), "pass");
  auto setup = directly();
  setup.known_findings = true;
  const auto found = verdict(text, setup);
  EXPECT_TRUE(found == "pass" || found.starts_with("accounted;")) << found;
  EXPECT_EQ(run_program(text, "", "", true), found == "pass" ? 0 : 1);
}

TEST_F(Direct, RandomTracesAgreeWithBothKindsOfPins) {
  provide();
  RandomOptions options;
  options.subject = "linux:direct";
  options.traces = 40;
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  EXPECT_FALSE(result.failure) << model::print(model::TraceText{result.trace, "", ""});
  EXPECT_EQ(result.done.traces, 40U);
  const auto names = open_session("linux:direct", model::World{})->event_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool ours =
        names[i] == "device access in flight" || names[i] == "kernel access on a disk";
    EXPECT_TRUE(!ours || result.census.events[i] > 0) << names[i];
  }
}

/// How often what is counted under this name happened in the trace, which must pass.
std::uint64_t times_directly(std::string_view event, const std::string& text) {
  const auto trace = model::parse(text).trace;
  const auto session = open_linux(trace.world, directly());
  EXPECT_FALSE(check_trace(*session, trace)) << text;
  const auto names = session->event_names();
  const auto at = std::ranges::find(names, event) - names.begin();
  return session->census().events.at(static_cast<std::size_t>(at));
}

/// Offset, length and value together name the way (impl/linux/access.cpp).
TEST_F(Direct, ASixthOfTheKernelsAccessesGoToADisk) {
  if (!Means::get().no_disk().empty()) GTEST_SKIP() << Means::get().no_disk();
  const std::string map = "P0 map p0 2 private write\nP0 write p0 32 0x11\nP0 fork P1\n";
  const std::string on_disk = map + "P0 kernel-write p1 2 0x21\nP0 kernel-read p1 5\n";
  EXPECT_EQ(times_directly("kernel access on a disk", on_disk), 2U);
  EXPECT_EQ(times_directly("kernel access on a disk", map + "P0 kernel-write p1 2 0x22\n"), 0U);
  const auto found = verdict(on_disk, directly(Wrong::loses_the_last_byte, true));
  EXPECT_TRUE(found.starts_with("isolation;")) << found;
  EXPECT_EQ(verdict(map + "P1 protect p1 1 read\nP1 kernel-write p1 2 0x21\n"
                          "P1 protect p1 1 none\nP1 kernel-read p1 5\n",
                    directly()),
            "pass");
}

TEST(DirectIsRefused, ToWhoIsNotRootAndSaysWhy) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const pid_t nobody = fork();
  if (nobody == 0) {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) _exit(1);
    Means::renew();
    provide();
    try {
      open_session("linux:direct", model::World{});
    } catch (const SubjectError& error) {
      _exit(std::string_view(error.what()).starts_with("linux:direct: ") ? 0 : 3);
    }
    _exit(2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(nobody, &status, 0), nobody);
  EXPECT_EQ(status, 0);
}

/// Nobody waits for ever for requests that nobody answers any more.
TEST_F(Direct, NoAgentOutlivesADriverThatIsKilledWithRequestsInFlight) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t driver = fork();
  if (driver == 0) {
    const auto trace = model::parse(pinned).trace;
    const auto session = open_linux(trace.world, directly());
    for (const auto& op : trace.ops) session->step(op);
    const pid_t pids[] = {Host::get().pid(0), Host::get().pid(1)};
    if (write(ends[1], pids, sizeof pids) != sizeof pids) _exit(1);
    for (;;) pause();
  }
  pid_t pids[2] = {};
  ASSERT_EQ(read(ends[0], pids, sizeof pids), static_cast<ssize_t>(sizeof pids));
  kill(driver, SIGKILL);
  waitpid(driver, nullptr, 0);
  for (const pid_t pid : pids) {
    EXPECT_GT(pid, 0);
    EXPECT_TRUE(is_gone(pid)) << pid;
  }
  close(ends[0]);
  close(ends[1]);
}

TEST_F(Direct, AnAgentThatIsKilledWithRequestsInFlightIsACrash) {
  const auto trace = model::parse(pinned).trace;
  auto session = open_linux(trace.world, directly());
  for (const auto& op : trace.ops) ASSERT_TRUE(session->step(op));
  kill(Host::get().pid(0), SIGKILL);
  EXPECT_FALSE(session->step({.kind = model::Kind::read, .length = 1}));
  EXPECT_EQ(session->failure().findings.at(1).text, "P0 crashed with SIGKILL");
  EXPECT_EQ(verdict(story, directly()), "pass");
}

}  // namespace
}  // namespace cow::props::live
