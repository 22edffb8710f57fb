#include "props/museum/museum.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/museum/kill.h"
#include "props/traces/library.h"

namespace cow::props {
namespace {

std::string name_of(const testing::TestParamInfo<Exhibit>& info) {
  std::string name(info.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

class EveryExhibit : public testing::TestWithParam<Exhibit> {};
INSTANTIATE_TEST_SUITE_P(Museum, EveryExhibit, testing::ValuesIn(exhibits()), name_of);

TEST_P(EveryExhibit, BreaksItsLawOnItsTrace) {
  const Exhibit& exhibit = GetParam();
  const auto text = find_trace("museum/" + std::string(exhibit.name));
  ASSERT_FALSE(text.empty()) << "props/traces/museum/" << exhibit.name << ".trace is missing";
  const auto parsed = model::parse(text);
  EXPECT_EQ(parsed.verdict, kernel::name(exhibit.law));
  const auto kill = kill_by_trace(exhibit);
  EXPECT_TRUE(kill.expected) << (kill.law ? kernel::name(*kill.law) : "survived");
  EXPECT_EQ(kill.operations, parsed.trace.ops.size()) << "fails before its last operation";
}

TEST_P(EveryExhibit, HasATraceOfWhichNoOperationCanBeLeftOut) {
  const Exhibit& exhibit = GetParam();
  const auto trace = model::parse(find_trace("museum/" + std::string(exhibit.name))).trace;
  for (std::size_t i = 0; i + 1 < trace.ops.size(); ++i) {
    auto shorter = trace;
    shorter.ops.erase(shorter.ops.begin() + static_cast<std::ptrdiff_t>(i));
    const auto failure = check_trace(*exhibit.open(trace.world), shorter);
    const bool same = failure && failure->law == exhibit.law && failure->op == trace.ops.back();
    EXPECT_FALSE(same) << "operation " << i + 1 << " is not needed";
  }
}

TEST_P(EveryExhibit, IsCaughtByRandomTraces) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto kill = kill_by_random(GetParam(), seed, std::chrono::minutes(1));
    EXPECT_TRUE(kill.caught) << "seed " << seed;
    EXPECT_TRUE(kill.expected) << "seed " << seed << ": "
                               << (kill.law ? kernel::name(*kill.law) : "survived");
  }
}

TEST_P(EveryExhibit, SaysWhichProofRefutesItOrWhyNone) {
  EXPECT_NE(GetParam().proof.empty(), GetParam().unproved.empty());
}

/// What `museum --show` tells: what went wrong, in sentences, not only a line.
TEST_P(EveryExhibit, TellsItsStory) {
  const auto text = model::parse(find_trace("museum/" + std::string(GetParam().name)));
  EXPECT_GT(text.heading.size(), 120U) << text.heading;
}

TEST(TraceLibrary, EveryTraceParsesAndTheSoundKernelPassesIt) {
  ASSERT_GE(trace_library().size(), exhibits().size() + 8);
  for (const auto& [name, text] : trace_library()) {
    const auto parsed = model::parse(text);
    EXPECT_FALSE(parsed.heading.empty()) << name << " has no line of comment";
  }
}

}  // namespace
}  // namespace cow::props
