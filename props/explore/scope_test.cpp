#include "props/explore/scope.h"

#include <gtest/gtest.h>

#include "props/explore/explore.h"

namespace cow::props::explore {
namespace {

TEST(Scopes, CanAllBeExplored) {
  ASSERT_GE(scopes().size(), 4U);
  for (const auto& scope : scopes()) {
    EXPECT_EQ(complaint(scope), "") << scope.name;
    EXPECT_EQ(model::complaint(scope.world), "") << scope.name;
    EXPECT_EQ(find_scope(scope.name), &scope);
  }
  EXPECT_EQ(find_scope("nothing"), nullptr);
}

TEST(Scopes, OnesThatCannotAreRefused) {
  auto scope = scopes().front();
  scope.world.frames = 21;
  EXPECT_NE(complaint(scope), "");
  scope = scopes().front();
  scope.end_page = 1;
  EXPECT_EQ(complaint(scope), "an operation names a page outside");
}

/// Whatever the model learns to do and the machine to count must be in a scope.
TEST(Scopes, TryEveryKindOfOperationAndMakeEveryEventHappen) {
  Tally all;
  for (const auto& scope : scopes()) {
    ExploreOptions options;
    options.scope = &scope;
    options.depth = 5;
    const auto explored = explore(options);
    for (int kind = 0; kind < model::kind_count; ++kind) {
      const auto k = static_cast<std::size_t>(kind);
      all.succeeded[k] += explored.tally.succeeded[k];
      all.refused[k] += explored.tally.refused[k];
    }
    for (std::size_t e = 0; e < all.events.size(); ++e) all.events[e] += explored.tally.events[e];
  }
  for (int kind = 0; kind < model::kind_count; ++kind) {
    const auto name = model::name(static_cast<model::Kind>(kind));
    EXPECT_GT(all.succeeded[static_cast<std::size_t>(kind)], 0U) << name << " never succeeds";
    EXPECT_GT(all.refused[static_cast<std::size_t>(kind)], 0U) << name << " is never refused";
  }
  for (std::size_t e = 0; e < all.events.size(); ++e) {
    EXPECT_GT(all.events[e], 0U) << "no scope has a " << kernel::event_names[e];
  }
}

}  // namespace
}  // namespace cow::props::explore
