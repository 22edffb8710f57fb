#include <gtest/gtest.h>
#include <unistd.h>

#include "props/run/random.h"
#include "props/subjects/linux/linux_fixture.h"
#include "props/subjects/registry.h"
#include "props/traces/library.h"

namespace cow::props::live {
namespace {

TEST(LiveLinux, KeepsTheLawsInTheScenarios) {
  for (const auto& stored : trace_library()) {
    if (!stored.name.starts_with("scenarios/")) continue;
    EXPECT_EQ(verdict(stored.text), "pass") << stored.name;
  }
}

RandomResult run(const model::World& world, std::uint64_t traces) {
  provide();
  RandomOptions options;
  options.subject = "linux";
  options.world = world;
  options.traces = traces;
  return run_random(options, [](const RandomProgress&) { return true; });
}

void expect_no_failure(const RandomResult& result) {
  if (!result.failure) return;
  ADD_FAILURE() << result.failure->findings.at(0).text << '\n'
                << model::print(model::TraceText{result.trace, "", ""});
}

TEST(LiveLinux, KeepsTheLawsInRandomTraces) {
  const auto result = run(model::World{}, 150);
  expect_no_failure(result);
  EXPECT_EQ(result.done.traces, 150U);
  const auto names = open_session("linux", model::World{})->event_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].starts_with("translated")) continue;
    EXPECT_GT(result.census.events[i], 0U) << names[i];
  }
}

/// How often each translation was counted: hole, write, advice, move, store, finding, limit.
std::vector<std::uint64_t> translations(std::string_view text) {
  const auto trace = model::parse(text).trace;
  const auto session = open_linux(trace.world, {agent_image()});
  EXPECT_FALSE(check_trace(*session, trace));
  const auto names = session->event_names();
  const auto census = session->census();
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].starts_with("translated")) counts.push_back(census.events[i]);
  }
  return counts;
}

