#include "proofs/explorer.h"

#include <gtest/gtest.h>
#include <set>
#include <stdexcept>

namespace cow::proofs {
namespace {

TEST(Explorer, RunsOncePerFeasiblePath) {
  const Cond a("a"), b("b");
  Solver premises(5);
  premises.add(implies(a, b));
  Explorer explorer(look_with(premises));
  std::multiset<std::string> paths;
  explorer.explore([&] {
    std::string path = a ? "a" : "-";
    path += b ? "b" : "-";
    paths.insert(path);
  });
  EXPECT_EQ(paths, (std::multiset<std::string>{"ab", "-b", "--"}));
  EXPECT_TRUE(explorer.one_sided().empty());
}

TEST(Explorer, NamesWhatNeverHappens) {
  const Cond a("a");
  Solver premises(5);
  premises.add(a);
  Explorer explorer(look_with(premises));
  int dead = 0;
  explorer.explore([&] {
    if (!a) ++dead;
  });
  EXPECT_EQ(dead, 0);
  EXPECT_EQ(explorer.one_sided(), std::vector<std::string>{"always a"});
}

TEST(Explorer, FactsRuleOutPaths) {
  const Cond a("a"), b("b");
  Solver premises(5);
  Explorer explorer(look_with(premises));
  int runs = 0;
  explorer.explore([&] {
    Explorer::active().assume(a || b);
    if (!a && !b) FAIL() << "the fact forbids it";
    if (a) ++runs;
  });
  EXPECT_EQ(runs, 1);
}

TEST(Explorer, ConstantsAreNoQuestions) {
  Solver premises(5);
  Explorer explorer(look_with(premises));
  int runs = 0;
  explorer.explore([&] {
    if (Cond(true) || Cond("a")) ++runs;
  });
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(explorer.one_sided().empty());
}

TEST(Explorer, NobodyElseMayAsk) { EXPECT_THROW((void)bool(Cond("a")), std::logic_error); }

}  // namespace
}  // namespace cow::proofs
