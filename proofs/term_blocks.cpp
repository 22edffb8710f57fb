#include "proofs/term_machine.h"

// Huge pages, the pool of them, and flushes in batches.

namespace cow::proofs {

TermMachine::Allocation TermMachine::allocate_pooled(const Cond& promised) {
  const auto number = std::to_string(fresh_.size() + 1);
  const Cond ok = promised || Cond(("pool_has_one" + number).c_str());
  const Frame frame(("fresh" + number).c_str());
  Explorer::active().assume(implies(ok, state_.pooled(frame) && state_.users(frame) == 0));
  return add_fresh(ok, frame, 2, "allocate_pooled");
}

void TermMachine::zero_parts(const Frame& head, const Number& first, const Number& count) {
  say("zero_huge", {head.term()});
  const Cond zeroed = sub_page() >= first && sub_page() < first + count;
  state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
    return choose(zeroed && f == head, zero_byte(), before(f, o));
  });
}

void TermMachine::copy_parts(const Frame& to, const Frame& from, const Number& first,
                             const Number& count) {
  say("copy_huge", {to.term(), from.term()});
  const Cond copied = sub_page() >= first && sub_page() < first + count;
  state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
    return choose(copied && f == to, before(from, o), before(f, o));
  });
}

/// Of what lies in the range two pages are known, which a batch is of; of others nothing is
/// claimed.
void TermMachine::flush_range(const Process& process, std::uint64_t first, std::uint64_t end) {
  ++flushes_;
  say("flush_range", {process.term()});
  const auto process_of = state_.process_of;
  const auto at = [=](std::uint64_t page) { return first <= page && page < end; };
  const bool place = at(first_page), child = at(second_page);
  state_.cached.change([=](const auto& before, const Cpu& cpu, const Slot& slot) {
    const Cond flushed =
        (Cond(place) && slot == Scene().place) || (Cond(child) && slot == Scene().child);
    return before(cpu, slot) && !(flushed && process_of(slot) == process);
  });
}

}  // namespace cow::proofs
