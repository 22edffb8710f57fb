#include "props/explore/explore.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/explore/explorable.h"
#include "props/museum/kill.h"
#include "props/traces/library.h"

namespace cow::props::explore {
namespace {

ExploreOptions options_for(std::string_view scope, unsigned depth,
                           const std::string& subject = "embedded") {
  ExploreOptions options;
  options.scope = find_scope(scope);
  options.depth = depth;
  options.subject = subject;
  return options;
}

TEST(Explore, TheSoundKernelHasNoCounterexample) {
  for (const auto& scope : scopes()) {
    const auto explored = explore(options_for(scope.name, 5));
    EXPECT_EQ(explored.stop, Stop::done) << scope.name;
    EXPECT_FALSE(explored.failure.has_value());
    EXPECT_EQ(explored.done.depth, 5U);
    EXPECT_EQ(explored.layers.size(), 6U);
  }
}

TEST(Explore, SaysWhatWasCovered) {
  const auto options = options_for("small", 3);
  EXPECT_EQ(sentence(options, explore(options)),
            "all traces of up to 3 operations of 3 processes, 2 pages, 1 CPU, 20 frames: 62 states "
            "up to renaming, 867 transitions, no counterexample (odds that two states were "
            "mistaken for one: 1 in 1e+16)");
}

/// The only trace that begins by ending everything leaves nothing to do: a world is exhausted.
TEST(Explore, EndsWhenNoStateIsNew) {
  auto scope = *find_scope("small");
  std::erase_if(scope.ops, [](const model::Op& op) { return op.kind != model::Kind::exit; });
  ExploreOptions options;
  options.scope = &scope;
  const auto explored = explore(options);
  EXPECT_TRUE(explored.exhausted);
  EXPECT_EQ(explored.layers, (std::vector<std::uint64_t>{1, 1, 0}));
  EXPECT_TRUE(sentence(options, explored).starts_with("all traces of any length of 3 processes"));
}

/// What no scope can show, being tiny, or the explorer, which puts back the block alone.
bool is_beyond(const Exhibit& exhibit) {
  constexpr std::string_view too_large[] = {
      "asid-wrap",         // how many flushes an identifier has missed, which states leave out
      "asid-life",         // the same, compared with those of a life before
      "E15",               // an area of 257 pages
      "G1-rss",            // five pages in two tables, and the fifth allocation fails
      "hugetlb-promises",  // eight private pages of a file from a pool of three
      "merge-checksum",    // bytes that differ from the second on
      "node-far",          // three nodes
      "node-left-out",     // memory of eight frames
      "pool-batch",        // CPUs that keep four frames
      "zswap-byte",        // a value that is stored twice
  };
  return std::ranges::find(too_large, exhibit.name) != std::end(too_large) ||
         exhibit.open.explorable(find_scope("small")->world)->keeps_more();
}

/// The counterexample is as short as the museum's trace, and under the law that is expected.
void expect_a_shortest_trace(std::size_t least, std::size_t most) {
  int found = 0;
  for (const auto& exhibit : exhibits()) {
    const auto known = model::parse(find_trace("museum/" + std::string(exhibit.name))).trace;
    const auto size = known.ops.size();
    if (size < least || size > most) continue;
    const auto kill = kill_by_explore(exhibit, static_cast<unsigned>(size));
    if (!kill.caught && is_beyond(exhibit)) continue;
    EXPECT_TRUE(kill.expected) << exhibit.name;
    EXPECT_LE(kill.operations, size) << exhibit.name;
    ++found;
  }
  EXPECT_GT(found, 30);
}

TEST(Explore, FindsAShortestTraceOfWhatTakesFourOperations) { expect_a_shortest_trace(1, 4); }

TEST(NightlyExplore, FindsAShortestTraceOfWhatTakesMore) { expect_a_shortest_trace(5, 20); }

/// Every scope, on every exhibit.
void expect_the_same_with_reduction_and_without(unsigned depth) {
  for (const auto& exhibit : exhibits()) {
    for (const auto& scope : scopes()) {
      auto options = options_for(scope.name, depth, "museum:" + std::string(exhibit.name));
      const auto reduced = explore(options);
      options.reduce = false;
      const auto exact = explore(options);
      SCOPED_TRACE(std::string(exhibit.name) + " in " + std::string(scope.name));
      // What a process is charged with is made anew from its entries when a reduced state is
      // rebuilt: a wrong charge shows where an operation makes it, not in the states behind.
      const bool charges = exhibit.name.starts_with("rss-");
      EXPECT_TRUE(exact.failure || !reduced.failure);
      if (!charges) {
        EXPECT_EQ(reduced.failure.has_value(), exact.failure.has_value());
        EXPECT_EQ(reduced.trace.ops.size(), exact.trace.ops.size());
      }
      EXPECT_EQ(reduced.doubt + exact.doubt, "");
    }
  }
}

TEST(Explore, FindsTheSameWithReductionAndWithout) {
  expect_the_same_with_reduction_and_without(3);
}

TEST(NightlyExplore, FindsTheSameWithReductionAndWithoutFurtherOn) {
  expect_the_same_with_reduction_and_without(4);
}

/// A fork that fails leaves areas of the child behind, which cannot matter: it is a mere look. One
/// such transition in two hundred would count as a change otherwise (the number is that of the
/// explorer that settled every state before it compared).
TEST(Explore, CountsWhatChangesAnything) {
  auto options = options_for("oom", 5);
  options.reduce = false;
  EXPECT_EQ(explore(options).changes, 54565U);
}

TEST(Explore, FindsTheSameWithAnyNumberOfThreads) {
  for (const std::string subject : {"museum:B24", "museum:G2", "embedded"}) {
    auto options = options_for("oom", 6, subject);
    const auto one = explore(options);
    for (const unsigned threads : {2U, 3U, 7U}) {
      options.threads = threads;
      const auto more = explore(options);
      EXPECT_EQ(more.trace, one.trace) << subject;
      EXPECT_EQ(more.layers, one.layers);
      EXPECT_EQ(more.done.transitions, one.done.transitions);
      EXPECT_EQ(more.done.states, one.done.states);
      EXPECT_EQ(more.changes, one.changes);
    }
  }
}

TEST(Explore, StopsAtTheMemoryBoundAndKeepsWhatIsComplete) {
  auto options = options_for("small", 20);
  options.memory = 4 << 20;
  const auto explored = explore(options);
  EXPECT_EQ(explored.stop, Stop::memory);
  EXPECT_GE(explored.done.depth, 6U);
  EXPECT_LT(explored.done.depth, 20U);
  EXPECT_LT(explored.done.memory, std::size_t{16} << 20);
  EXPECT_EQ(explored.layers, explore(options_for("small", explored.done.depth)).layers);
}

TEST(Explore, StopsWhenTold) {
  auto options = options_for("small", 20);
  int told = 0;
  options.tell = [&](const Progress& done) {
    EXPECT_GT(done.states, 0U);
    return ++told < 3;
  };
  EXPECT_EQ(explore(options).stop, Stop::interrupted);
  options.limit = std::chrono::milliseconds(50);
  options.tell = [](const Progress&) { return true; };
  EXPECT_EQ(explore(options).stop, Stop::time);
}

TEST(Explore, RefusesWhatItCannotExplore) {
  EXPECT_THROW(explore(options_for("small", 1, "./mine.so")), ExploreError);
  EXPECT_THROW(explore(options_for("small", 1, "museum:nothing")), ExploreError);
}

}  // namespace
}  // namespace cow::props::explore
