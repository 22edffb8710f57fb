#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/rescale.h"
#include "model/trace_text.h"
#include "props/lockstep/session.h"
#include "props/record/to_trace.h"
#include "props/record/tracer.h"
#include "props/subjects/registry.h"
#include "props/traces/library.h"

namespace cow::props::record {
namespace {

constexpr std::uint64_t base = 0x100000000000 / page_size;  ///< where sample.cpp maps

TraceOptions of(std::vector<std::string> command) {
  TraceOptions options;
  options.command = std::move(command);
  return options;
}

/// Where nobody may be traced (a seccomp filter, a hardened container) there is nothing to test.
class Record : public testing::Test {
 protected:
  void SetUp() override {
    try {
      trace_command(of({"true"}));
    } catch (const RecordError& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

/// What happened to the sample's own pages, and to its processes.
Recording of_the_sample(const Traced& traced) {
  Recording recording;
  for (const Event& event : traced.recording.events) {
    const bool process = event.pages.empty();
    const bool inside = event.pages.first >= base && event.pages.first < base + 16;
    if (process || inside) recording.events.push_back(event);
  }
  return recording;
}

std::vector<std::string> lines(const model::Trace& trace) {
  std::vector<std::string> text;
  for (const auto& op : trace.ops) text.push_back(model::print(op));
  return text;
}

TEST_F(Record, TellsWhatAProgramDoesToItsMemory) {
  const auto traced = trace_command(of({RECORD_SAMPLE}));
  ASSERT_EQ(traced.status, 0);
  EXPECT_FALSE(traced.cut);
  const auto [trace, losses] = to_trace(of_the_sample(traced), {model::Geometry::tiny});
  EXPECT_FALSE(losses.any());
  const std::vector<std::string> want = {
      "P0 map p0 3 private write",
      "P0 map p3 1 shared write",
      "P0 write p0 1 0x01",
      "P0 write p1 1 0x08",
      "P0 write p3 1 0x0f",
      "P0 fork P1",
      "P1 write p0 1 0x16",
      "P1 write p3 1 0x1d",
      "P1 exit",
      "P0 write p1 1 0x24",
      "P0 dontneed p1 1",
      "P0 advise p0 1 wipeonfork",
      "P0 fork P1",
      "P1 write p0 1 0x2b",
      "P1 exit",
      "P0 protect p1 1 read",
      "P0 unmap p2 1",
      "P0 remap p0 1 p2",
      "P0 write p2 1 0x32",
      "P0 fork P1",
      "P1 exec",
      "P1 exit",
      "P0 unmap p2 1",
      "P0 exit",
  };
  EXPECT_EQ(lines(trace), want);
}

/// The recorder's canary: who looks at system calls that change mappings only, and at none of the
/// others, still sees every write that matters; who never looked would see none.
TEST_F(Record, ASparseStepSeesFewerWritesButNoFewerForks) {
  const auto count = [](const Traced& traced, model::Kind kind) {
    return std::ranges::count(traced.recording.events, kind, &Event::kind);
  };
  auto often = of({"sh", "-c", "for i in 1 2 3; do : $(true); done"});
  auto seldom = often;
  often.step = 1;
  seldom.step = 1'000'000;
  const auto all = trace_command(often), few = trace_command(seldom);
  EXPECT_EQ(count(all, model::Kind::fork), count(few, model::Kind::fork));
  EXPECT_GE(count(all, model::Kind::fork), 3);
  EXPECT_GT(count(all, model::Kind::write), count(few, model::Kind::write));
}

TEST_F(Record, SaysWhyACommandCannotBeStarted) {
  try {
    trace_command(of({"/nonexistent/program"}));
    FAIL() << "it was started";
  } catch (const RecordError& error) {
    EXPECT_STREQ(error.what(), "/nonexistent/program: No such file or directory");
  }
}

TEST_F(Record, EndsACommandThatTakesTooLong) {
  auto options = of({"sleep", "1000"});
  options.limit = std::chrono::milliseconds(100);
  const auto traced = trace_command(options);
  EXPECT_TRUE(WIFSIGNALED(traced.status));
  EXPECT_EQ(WTERMSIG(traced.status), SIGTERM);
}

/// Killed outright, the recorder takes the whole tree with it.
TEST_F(Record, NothingOutlivesTheRecorder) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t recorder = fork();
  if (recorder == 0) {
    close(pipe_ends[0]);
    dup2(pipe_ends[1], STDOUT_FILENO);
    trace_command(of({"sh", "-c", "echo ready; sleep 1000 & sleep 1000"}));
    _exit(0);
  }
  close(pipe_ends[1]);
  char text[8];
  ASSERT_GT(read(pipe_ends[0], text, sizeof text), 0);
  kill(recorder, SIGKILL);
  waitpid(recorder, nullptr, 0);
  // Every process of the tree has the pipe's other end: once all are gone, it is closed.
  EXPECT_EQ(read(pipe_ends[0], text, sizeof text), 0);
  close(pipe_ends[0]);
}

TEST(Recordings, PassOnTheShippedKernel) {
  std::size_t found = 0;
  for (const auto& [name, text] : trace_library()) {
    if (!name.starts_with("recordings/")) continue;
    ++found;
    const auto trace = model::parse(text).trace;
    EXPECT_GE(std::ranges::count(trace.ops, model::Kind::fork, &model::Op::kind), 1) << name;
    const auto session = open_session("embedded", trace.world);
    EXPECT_FALSE(check_trace(*session, trace)) << name;
  }
  EXPECT_EQ(found, 3U);
}

/// They are real work: a kernel that forgets to flush the parent's TLB does not survive them.
TEST(Recordings, CatchAMutant) {
  const auto trace = model::parse(find_trace("recordings/database-bgsave")).trace;
  const auto tiny = model::rescale(trace, model::Geometry::tiny);
  const auto session = open_session("museum:C1", tiny.world);
  const auto failure = check_trace(*session, tiny);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->law, Law::tlb_coherent);
}

}  // namespace
}  // namespace cow::props::record
