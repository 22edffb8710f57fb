#include "props/race/explorer.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "props/draw/random.h"
#include "props/race/explore.h"
#include "props/race/toys.h"

namespace cow::props::race {
namespace {

/// A small program drawn from a seed: loads, stores of what was loaded, sections under one lock or
/// two, shared locks, passes, additions, spin loops and accesses to two words at once.
class Drawn : public Program {
 public:
  Drawn(std::uint64_t seed, unsigned tasks) : Drawn(seed, tasks, tasks == 2 ? 5U : 2U) {}
  /// `most`: pieces of code a task has, of one access to four each.
  Drawn(std::uint64_t seed, unsigned tasks, unsigned most) : code_(tasks) {
    Random random(seed);
    for (auto& code : code_) {
      for (auto left = random.between(tasks == 2 ? 2 : 1, most); left > 0; --left)
        draw(code, random);
    }
  }

  unsigned tasks() const override { return static_cast<unsigned>(code_.size()); }
  std::uint32_t objects() const override { return words + locks; }
  void begin(Scheduler&) override {
    memory_ = {};
    loaded_ = ended_ = {};
    came_before_ = {};
  }
  void run(unsigned task, Scheduler& scheduler) override {
    const auto& code = code_[task];
    for (std::size_t i = 0; i < code.size(); ++i) {
      scheduler.access(code[i]);
      if (begins(code[i])) note_order(task);
      for (const auto& touch : code[i].touches) perform(task, touch);
      if (i + 1 == code.size() || begins(code[i + 1])) ++ended_[task];
    }
  }
  std::optional<Failure> judge() override { return std::nullopt; }

  /// Breaks the code of each task into two operations.
  void make_operations() {
    for (auto& code : code_) {
      code.insert(code.begin() + static_cast<std::ptrdiff_t>(code.size() / 2), Access{});
    }
  }
  /// How many operations of each task ended before the last of each other began.
  std::vector<int> order() const { return {came_before_.begin(), came_before_.end()}; }

  /// All that a schedule can make different: memory, and what every task saw.
  std::vector<int> state() const {
    std::vector<int> all(memory_.begin(), memory_.end());
    all.insert(all.end(), loaded_.begin(), loaded_.end());
    return all;
  }

 private:
  static constexpr std::uint32_t words = 3, locks = 2;

  static void draw(std::vector<Access>& code, Random& random) {
    const Touch word{random.below(words), random.one_in(2) ? Deed::read : Deed::write};
    const auto lock = words + random.below(locks);
    const auto one = [&](std::uint32_t object, Deed deed) { code.push_back({{{{object, deed}}}}); };
    switch (random.below(10)) {
      case 0: {
        one(lock, Deed::lock);
        code.push_back({{word}});
        const auto inner = lock == words ? lock + 1 : words;
        if (random.one_in(2)) one(inner, Deed::lock), one(inner, Deed::unlock);
        one(lock, Deed::unlock);
        break;
      }
      case 1:
        one(lock, Deed::share);
        code.push_back({{word}});
        one(lock, Deed::unshare);
        break;
      case 2:
        one(lock, Deed::pass);
        break;
      case 5:
        one(word.object, Deed::add);
        break;
      case 3:
        one(word.object, Deed::read);
        one(word.object, Deed::await);
        break;
      case 4:
        code.push_back({{word, {(word.object + 1) % words, Deed::write}}});
        break;
      default:
        code.push_back({{word}});
    }
  }

  static bool begins(const Access& access) { return access.touches[0].deed == Deed::none; }
  void note_order(unsigned task) {
    for (unsigned t = 0; t < max_tasks; ++t) {
      came_before_[task * max_tasks + t] = t == task ? 0 : ended_[t];
    }
  }
  void perform(unsigned task, const Touch& touch) {
    auto& loaded = loaded_[task];
    if (touch.deed == Deed::read) loaded = loaded * 31 + memory_[touch.object];
    if (touch.deed == Deed::write) memory_[touch.object] = loaded * 7 + static_cast<int>(task) + 1;
    if (touch.deed == Deed::add) memory_[touch.object] += 1000 + static_cast<int>(task);
  }

