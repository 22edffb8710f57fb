#include "props/proved/damage.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "props/proved/guards.h"
#include "props/proved/reached.h"

// What each invariant guards, and that a weaker one in its place is noticed.

namespace cow::props::proved {
namespace {

using View = kernel::StateView<MachineState>;
using Predicate = decltype(Invariant::at);

/// Some states of random runs in a small world, and all that have something in the swap cache or
/// a merged frame, which is rare.
std::span<MachineState> states() {
  constexpr std::size_t enough = 400;
  static auto all = [] {
    std::vector<MachineState> some;
    model::World world;
    world.procs = 2;
    world.cpus = 1;
    world.pages = 8;
    world.frames = 24;
    for (std::uint64_t seed = 1; seed <= 100 && some.size() < enough; ++seed) {
      look_at_random(world, seed, [&](const Machine& machine, const model::Trace& trace) {
        if (trace.world.procs > world.procs || trace.world.pages > world.pages) return false;
        auto state = small_state(machine);
        const bool rare =
            std::ranges::any_of(state.frames, [](auto& f) { return f.in_cache || f.is_merged; });
        if (rare || trace.ops.size() % 16 == 0) some.push_back(std::move(state));
        return some.size() < enough;
      });
    }
    return some;
  }();
  return all;
}

std::string lines(const std::vector<std::string>& found) {
  std::string all;
  for (const auto& line : found) all += line + "\n";
  return all;
}

TEST(Damage, EachInvariantNoticesWhatItGuards) {
  const auto all = kernel::all_invariants<MachineState>();
  EXPECT_EQ(lines(unguarded(all, guards(), states())), "");
}

TEST(Damage, AnInvariantWithoutAGuardIsNamed) {
  auto all = kernel::all_invariants<MachineState>();
  all[0].name = "something new";
  const auto found = unguarded(all, guards(), std::span<MachineState>());
  EXPECT_EQ(std::ranges::count(found, "something new has no guard"), 1);
}

/// What the guards say when that predicate stands in the place of the invariant's own.
std::vector<std::string> with(std::string_view name, const Predicate& other,
                              std::span<MachineState> in = states()) {
  auto all = kernel::all_invariants<MachineState>();
  const auto swapped = std::ranges::find(all, name, &Invariant::name);
  if (swapped == all.end()) return {};
  swapped->at = other;
  return unguarded(std::span(&*swapped, 1), guards(), in);
}

TEST(Damage, APredicateThatSaysNothingIsNoticed) {
  for (const auto& guard : guards()) {
    EXPECT_FALSE(guard.notices.empty());
    const auto found = with(
        guard.invariant, [](auto&, auto&) { return true; }, states().first(1));
    EXPECT_EQ(found.size(), guard.notices.size()) << guard.invariant;
  }
}

struct Weaker {
  const char* invariant;
  Predicate at;
};

/// Each a slip of the pen: one conjunct lost, an equation that became a bound.
const std::vector<Weaker> weaker = {
    {"a count is the number of holders",
     [](auto& s, auto& p) { return View{s}.count(p.frame) >= View{s}.holders(p.frame); }},
    {"a frame is free exactly when unheld",
     [](auto& s, auto& p) { return kernel::implies(s.is_free(p.frame), s.count(p.frame) == 0); }},
    {"an exclusive entry is alone",
     [](auto& s, auto& p) {
       return kernel::implies(s.present(p.slot) && s.entry(p.slot).exclusive(),
                              View{s}.mappings(s.frame(p.slot)) == 1);
     }},
    {"an entry allows no more than its area",
     [](auto& s, auto& p) {
       const auto& entry = s.entry(p.slot);
       return kernel::implies(entry.present() && entry.writable(), s.may_write(p.slot));
     }},
    {"a translation allows no more than its entry",
     [](auto& s, auto& p) {
       const auto& cached = s.translation(p.cpu, p.slot);
       return kernel::implies(cached.valid(), s.present(p.slot) &&
                                                  s.frame(p.slot) == cached.frame() &&
                                                  s.entry(p.slot).readable());
     }},
    {"an exclusive swapped entry is alone",
     [](auto& s, auto& p) {
       return kernel::implies(s.swapped(p.slot) && s.entry(p.slot).exclusive(),
                              s.names(s.swap(p.slot)) == 1);
     }},
    {"a cached frame is held and known to its page of swap",
     [](auto& s, auto& p) {
       return kernel::implies(s.in_cache(p.frame), View{s}.caches(s.swap_of(p.frame), p.frame));
     }},
    {"a pinned private page is exclusive",
     [](auto& s, auto& p) {
       return kernel::implies(
           s.entry(p.slot).writable() && !s.shared(p.slot) && s.pins(s.frame(p.slot)) > 0,
           s.entry(p.slot).exclusive());
     }},
};

TEST(Damage, AWeakerPredicateIsNoticed) {
  for (const auto& [invariant, at] : weaker) EXPECT_NE(lines(with(invariant, at)), "") << invariant;
}

}  // namespace
}  // namespace cow::props::proved
