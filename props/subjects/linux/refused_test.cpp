#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "impl/linux/control.h"
#include "props/subjects/linux/linux_fixture.h"

// A kernel that lacks what is asked for, played by a filter of system calls: the subject finds out,
// says so, and goes on without.

namespace cow::props::live {
namespace {

using model::Kind;

/// userfaultfd(2) is not allowed, MADV_FREE and guards are unknown to madvise(2). For good, so only
/// for a process that ends.
bool become_an_older_kernel() {
  constexpr auto number = offsetof(seccomp_data, nr), advice = offsetof(seccomp_data, args[2]);
  std::array<sock_filter, 8> filter = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_userfaultfd, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, advice),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MADV_FREE, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, agent::guard_install, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{filter.size(), filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// 0, or what is wrong with a session on that kernel.
int look_at_older_kernel() {
  if (!become_an_older_kernel()) return 77;
  Means::renew();
  const auto trace = model::parse(
                         "P0 map p0 2 private write\nP0 write p0 1 0x11\nP0 free p0 1\nP0 wp p0 1\n"
                         "P0 guard p0 1\nP0 clear-refs p0 1\nP0 write p0 1 0x21\nP0 read p0 2\n")
                         .trace;
  const auto session = open_linux(trace.world, {agent_image()});
  if (check_trace(*session, trace)) return 1;
  for (const auto kind :
       {Kind::free, Kind::wp, Kind::unwp, Kind::guard, Kind::unguard, Kind::clear_refs}) {
    if (session->supports({.kind = kind, .count = 1})) return 2;
    if (session->census().succeeded(kind) + session->census().refused(kind) > 0) return 3;
  }
  if (!session->supports({.kind = Kind::dontneed, .count = 1})) return 4;
  std::size_t said = 0;
  for (const auto& note : session->notes()) {
    for (const auto* const what :
         {"no free, since Linux has no MADV_FREE", "no guard and unguard, ",
          "no wp and unwp, since userfaultfd", "no clear-refs, since "})
      said += note.starts_with(what) ? 1 : 0;
  }
  if (said != 4) return 5;
  for (const auto& name : session->event_names()) {
    if (name == "page given up dropped" || name == "guard seen") return 6;
  }
  return 0;
}

TEST(Refused, WhatTheKernelLacksIsLeftOutAndNamed) {
  const pid_t pid = fork();
  if (pid == 0) _exit(look_at_older_kernel());
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "seccomp is not allowed";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace cow::props::live
