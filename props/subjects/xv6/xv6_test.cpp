#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/lockstep/session.h"
#include "props/run/random.h"
#include "props/subjects/registry.h"
#include "props/subjects/xv6/provide.h"
#include "props/subjects/xv6/tree.h"

namespace cow::props::xv6 {
namespace {

namespace fs = std::filesystem;

/// Builds go into a cache of the tests' own.
class Xv6 : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = fs::temp_directory_path() / ("cowcheck-xv6-test." + std::to_string(getpid()));
    fs::create_directories(home_);
    setenv("XDG_CACHE_HOME", home_.c_str(), 1);
    provide();
  }
  static void TearDownTestSuite() { fs::remove_all(home_); }

  /// The stand-in (stand_in/), with one thing wrong as its broken.h names it; a name for the
  /// registry.
  static std::string stand_in(const std::string& broken) {
    const auto tree = home_ / broken;
    if (fs::exists(tree)) return "xv6:" + tree.string();
    fs::copy(COWCHECK_STAND_IN, tree, fs::copy_options::recursive);
    std::ofstream(tree / "kernel/broken.h", std::ios::app)
        << "#undef BROKEN\n#define BROKEN " << broken << '\n';
    return "xv6:" + tree.string();
  }

  static inline fs::path home_;
};

#define SKIP_WITHOUT_TOOLS() \
  if (const auto missing = missing_tools(); !missing.empty()) GTEST_SKIP() << missing

/// What the lockstep says of a trace: "pass", or the law and what broke it.
std::string verdict(const std::string& subject, std::string_view text) {
  const auto trace = model::parse(text).trace;
  const auto session = open_session(subject, trace.world);
  const auto failure = check_trace(*session, trace);
  if (!failure) return "pass";
  std::string words(kernel::name(failure->law));
  for (const auto& finding : failure->findings) words += "; " + finding.text;
  return words;
}

constexpr const char* story =
    "P0 map p0 3 private write\nP0 write p0+14 4 0x11\nP0 fork P1\n"
    "P1 write p0+15 2 0x21\nP0 kernel-write p1 3 0x31\nP0 read p0 48\n"
    "P1 kernel-read p0 48\nP1 unmap p1 2\nP1 read p1 4\nP1 exec\n"
    "P1 map p0 1 private write\nP0 exit\nP1 read p0 16\n";

void expect_found(const std::string& subject, const std::string& begin, const std::string& part) {
  const auto found = verdict(subject, story);
  EXPECT_TRUE(found.starts_with(begin)) << found;
  EXPECT_NE(found.find(part), std::string::npos) << found;
}

TEST_F(Xv6, TheStandInPassesAndIsNotBuiltTwice) {
  SKIP_WITHOUT_TOOLS();
  const auto subject = stand_in("SOUND");
  EXPECT_EQ(verdict(subject, story), "pass");
  EXPECT_EQ(build(subject.substr(4)), build(subject.substr(4)));
}

TEST_F(Xv6, AWrongByteIsFound) {
  SKIP_WITHOUT_TOOLS();
  expect_found(stand_in("WRITES_SHARED"), "isolation; ",
               "P0, which did nothing, now sees p0 differ");
}

/// The trace goes on for long behind what is wrong, and is played to its end at once.
TEST_F(Xv6, WhatIsWrongIsWhereItIs) {
  SKIP_WITHOUT_TOOLS();
  const auto subject = stand_in("WRITES_SHARED");
  auto trace = model::parse("P0 map p0 1 private write\nP0 fork P1\nP1 write p0 1 0x01\n").trace;
  for (int i = 0; i < 400; ++i) trace.ops.push_back(model::parse("P1 read p0 1\n").trace.ops[0]);
  for (const std::size_t length : {403U, 50U}) {  // the longer one does not fit into a script
    trace.ops.resize(std::min(length, trace.ops.size()));
    const auto failure = check_trace(*open_session(subject, trace.world), trace);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->law, kernel::Law::isolation);
    EXPECT_EQ(failure->index, 2U);
  }
}

