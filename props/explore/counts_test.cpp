#include <gtest/gtest.h>

#include "props/explore/explore.h"
#include "props/explore/naive.h"
#include "props/explore/worker.h"

/// The explorer counts the states that a naive enumeration counts: exactly those without
/// reduction, one of each orbit with it.
namespace cow::props::explore {
namespace {

constexpr unsigned depth = 4;

using Ops = std::vector<std::uint32_t>;

/// Performs a trace from the start.
void replay(Worker& worker, const Ops& ops) {
  worker.pair().reset();
  for (const auto i : ops) {
    ASSERT_TRUE(worker.pair().step(worker.concrete(i)));
    worker.pair().settle();
  }
}

/// How many states no shorter trace reaches, by depth; `text` tells states apart.
template <class Text>
std::vector<std::uint64_t> count(const Scope& scope, Text text) {
  Worker worker(scope, open_explorable<Explorable::Machine>(scope.world), false);
  std::set<std::string> seen{(worker.pair().reset(), text(worker.pair()))};
  std::vector<Ops> layer{{}};
  std::vector<std::uint64_t> sizes{1};
  while (sizes.size() <= depth) {
    std::vector<Ops> next;
    for (const auto& way : layer) {
      for (std::uint32_t i = 0; i < scope.ops.size(); ++i) {
        auto longer = way;
        longer.push_back(i);
        replay(worker, longer);
        if (seen.insert(text(worker.pair())).second) next.push_back(longer);
      }
    }
    layer = std::move(next);
    sizes.push_back(layer.size());
  }
  return sizes;
}

std::vector<std::uint64_t> explored(const Scope& scope, bool reduce) {
  ExploreOptions options;
  options.scope = &scope;
  options.depth = depth;
  options.reduce = reduce;
  return explore(options).layers;
}

class EveryScope : public testing::TestWithParam<Scope> {};
class ReducibleScope : public testing::TestWithParam<Scope> {};
std::vector<Scope> reducible_scopes() {
  std::vector<Scope> found;
  std::ranges::copy_if(scopes(), std::back_inserter(found), &Scope::is_reducible);
  return found;
}
std::string name_of(const testing::TestParamInfo<Scope>& each) {
  auto name = std::string(each.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Counts, ReducibleScope, testing::ValuesIn(reducible_scopes()), name_of);
INSTANTIATE_TEST_SUITE_P(Counts, EveryScope, testing::ValuesIn(scopes()), name_of);

TEST_P(EveryScope, HasTheStatesThatANaiveEnumerationCounts) {
  const auto& scope = GetParam();
  const auto naive = count(scope, [&](const Pair& pair) { return naive::exact(scope, pair); });
  EXPECT_EQ(explored(scope, false), naive);
  EXPECT_GT(naive.back(), 300U);
}

TEST_P(ReducibleScope, HasTheOrbitsThatANaiveEnumerationCounts) {
  const auto& scope = GetParam();
  const Symmetry symmetry(scope);
  const auto naive =
      count(scope, [&](const Pair& pair) { return naive::orbit(scope, pair, symmetry); });
  EXPECT_EQ(explored(scope, true), naive);
  EXPECT_LT(naive.back(), explored(scope, false).back());
}

}  // namespace
}  // namespace cow::props::explore
