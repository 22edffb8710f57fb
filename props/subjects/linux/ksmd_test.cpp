#include "props/subjects/linux/ksmd.h"

#include <array>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include "props/subjects/linux/linux_fixture.h"
#include "props/traces/library.h"

// With ksmd at work, which root only can arrange, and which is over when the test is.

namespace cow::props::live {
namespace {

const std::string alike = "P0 map p0 2 private write\nP0 write p0 16 0x11\nP0 write p1 16 0x11\n";

bool ksmd_runs() {
  std::ifstream file("/sys/kernel/mm/ksm/run");
  int run = 0;
  return file >> run && run == 1;
}

/// Of two pages of P0: do they have one frame?
bool are_merged() {
  std::array<PageEntry, 2> entries;
  return read_pagemap(Host::get(), 0, 0, entries) && entries[0].frame() == entries[1].frame();
}

TEST(Ksmd, MergesPagesAndPartsThemAgain) {
  const Ksmd ksmd;
  if (!ksmd.reason().empty()) GTEST_SKIP() << ksmd.reason();
  const auto trace = model::parse(alike + "P0 merge p0 2\n").trace;
  const auto session = open_linux(trace.world, {.image = agent_image(), .known_findings = true});
  for (const auto& op : trace.ops) ASSERT_TRUE(session->step(op));
  for (int i = 0; i < 20 && !are_merged(); ++i) Means::wait_for_ksmd();
  EXPECT_TRUE(are_merged());
  EXPECT_TRUE(session->step({.kind = model::Kind::read, .page = 0, .length = 32}));
  const auto events = session->census().events;
  EXPECT_EQ(session->event_names().back(), "merged frame met");
  EXPECT_GT(events[session->event_names().size() - 1], 0U);
  EXPECT_TRUE(session->step({.kind = model::Kind::unmerge, .page = 0, .count = 2}));
  EXPECT_FALSE(are_merged());
}

/// Linux has finding L2, or has it no more; the subject "linux" leaves it out.
TEST(Ksmd, L2IsSeenAndLeftOut) {
  const Ksmd ksmd;
  if (!ksmd.reason().empty()) GTEST_SKIP() << ksmd.reason();
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  const auto text = find_trace("linux/L2");
  const auto found = verdict(text, {.image = agent_image(), .known_findings = true});
  EXPECT_TRUE(found == "pass" || found.starts_with("isolation;")) << found;
  EXPECT_EQ(verdict(text), "pass");
  EXPECT_EQ(run_program(text), found == "pass" ? 0 : 1);
}

/// ksmd is as it was, however the test ends.
TEST(Ksmd, IsPutBackWhenItsTestIsKilled) {
  if (access("/sys/kernel/mm/ksm/run", F_OK) != 0) GTEST_SKIP() << "there is no /sys/kernel/mm/ksm";
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    const Ksmd ksmd;
    const int before = ksmd.before();
    if (write(ends[1], &before, sizeof before) > 0) pause();
    _exit(0);
  }
  int before = -1;
  ASSERT_EQ(read(ends[0], &before, sizeof before), static_cast<ssize_t>(sizeof before));
  EXPECT_TRUE(ksmd_runs());
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  const Ksmd next;  // begins when the first one's keeper has put ksmd back
  EXPECT_EQ(next.before(), before);
}

}  // namespace
}  // namespace cow::props::live
