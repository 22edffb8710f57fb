#include "props/explore/symmetry.h"

#include <algorithm>
#include <numeric>

namespace cow::props::explore {

namespace {

/// Where the machine puts a translation: the one entry that is valid after it was filled.
std::uint32_t slot_of(Explorable::Machine& machine, std::uint32_t process, std::uint64_t page,
                      bool huge) {
  using Entry = Explorable::Machine::Entry;
  machine.reset();
  machine.tlb_fill(0, process, page,
                   huge ? Entry::huge_leaf(0, true, true) : Entry::leaf(0, true, true));
  std::uint32_t i = 0;
  while (machine.translation(0, i).valid == 0) ++i;
  return i;
}

}  // namespace

model::Op renamed(model::Op op, const Symmetry::Order& order) {
  op.proc = order[op.proc];
  if (model::shape(op.kind).child) op.child = order[op.child];
  return op;
}

Symmetry::Symmetry(const Scope& scope) {
  find_slots(scope);
  const auto procs = scope.world.procs, pages = scope.end_page - scope.first_page;
  Order order{};
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  do {
    const bool kept = keeps_conflicts(small_, order, procs, pages) &&
                      (!scope.has_huge() || keeps_conflicts(huge_, order, procs, pages)) &&
                      keeps_operations(scope, order);
    if (kept) orders_.push_back(order);
  } while (std::next_permutation(order.begin(), order.begin() + procs));
}

void Symmetry::find_slots(const Scope& scope) {
  const auto& w = scope.world;
  Explorable::Machine machine({w.frames, w.procs, w.cpus, w.pages, false});
  for (std::uint32_t p = 0; p < w.procs; ++p) {
    for (auto page = scope.first_page; page < scope.end_page; ++page) {
      const auto at = machine.user_first() + page;
      const auto slot = slot_of(machine, p, at, false), huge = slot_of(machine, p, at, true);
      small_[p][page - scope.first_page] = static_cast<std::uint8_t>(slot);
      huge_[p][page - scope.first_page] = static_cast<std::uint8_t>(huge);
    }
  }
}

bool Symmetry::keeps_conflicts(const Slots& slots, const Order& order, std::uint32_t procs,
                               std::uint32_t pages) {
  for (std::uint32_t a = 0; a < procs * pages; ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      const auto p = a / pages, q = b / pages, i = a % pages, j = b % pages;
      const bool before = slots[p][i] == slots[q][j];
      if (before != (slots[order[p]][i] == slots[order[q]][j])) return false;
    }
  }
  return true;
}

bool Symmetry::keeps_operations(const Scope& scope, const Order& order) {
  return std::ranges::all_of(scope.ops, [&](const model::Op& op) {
    return std::ranges::find(scope.ops, renamed(op, order)) != scope.ops.end();
  });
}

}  // namespace cow::props::explore