  std::vector<std::vector<Access>> code_;
  std::array<int, words + locks> memory_{};
  std::array<int, max_tasks> loaded_{}, ended_{};
  std::array<int, std::size_t{max_tasks} * max_tasks> came_before_{};
};

struct Seen {
  std::set<std::vector<int>> states;
  std::uint64_t executions = 0;
  Outcome outcome = Outcome::unknown;
  bool deadlock = false;
};

Seen all_states(Drawn& program, Reduction reduction) {
  Seen seen;
  Limits limits;
  limits.only = Failure{Wrong::judged, -1, ""};  // goes on behind deadlocks and livelocks, too
  limits.executions = 50'000;
  limits.watch = [&](const Execution& execution) {
    if (execution.was_cut) return;
    auto state = program.state();
    const bool dead = execution.failure.has_value();
    state.push_back(dead ? 1 : 0);
    seen.deadlock |= dead;
    seen.states.insert(state);
  };
  const auto report = explore_all(program, limits, reduction);
  seen.executions = report.executions;
  seen.outcome = report.outcome;
  return seen;
}

/// The reduction may leave out orders, never results.
void expect_same_states(unsigned tasks, std::uint64_t programs, std::uint64_t first) {
  std::uint64_t reduced = 0, brute = 0, compared = 0, deadlocks = 0;
  for (auto seed = first; seed < first + programs; ++seed) {
    Drawn program(seed, tasks);
    const auto all = all_states(program, Reduction::none);
    if (all.outcome != Outcome::pass) continue;  // too many orders to compare with
    const auto some = all_states(program, Reduction::dependence);
    ASSERT_EQ(some.outcome, Outcome::pass);
    ASSERT_EQ(some.states, all.states) << "seed " << seed;
    reduced += some.executions;
    brute += all.executions;
    deadlocks += all.deadlock ? 1 : 0;
    ++compared;
  }
  EXPECT_GT(compared * 10, programs * 7) << "most are small enough";
  EXPECT_GT(deadlocks, 0U) << "some deadlock";
  EXPECT_LT(reduced * 10, brute) << "a tenth of the executions at most";
  testing::Test::RecordProperty("executions_reduced", std::to_string(reduced));
  testing::Test::RecordProperty("executions_all", std::to_string(brute));
  std::printf("%u tasks: %llu programs, %llu executions instead of %llu, %llu with a deadlock\n",
              tasks, static_cast<unsigned long long>(compared),
              static_cast<unsigned long long>(reduced), static_cast<unsigned long long>(brute),
              static_cast<unsigned long long>(deadlocks));
}

TEST(Explorer, ReachesEveryStateThatAnyOrderReaches) { expect_same_states(2, 600, 1); }

TEST(Explorer, ReachesEveryStateOfThreeTasks) { expect_same_states(3, 150, 10'000); }

using Orders = std::set<std::vector<int>>;

/// The results that so many preemptions can have, and which operations had ended in each.
std::map<std::vector<int>, Orders> results_within(unsigned preemptions, std::uint64_t seed,
                                                  Reduction reduction, std::uint64_t& executions) {
  Drawn program(seed, 2 + seed % 2, 6);
  program.make_operations();
  std::map<std::vector<int>, Orders> results;
  Limits limits;
  limits.only = Failure{Wrong::judged, -1, ""};
  limits.watch = [&](const Execution& execution) {
    if (execution.was_cut) return;
    auto state = program.state();
    state.push_back(execution.failure ? 1 : 0);
    results[state].insert(program.order());
  };
  executions += explore_bounded(program, preemptions, limits, reduction).executions;
  return results;
}

/// The same results, and each with all that had ended or more: then the judge, who may ask what
/// came first, has no more excuses to find than without the reduction.
void expect_same_within(unsigned preemptions) {
  std::uint64_t all = 0, some = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto full = results_within(preemptions, seed, Reduction::preemptions, all);
    const auto reduced = results_within(preemptions, seed, Reduction::happens_before, some);
    ASSERT_EQ(full.size(), reduced.size()) << "seed " << seed << ", " << preemptions;
    for (const auto& [state, orders] : full) {
      ASSERT_TRUE(reduced.contains(state)) << "seed " << seed << ", " << preemptions;
      for (const auto& order : orders) {
        const auto is_as_strict = [&](const std::vector<int>& other) {
          return std::ranges::equal(order, other, std::less_equal<>());
        };
        ASSERT_TRUE(std::ranges::any_of(reduced.at(state), is_as_strict))
            << "seed " << seed << ", " << preemptions;
      }
    }
  }
  EXPECT_LT(some, all);
  std::printf("%u preemptions: %llu executions instead of %llu\n", preemptions,
              static_cast<unsigned long long>(some), static_cast<unsigned long long>(all));
}

TEST(Explorer, GoesOnFromEachHistoryOnceAndMissesNothing) {
  for (const auto preemptions : {1U, 2U}) expect_same_within(preemptions);
}

/// A canary: a reduction that holds too much to be independent is found out by the same test.
TEST(Explorer, AWordThatIsNotNamedIsMissed) {
  struct Unnamed : toys::Counter<false> {
    std::uint32_t objects() const override { return Counter::objects() + 2; }
    void run(unsigned task, Scheduler& scheduler) override {
      scheduler.access({{{{words + locks + task, Deed::write}}}, "hidden"});
      const int before = memory_[0];
      scheduler.access({{{{words + locks + task, Deed::write}}}, "hidden"});
      memory_[0] = before + 1;
    }
  };
  Unnamed program;
  EXPECT_EQ(explore_all(program).outcome, Outcome::pass) << "its names say that nothing is shared";
  EXPECT_EQ(explore_all(program, {}, Reduction::none).outcome, Outcome::fail);
}

}  // namespace
}  // namespace cow::props::race
