#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "model/trace_text.h"
#include "props/subjects/linux/linux_fixture.h"

namespace cow::props::live {
namespace {

using model::Kind;

const char* const family =
    "P0 map p0 2 private write\nP0 write p0 1 0x11\nP0 fork P1\nP1 fork P2\n";

/// Plays a trace and leaves its processes alive.
std::unique_ptr<Session> play(std::string_view text) {
  const auto trace = model::parse(text).trace;
  auto session = open_linux(trace.world, {agent_image()});
  for (const auto& op : trace.ops) {
    if (!session->step(op)) return nullptr;
  }
  return session;
}

/// In a process of its own, whose exit status is what `work` returns.
template <class Work>
pid_t start(Work work) {
  const pid_t pid = fork();
  if (pid == 0) _exit(work());
  return pid;
}

int status_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Safety, NoAgentOutlivesADriverThatIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t driver = start([&] {
    const auto session = play(family);
    std::array<pid_t, 4> pids{Host::get().pid(0), Host::get().pid(1), Host::get().pid(2),
                              Host::get().pid(agent::zygote)};
    if (!session || write(ends[1], pids.data(), sizeof pids) != sizeof pids) return 1;
    for (;;) pause();
  });
  std::array<pid_t, 4> pids{};
  ASSERT_EQ(read(ends[0], pids.data(), sizeof pids), static_cast<ssize_t>(sizeof pids));
  for (const pid_t pid : pids) EXPECT_FALSE(is_dead(pid)) << pid;
  kill(driver, SIGKILL);
  EXPECT_EQ(status_of(driver), -SIGKILL);
  for (const pid_t pid : pids) EXPECT_TRUE(is_gone(pid)) << pid;
  close(ends[0]);
  close(ends[1]);
}

TEST(Safety, AnAgentThatIsKilledIsAVerdictAndTheNextTraceGoesOn) {
  auto session = play(family);
  ASSERT_TRUE(session);
  kill(Host::get().pid(1), SIGKILL);
  model::Op op;
  op.kind = Kind::read;
  op.proc = 1;
  op.length = 1;
  EXPECT_FALSE(session->step(op));
  EXPECT_EQ(session->failure().law, Law::progress);
  const auto& findings = session->failure().findings;
  EXPECT_TRUE(std::ranges::any_of(
      findings, [](const Finding& f) { return f.text == "P1 crashed with SIGKILL"; }));
  EXPECT_TRUE(play(family));
}

TEST(Safety, WithoutItsZygoteTheNextTraceStartsAnother) {
  ASSERT_TRUE(play(family));
  kill(Host::get().pid(agent::zygote), SIGKILL);
  EXPECT_FALSE(play(family));
  EXPECT_TRUE(play(family));
}

TEST(Safety, WhoeverIsNotRootChecksTheContentsAndSaysSo) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const pid_t nobody = start([] {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) return 1;
    Means::renew();
    auto session = play(family);
    if (!session) return 2;
    for (const auto& note : session->notes()) {
      if (note.starts_with("contents only")) return 0;
    }
    return 3;
  });
  EXPECT_EQ(status_of(nobody), 0);
}

}  // namespace
}  // namespace cow::props::live