TEST_F(Xv6, ALeakIsFound) {
  SKIP_WITHOUT_TOOLS();
  expect_found(stand_in("LEAKS"), "no-leak; ", "254 pages are free where 256 were before");
}

TEST_F(Xv6, APanicAProcessKilledAndAHangAreToldApart) {
  SKIP_WITHOUT_TOOLS();
  expect_found(stand_in("PANICS"), "progress; ", "the kernel panicked: panic: stand-in");
  expect_found(stand_in("KILLS"), "permission; ",
               "the kernel killed P1: usertrap(): unexpected scause");
  expect_found(stand_in("HANGS"), "progress; ",
               "the kernel hangs: it does not even list processes");
}

TEST_F(Xv6, RandomTracesAreProductive) {
  SKIP_WITHOUT_TOOLS();
  RandomOptions options;
  options.subject = stand_in("SOUND");
  options.traces = 12;
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  EXPECT_FALSE(result.failure) << model::print(model::TraceText{result.trace, "", ""});
  EXPECT_EQ(result.done.traces, 12U);
  EXPECT_GT(result.done.operations, 300U);
  for (const auto kind : {model::Kind::map, model::Kind::unmap, model::Kind::write,
                          model::Kind::kernel_write, model::Kind::fork, model::Kind::exit})
    EXPECT_GT(result.census.succeeded(kind), 0U) << model::name(kind);
  const auto at_once = result.census.events[3], one_by_one = result.census.events[4];
  EXPECT_EQ(at_once + one_by_one, 12U);
  EXPECT_GT(at_once, 6U);  // where many others want the processor an answer may come too late
}

std::string complaint(const std::string& subject) {
  try {
    open_session(subject, model::World{});
  } catch (const SubjectError& error) {
    return error.what();
  }
  return {};
}

TEST_F(Xv6, BadTreesAreOneClearError) {
  EXPECT_EQ(complaint("xv6:/nowhere/at/all"), "xv6: there is no directory /nowhere/at/all");
  const auto empty = home_ / "empty";
  fs::create_directories(empty);
  EXPECT_EQ(complaint("xv6:" + empty.string()),
            "xv6: " + empty.string() + " is no xv6-riscv tree: it has no Makefile");
  SKIP_WITHOUT_TOOLS();
  const auto error = complaint(stand_in("a mistake"));
  EXPECT_NE(error.find("the tree does not build: ./kernel/broken.h:"), std::string::npos) << error;
}

TEST_F(Xv6, AKernelThatDoesNotComeUpIsNoCounterexample) {
  SKIP_WITHOUT_TOOLS();
  const auto error = complaint(stand_in("PANICS_AT_BOOT"));
  EXPECT_NE(error.find("does not come up"), std::string::npos) << error;
  EXPECT_NE(error.find("panic: too early"), std::string::npos) << error;
}

TEST_F(Xv6, AKernelThatWantsMoreMemoryGetsIt) {
  SKIP_WITHOUT_TOOLS();
  const auto subject = stand_in("WANTS_MEMORY");
  EXPECT_EQ(verdict(subject, story), "pass");
  const auto notes = open_session(subject, model::World{})->notes();
  EXPECT_TRUE(notes.at(1).ends_with("; with less it does not work")) << notes.at(1);
  for (const auto& note : open_session(stand_in("SOUND"), model::World{})->notes())
    EXPECT_EQ(note.find("with less"), std::string::npos) << note;
}

/// A real tree that somebody says is right.
TEST_F(Xv6, TheGivenTreePasses) {
  SKIP_WITHOUT_TOOLS();
  const char* const tree = getenv("COWCHECK_XV6_TREE");
  if (tree == nullptr) GTEST_SKIP() << "no tree is given: COWCHECK_XV6_TREE";
  RandomOptions options;
  options.subject = std::string("xv6:") + tree;
  options.traces = 6;
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  ASSERT_FALSE(result.failure) << result.failure->findings.at(0).text;
  EXPECT_EQ(verdict(options.subject, story), "pass");
}

}  // namespace
}  // namespace cow::props::xv6
