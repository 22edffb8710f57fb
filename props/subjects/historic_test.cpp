#include "props/subjects/historic.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/run/isolated.h"
#include "props/run/random.h"
#include "props/run/shrink_isolated.h"
#include "props/subjects/registry.h"
#include "props/traces/library.h"

namespace cow::props {

/// For messages of the tests.
static void PrintTo(const Historic& system, std::ostream* out) { *out << system.name; }

namespace {

std::string subject_of(const Historic& system, const Flaw& flaw) {
  return fmt::format("{}:{}", system.name, flaw.name);
}

model::TraceText story_of(const Historic& system, const Flaw& flaw) {
  return model::parse(find_trace(fmt::format("findings/{}-{}", system.name, flaw.name)));
}

std::optional<Failure> run(const std::string& subject, model::Trace trace) {
  return run_isolated(subject, trace);
}

RandomResult draw(const std::string& subject, std::uint64_t traces, unsigned jobs = 2) {
  RandomOptions options;
  options.subject = subject;
  options.traces = traces;
  options.jobs = jobs;
  options.limit = std::chrono::minutes(5);
  return run_random(options, [](const RandomProgress&) { return true; });
}

class EverySystem : public testing::TestWithParam<Historic> {};

std::string test_name(const testing::TestParamInfo<Historic>& info) {
  std::string name(info.param.name);
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Historic, EverySystem, testing::ValuesIn(historic_systems()), test_name);

/// Each flaw alone breaks the law that its story says, and nothing else is needed to break it: the
/// same story passes where this flaw is repaired, too.
TEST_P(EverySystem, EachFlawHasAStoryThatTheRepairedOnePasses) {
  const auto& system = GetParam();
  for (const auto& flaw : system.flaws) {
    const auto story = story_of(system, flaw);
    const auto subject = subject_of(system, flaw);
    const auto failure = run(subject, story.trace);
    ASSERT_TRUE(failure) << subject;
    EXPECT_EQ(failure->law, flaw.law) << subject;
    EXPECT_EQ(story.verdict, kernel::name(flaw.law)) << subject;
    EXPECT_EQ(failure->index + 1, story.trace.ops.size()) << subject;
    EXPECT_FALSE(run(fmt::format("{}-repaired", system.name), story.trace)) << subject;
    if (!flaw.written) continue;
    EXPECT_TRUE(run(std::string(system.name), story.trace)) << subject;
  }
}

/// The stories are shortest: without any one operation nothing breaks.
TEST_P(EverySystem, NoOperationOfAStoryIsNeedless) {
  for (const auto& flaw : GetParam().flaws) {
    const auto story = story_of(GetParam(), flaw);
    for (std::size_t i = 0; i + 1 < story.trace.ops.size(); ++i) {
      auto shorter = story.trace;
      shorter.ops.erase(shorter.ops.begin() + static_cast<std::ptrdiff_t>(i));
      const auto failure = run(subject_of(GetParam(), flaw), shorter);
      const bool same = failure && failure->law == flaw.law && failure->index < shorter.ops.size();
      EXPECT_FALSE(same) << subject_of(GetParam(), flaw) << " without operation " << i + 1;
    }
  }
}

/// The canaries: one flaw more, and random traces find it.
TEST_P(EverySystem, RandomTracesFindEachFlaw) {
  const auto& system = GetParam();
  EXPECT_TRUE(draw(std::string(system.name), 20'000).failure) << system.name;
  for (const auto& flaw : system.flaws) {
    const auto subject = subject_of(system, flaw);
    EXPECT_TRUE(draw(subject, 20'000).failure) << subject;
  }
}

TEST_P(EverySystem, RepairedItPassesAMillionOperations) {
  const auto subject = fmt::format("{}-repaired", GetParam().name);
  const auto result = draw(subject, 25'000);
  EXPECT_FALSE(result.failure) << result.failure->findings.at(0).text;
  EXPECT_GT(result.done.operations, 1'000'000U);
  const auto session = open_session(subject, {});
  const auto known = known_kinds(*session);
  EXPECT_GE(known.count(), 7U);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i]) continue;
    const auto kind = static_cast<model::Kind>(i);
    EXPECT_GT(result.census.succeeded(kind), 0U) << model::name(kind);
    EXPECT_GT(result.census.refused(kind), 0U) << model::name(kind);
  }
}

TEST_P(EverySystem, RepairedItPassesLargePagesToo) {
  RandomOptions options;
  options.subject = fmt::format("{}-repaired", GetParam().name);
  options.world = model::default_world(model::Geometry::x86_64);
  options.traces = 60;
  options.jobs = 2;
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  EXPECT_FALSE(result.failure) << result.failure->findings.at(0).text;
  EXPECT_EQ(result.done.traces, 60U);
}

TEST_P(EverySystem, TheNumberOfJobsDoesNotChangeWhatIsFound) {
  const std::string subject(GetParam().name);
  const auto one = draw(subject, 2'000, 1), three = draw(subject, 2'000, 3);
  ASSERT_TRUE(one.failure && three.failure);
  EXPECT_EQ(one.number, three.number);
  EXPECT_EQ(one.trace, three.trace);
}

std::string row(const std::string& subject, const std::optional<Failure>& failure,
                std::string_view why) {
  if (!failure) return fmt::format("| `{}` | pass | | | {} |\n", subject, why);
  return fmt::format("| `{}` | fail | {} | {} | {} |\n", subject, kernel::name(failure->law),
                     failure->index + 1, why);
}

/// What a random run says, shrunk; then every story as it is.
std::string rows(const Historic& system) {
  const std::string name(system.name);
  const auto found = draw(name, 2'000);
  if (!found.failure) return name + " passes as written\n";
  const auto best = shrink_isolated(name, found.trace, *found.failure, {});
  auto text = row(name, best.failure, system.what);
  for (const auto& flaw : system.flaws) {
    if (!flaw.written) continue;
    const auto subject = subject_of(system, flaw);
    text += row(subject, run(subject, story_of(system, flaw).trace), flaw.what);
  }
  const auto repaired = name + "-repaired";
  return text + row(repaired, draw(repaired, 2'000).failure, "all of this repaired");
}

/// The table in impl/historic/README.md is what comes out here.
TEST(HistoricTable, StandsInItsReadme) {
  std::string table = "| subject | verdict | law | operations | why |\n|---|---|---|---|---|\n";
  for (const auto& system : historic_systems()) table += rows(system);
  std::ifstream in(COWCHECK_SOURCE_DIR "/impl/historic/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(readme.find("\n\n" + table + "\n"), std::string::npos)
      << "impl/historic/README.md should say:\n\n"
      << table;
}

TEST(Historic, EveryStoryBelongsToAFlaw) {
  std::size_t flaws = 0;
  for (const auto& system : historic_systems()) flaws += system.flaws.size();
  const auto is_finding = [](const NamedTrace& t) { return t.name.starts_with("findings/"); };
  EXPECT_EQ(std::ranges::count_if(trace_library(), is_finding), static_cast<std::ptrdiff_t>(flaws));
}

TEST(Historic, NamesThatAlmostFitAreNone) {
  for (const auto* name : {"linux-0.11:", "linux-0.11-", "linux-0.11x", "sketch-a:no-flush", "xv6",
                           "xv6-cow-repaired-", "sketch-b:NO-FLUSH", ""}) {
    EXPECT_EQ(find_historic(name).system, nullptr) << name;
  }
  EXPECT_EQ(find_historic("xv6-cow-rsw").system->name, "xv6-cow-rsw");
  EXPECT_EQ(find_historic("xv6-cow:oom-kills").system->name, "xv6-cow");
}

}  // namespace
}  // namespace cow::props