TEST(LiveLinux, CountsTranslationsAndNothingElse) {
  using Counts = std::vector<std::uint64_t>;
  EXPECT_EQ(translations("P0 map p0 1 private read\nP0 pin d0 p0 write\nP0 write p0 1 0x01\n"),
            (Counts{0, 0, 0, 0, 0, 0, 0}));
  const std::string map = "P0 map p0 1 private write\n";
  EXPECT_EQ(translations(map + "P0 protect p0 2 read\n"), (Counts{1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(translations(map + "P0 map p1 1 private read\nP0 write p0+15 2 0x01\n"),
            (Counts{0, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(translations(map + "P0 map p1 1 shared write\nP0 advise p0 2 wipeonfork\n"),
            (Counts{0, 0, 1, 0, 0, 0, 0}));
  EXPECT_EQ(translations("P0 map p0 1 shared write file@p3\nP0 map p1 1 private write file@p3\n"
                         "P0 write p0 18 0x41\n"),
            (Counts{0, 0, 0, 0, 1, 0, 0}));
  if (!Means::get().no_pins.empty()) return;
  EXPECT_EQ(translations(map + "P0 free p0 1\nP0 pin d0 p0 write\n"),
            (Counts{0, 0, 0, 0, 0, 1, 0}));
  EXPECT_EQ(translations("P0 map p0 1 private read\nP0 pin d0 p0 read\n"),
            (Counts{0, 0, 0, 0, 0, 0, 1}));
}

TEST(LiveLinux, KeepsTheLawsOnRealAndHugePages) {
  if (sysconf(_SC_PAGESIZE) != 4096) GTEST_SKIP() << "pages are not of 4096 bytes";
  expect_no_failure(run(model::default_world(model::Geometry::x86_64), 12));
}

TEST(WrongAgent, ThatSharesPrivateMemoryIsCaught) {
  expect_caught(Wrong::shares_private_memory,
                "P0 map p0 1 private write\nP0 fork P1\nP1 write p0 1 0x11\n", "isolation");
}

TEST(WrongAgent, ThatIgnoresDontforkIsCaught) {
  expect_caught(Wrong::ignores_dontfork,
                "P0 map p0 1 private write\nP0 advise p0 1 dontfork\nP0 fork P1\n", "permission");
}

TEST(WrongAgent, ThatLosesTheLastByteIsCaught) {
  const std::string map = "P0 map p0 2 private write\n";
  expect_caught(Wrong::loses_the_last_byte, map + "P0 write p0+3 4 0x11\n", "isolation");
  expect_caught(Wrong::loses_the_last_byte, map + "P0 kernel-write p1 2 0x21\n", "isolation");
}

TEST(WrongAgent, ThatKeepsWhatIsDroppedIsCaught) {
  expect_caught(Wrong::keeps_what_is_dropped,
                "P0 map p0 1 private write\nP0 write p0 1 0x11\nP0 dontneed p0 1\n",
                "no-disclosure");
}

TEST(WrongAgent, ThatIgnoresWipeonforkIsCaught) {
  expect_caught(Wrong::ignores_wipeonfork,
                "P0 map p0 1 private write\nP0 write p0 1 0x11\nP0 advise p0 1 wipeonfork\n"
                "P0 fork P1\n",
                "no-disclosure");
}

TEST(WrongAgent, ThatLeavesACopyAtExitIsCaughtByItsFrames) {
  if (!root()) GTEST_SKIP() << Means::get().frames.reason();
  std::string trace = "P0 map p0 16 private write\n";
  for (int i = 0; i < 6; ++i) trace += "P0 fork P1\nP1 write p0 256 0x11\nP1 exit\n";
  const auto found = verdict(trace, {wrong_agent(), Wrong::leaves_a_copy});
  EXPECT_TRUE(found.starts_with("exact-count;") || found.starts_with("no-leak;")) << found;
  EXPECT_EQ(verdict(trace, {wrong_agent()}), "pass");
}

const std::string both =
    "P0 map p0 1 private write file@p3\nP0 map p1 1 shared write file@p3\nP0 read p0 1\n";

TEST(WrongAgent, ThatSharesPrivatePagesOfTheFileIsCaught) {
  expect_caught(Wrong::shares_private_files, both + "P0 write p0 1 0x11\n", "isolation");
}

TEST(WrongAgent, ThatCopiesTheFileAtOnceIsCaught) {
  expect_caught(Wrong::copies_files_at_once, both + "P0 write p1 1 0x11\n", "isolation");
}

TEST(LiveLinux, SaysWhetherARefusedStoreMadeAPageItsOwn) {
  const std::string change = "P0 map p8 1 shared write file@p3\nP0 write p8 1 0x11\nP0 read p0 1\n";
  const std::string map = "P0 map p0 1 private write file@p3\nP0 map p1 1 private ";
  EXPECT_EQ(verdict(map + "read\nP0 write p0+8 16 0x41\n" + change), "pass");
  EXPECT_EQ(verdict(map + "none\nP0 write p0+8 16 0x41\n" + change), "pass");
  EXPECT_EQ(verdict(map + "read\nP0 kernel-write p0+8 16 0x41\n" + change), "pass");
}

TEST(LiveLinux, MakesPagesOfTheFileItsOwnBeforeAStoreChangesIt) {
  const std::string maps = "P0 map p0 1 shared write file@p3\nP0 map p1 1 private write file@p3\n";
  EXPECT_EQ(verdict(maps + "P0 write p0 18 0x41\nP0 read p0 32\n"), "pass");
  EXPECT_EQ(verdict(maps + "P0 force-write p0 18 0x41\nP0 read p0 32\n"), "pass");
}

TEST(LiveLinux, TheFileIsEmptyWhenATraceBegins) {
  const std::string map = "P0 map p0 1 shared write file@p3\nP0 read p0 16\n";
  EXPECT_EQ(verdict(map + "P0 write p0 16 0x41\n"), "pass");
  EXPECT_EQ(verdict(map), "pass");
}

TEST(WrongAgent, ThatDiesIsACrashAndTheNextTraceGoesOn) {
  const std::string trace = "P0 map p0 1 private write\nP0 remap p0 1 p2\n";
  const auto found = verdict(trace, {wrong_agent(), Wrong::dies_at_remap});
  EXPECT_TRUE(found.starts_with("progress;")) << found;
  EXPECT_NE(found.find("; P0 crashed with SIG"), std::string::npos) << found;
  EXPECT_EQ(verdict(trace), "pass");
}

TEST(WrongAgent, ThatHangsIsFound) {
  const auto found = verdict("P0 map p0 1 private write\nP0 protect p0 1 read\n",
                             {wrong_agent(), Wrong::sleeps_at_protect, 1000});
  EXPECT_TRUE(found.starts_with("progress;")) << found;
  EXPECT_NE(found.find("; P0 hangs: no answer"), std::string::npos) << found;
}

}  // namespace
}  // namespace cow::props::live
