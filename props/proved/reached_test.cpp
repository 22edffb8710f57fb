#include "props/proved/reached.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "props/museum/museum.h"
#include "props/traces/library.h"

// The proofs are tied to the run: every state that random runs and explorations reach satisfies the
// very predicates that are proved, and a predicate that says more is noticed.

namespace cow::props::proved {
namespace {

std::string story(const Broken& broken) {
  return broken.where + (broken.huge ? ", of huge pages" : "") + ", after\n" +
         model::print(model::TraceText{broken.trace, "", ""});
}

/// Mutants that break what a step answers, shows or costs, or what it makes of a page's marks (a
/// goal of the proof), and leave states that are lawful; or break directories, of which these
/// states are not.
constexpr std::array lawful_states = {"A10",          "A17",
                                      "A19",          "A21-file",
                                      "A26",          "A32",
                                      "B24",          "D10",
                                      "D12",          "D8-split",
                                      "E13",          "no-zero",
                                      "slot-free",    "swap-zero",
                                      "D1-kernel",    "D1-protect",
                                      "D1-remap",     "D1-split",
                                      "free-dirty",   "guard-fault",
                                      "guard-remap",  "A11-mark",
                                      "A17-mark",     "D5",
                                      "D5-remap",     "D5-split",
                                      "mark-nothing", "A11",
                                      "A21-wp",       "D5-wp",
                                      "D8-wp-split",  "D24",
                                      "wp-remap",     "swap-zero-page",
                                      "batch-freed",  "hugetlb-zero",

                                      "D11",          "E8"};

/// All others that a proof refutes reach a state in which one of the proved predicates is false,
/// under the law that the museum expects. B11 breaks isolation one write later.
TEST(Reached, StatesOfAMutantBreakWhatIsProved) {
  const auto all = kernel::all_invariants<MachineState>();
  std::uint64_t broken = 0;
  for (const auto& exhibit : exhibits()) {
    if (exhibit.proof.empty()) continue;
    SCOPED_TRACE(exhibit.name);
    Held held(all);
    const auto trace = model::parse(find_trace("museum/" + std::string(exhibit.name))).trace;
    const auto subject = exhibit.open.explorable(trace.world);
    look_at_trace(*subject, trace, std::ref(held));
    const bool lawful = std::ranges::count(lawful_states, exhibit.name) > 0;
    EXPECT_EQ(held.broken().has_value(), !lawful);
    if (lawful || !held.broken()) continue;
    ++broken;
    const auto law = exhibit.name == "B11" ? kernel::Law::sole_writer : exhibit.law;
    EXPECT_EQ(held.broken()->law, law) << held.broken()->where;
  }
  EXPECT_GE(broken, 25U);
}

TEST(Reached, StatesOfRandomRunsSatisfyWhatIsProved) {
  Held held(kernel::all_invariants<MachineState>());
  std::uint64_t states = 0;
  for (std::uint64_t seed = 1; seed <= 300 && !held.broken(); ++seed) {
    states += look_at_random({}, seed, std::ref(held));
  }
  if (held.broken()) FAIL() << story(*held.broken());
  EXPECT_GT(states, 10000U);
}

TEST(Reached, StatesOfEveryScopeSatisfyWhatIsProved) {
  for (const auto& scope : explore::scopes()) {
    SCOPED_TRACE(scope.name);
    Held held(kernel::all_invariants<MachineState>());
    const auto states = look_at_scope(scope, 500, std::ref(held));
    if (held.broken()) FAIL() << story(*held.broken());
    EXPECT_GE(states, 300U);
  }
}

using View = kernel::StateView<MachineState>;

/// Predicates that say more than the laws do, each plausible. Some reachable state refutes each.
const std::vector<Invariant> stronger = {
    {"an exclusive entry's frame has one reference, no pin",
     {},
     kernel::Over::slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.present(p.slot) && s.entry(p.slot).exclusive(),
                              s.count(s.frame(p.slot)) == 1);
     }},
    {"a private entry is exclusive",
     {},
     kernel::Over::slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.present(p.slot) && !s.shared(p.slot), s.entry(p.slot).exclusive());
     }},
    {"a pinned frame is mapped by whoever is exclusive",
     {},
     kernel::Over::slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.present(p.slot) && s.pins(s.frame(p.slot)) > 0,
                              s.entry(p.slot).exclusive());
     }},
    {"an entry allows what its area allows",
     {},
     kernel::Over::slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.present(p.slot), s.entry(p.slot).writable() == s.may_write(p.slot));
     }},
    {"a count is the number of entries",
     {},
     kernel::Over::frame,
     [](auto& s, auto& p) { return s.count(p.frame) == s.ledger.holders(p.frame); }},
    {"a translation allows what its entry allows",
     {},
     kernel::Over::cpu_and_slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.cached(p.cpu, p.slot), s.translation(p.cpu, p.slot).writable() ==
                                                           s.entry(p.slot).writable());
     }},
    {"what was cached is cached",
     {},
     kernel::Over::frame,
     [](auto& s, auto& p) { return kernel::implies(s.was_cached(p.frame), s.in_cache(p.frame)); }},
    {"a page of swap is named once",
     {},
     kernel::Over::slot,
     [](auto& s, auto& p) {
       return kernel::implies(s.swapped(p.slot), s.names(s.swap(p.slot)) == 1);
     }},
};

TEST(Reached, AStrongerPredicateIsNoticed) {
  for (const auto& invariant : stronger) {
    Held held({invariant});
    for (std::uint64_t seed = 1; seed <= 300 && !held.broken(); ++seed) {
      look_at_random({}, seed, std::ref(held));
    }
    ASSERT_TRUE(held.broken()) << invariant.name;
    EXPECT_EQ(held.broken()->invariant, invariant.name);
  }
}

}  // namespace
}  // namespace cow::props::proved
