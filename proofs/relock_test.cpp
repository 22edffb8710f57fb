#include <algorithm>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "proofs/goals.h"
#include "proofs/judge.h"
#include "proofs/sabotage.h"

// What a thread relies on while other CPUs run: each of it is needed, and no more is guaranteed.

namespace cow::proofs {
namespace {

using kernel::Law;

template <class Machine>
using Shipped = Machine;

struct Needed {
  const char* rely;
  const char* obligation;  ///< which is not proved without it
};

void PrintTo(const Needed& needed, std::ostream* out) { *out << needed.rely; }

std::string identifier(std::string name) {
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
}

class Relies : public testing::TestWithParam<Needed> {};

TEST_P(Relies, IsNeeded) {
  Options options;
  options.only = GetParam().obligation;
  options.without = GetParam().rely;
  const auto report = prove_all(options);
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::refuted) << report.results[0].note;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Relies,
    testing::Values(Needed{rely::areas_stay, "reach_read/permission"},
                    Needed{rely::own_pages_stay, "reach_write/isolation"},
                    Needed{rely::references_count, "reach_read/no-dangling"},
                    Needed{rely::lent_bytes_stay, "reach_read/isolation"},
                    Needed{rely::instructions_are_awaited, "pin_fast/no-dangling"},
                    Needed{rely::locked_entries_stay, "take_alone/exact-count"}),
    [](const auto& p) { return identifier(p.param.rely); });

/// A step that breaks what a thread would like to rely on besides.
struct TooMuch {
  const char* says;
  const char* step;
  std::function<Cond(const State&, const State&, const Point&)> stays;
};

void PrintTo(const TooMuch& stronger, std::ostream* out) { *out << stronger.says; }

class StrongerRelies : public testing::TestWithParam<TooMuch> {};

TEST_P(StrongerRelies, IsNotGuaranteed) {
  const auto& stronger = GetParam();
  const auto all = specs();
  auto spec = *std::ranges::find(all, std::string_view(stronger.step), &Spec::name);
  spec.goals = {always(Law::isolation, stronger.says, [&](auto& q) {
    return stronger.stays(q.before, q.path.after, any_point());
  })};
  Options options;
  options.only = std::string(stronger.step) + "/isolation";
  const auto results =
      Judge(spec, runner_of<Shipped, Group::small, Group::access>(), options).results();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].verdict, Verdict::refuted) << results[0].note;
}

const TooMuch every_page_stays{
    "every page stays where it is", "write_fault", [](auto& a, auto& b, auto& at) {
      return implies(a.present(at.slot), b.frame(at.slot) == a.frame(at.slot));
    }};
const TooMuch every_area_stays{
    "areas of whoever holds the space alone stay", "protect_page",
    [](auto& a, auto& b, auto& at) { return area_stays(a, b, at.slot); }};
const TooMuch every_byte_stays{
    "bytes that are lent stay, whoever has them", "store", [](auto& a, auto& b, auto& at) {
      return implies(a.lent(at.frame) > 0,
                     a.bytes(at.frame, at.offset) == b.bytes(at.frame, at.offset));
    }};
const TooMuch nothing_is_freed{
    "what is held is held on", "unmap_page",
    [](auto& a, auto& b, auto& at) { return implies(!a.is_free(at.frame), !b.is_free(at.frame)); }};

INSTANTIATE_TEST_SUITE_P(Each, StrongerRelies,
                         testing::Values(every_page_stays, every_area_stays, every_byte_stays,
                                         nothing_is_freed),
                         [](const auto& p) { return identifier(p.param.says); });

/// A loop that begins its second turn with another request is not what was looked at.
template <class Base>
struct ForgetsToWrite : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool still_writes(const M&, bool) {
      return false;
    }
  };
};

TEST(Relocks, ATurnThatAsksForOtherThanTheFirstOneIsNoticed) {
  const auto report = prove_mutant<ForgetsToWrite, Group::relock>({.only = "reach_write/progress"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::refuted);
  EXPECT_NE(report.results[0].note.find("each turn asks for"), std::string::npos);
}

/// The laws are assumed as often as other CPUs run, whatever the step says.
TEST(Relocks, AKernelThatGivesUpMoreLocksIsLookedAtAgain) {
  const auto report = prove_mutant<sabotage::CountsWithoutTheEntry, Group::small>(
      {.only = "write_fault/sole-writer"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::refuted);
  EXPECT_NE(report.results[0].note.find("other CPUs run"), std::string::npos);
}

}  // namespace
}  // namespace cow::proofs
