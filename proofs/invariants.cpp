#include "proofs/invariants.h"

#include "impl/kernel/laws.h"

namespace cow::proofs {

namespace {

using kernel::Law;

/// What the object has for the same page, if the slot's area has one.
Entry held_for(const State& s, const Slot& slot) {
  return s.entry(s.object_of(slot)).only_if(s.has_object(slot));
}

Cond ledger_lists_entry(const State& s, const Point& p) {
  const auto index = s.ledger.index(p.slot);
  const auto frame = s.frame(p.slot);
  return implies(s.present(p.slot), index >= 0 && index < s.ledger.holders(frame) &&
                                        s.ledger.owner(frame, index) == p.slot);
}

Cond ledger_lists_only_holders(const State& s, const Point& p) {
  const auto owner = s.ledger.owner(p.frame, p.index);
  return implies(p.index >= 0 && p.index < s.ledger.holders(p.frame),
                 s.present(owner) && s.frame(owner) == p.frame && s.ledger.index(owner) == p.index);
}

std::vector<Invariant> laws_of_entries() {
  return {
      {"an entry names a held frame", Law::no_dangling, Over::slot,
       [](auto& s, auto& p) {
         return kernel::entry_names_held_frame(StateView{s}, s.entry(p.slot));
       }},
      {"a private writer is exclusive", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return kernel::writer_is_exclusive(StateView{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"an exclusive entry is alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return kernel::exclusive_is_alone(StateView{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"a pinned private page is exclusive", Law::pin_stable, Over::slot,
       [](auto& s, auto& p) {
         return kernel::pinned_is_exclusive(StateView{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"an entry allows no more than its area", Law::permission, Over::slot,
       [](auto& s, auto& p) {
         return kernel::entry_within_area(StateView{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"mappers of an object name its frame", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return kernel::sharers_agree(StateView{s}, s.entry(p.slot), s.area(p.slot),
                                      held_for(s, p.slot));
       }},
      {"the zero page is no object's", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.is_object(p.slot) && s.present(p.slot), !is_zero_frame(s.frame(p.slot)));
       }},
      {"a frame is one page of one object", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.is_object(p.slot) && s.present(p.slot),
                        s.held_at(s.frame(p.slot)) == p.slot);
       }},
      {"a merged frame is nobody's alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) { return kernel::merged_is_common(StateView{s}, s.entry(p.slot)); }},
  };
}

std::vector<Invariant> laws_of_frames() {
  return {
      {"a count is the number of holders", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return kernel::count_is_exact(StateView{s}, p.frame); }},
      {"a frame is free exactly when unheld", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return kernel::free_when_unheld(StateView{s}, p.frame); }},
      {"a free frame is not merged", Law::no_dangling, Over::frame,
       [](auto& s, auto& p) { return implies(s.is_free(p.frame), !s.is_merged(p.frame)); }},
      {"the ledger counts from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.ledger.holders(p.frame) >= 0; }},
      {"holders of another size are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.others(p.frame) >= 0; }},
      {"pins are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.pins(p.frame) >= 0; }},
      {"the zero page shows zeroes", Law::no_disclosure, Over::frame,
       [](auto& s, auto& p) {
         return implies(is_zero_frame(p.frame), s.bytes(p.frame, p.offset) == zero_byte());
       }},
      {"the zero page is not pinned", Law::pin_stable, Over::frame,
       [](auto& s, auto& p) { return implies(is_zero_frame(p.frame), s.pins(p.frame) == 0); }},
      {"the ledger lists every entry", Law::exact_count, Over::slot, ledger_lists_entry},
      {"the ledger lists nothing else", Law::exact_count, Over::frame_and_index,
       ledger_lists_only_holders},
  };
}

Cond swap_ledger_lists_entry(const State& s, const Point& p) {
  const auto index = s.swap_ledger.index(p.slot);
  const auto swap = s.swap(p.slot);
  return implies(s.swapped(p.slot), index >= 0 && index < s.swap_ledger.holders(swap) &&
                                        s.swap_ledger.owner(swap, index) == p.slot);
}

Cond swap_ledger_lists_only_namers(const State& s, const Point& p) {
  const auto owner = s.swap_ledger.owner(p.swap, p.index);
  return implies(
      p.index >= 0 && p.index < s.swap_ledger.holders(p.swap),
      s.swapped(owner) && s.swap(owner) == p.swap && s.swap_ledger.index(owner) == p.index);
}

std::vector<Invariant> laws_of_swapped_entries() {
  return {
      {"an entry is present or swapped, not both", Law::permission, Over::slot,
       [](auto& s, auto& p) { return !(s.present(p.slot) && s.swapped(p.slot)); }},
      {"shared memory is never swapped", Law::isolation, Over::slot,
       [](auto& s, auto& p) { return implies(s.swapped(p.slot), !s.shared(p.slot)); }},
      {"a swapped entry names a page of swap in use", Law::no_dangling, Over::slot,
       [](auto& s, auto& p) {
         return kernel::entry_names_used_slot(StateView{s}, s.entry(p.slot));
       }},
      {"an exclusive swapped entry is alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return kernel::exclusive_slot_is_alone(StateView{s}, s.entry(p.slot));
       }},
      {"what is exclusive is not in the swap cache", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return kernel::exclusive_is_not_cached(StateView{s}, s.entry(p.slot));
       }},
      {"shared memory is not in the swap cache", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.present(p.slot) && s.in_cache(s.frame(p.slot)), !s.shared(p.slot));
       }},
  };
}

std::vector<Invariant> laws_of_swap() {
  return {
      {"a pinned frame is not in the swap cache", Law::pin_stable, Over::frame,
       [](auto& s, auto& p) { return kernel::pinned_is_not_cached(StateView{s}, p.frame); }},
      {"a cached frame is held and known to its page of swap", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return kernel::cached_frame_is_held(StateView{s}, p.frame); }},
      {"a cached frame was cached", Law::sole_writer, Over::frame,
       [](auto& s, auto& p) { return implies(s.in_cache(p.frame), s.was_cached(p.frame)); }},
      {"a cached frame has the bytes of its page of swap", Law::isolation, Over::frame,
       [](auto& s, auto& p) {
         return implies(s.in_cache(p.frame),
                        s.bytes(p.frame, p.offset) == s.swap_bytes(s.swap_of(p.frame), p.offset));
       }},
      {"what is cached for a page of swap knows it", Law::exact_count, Over::swap,
       [](auto& s, auto& p) {
         const auto frame = s.frame_of(p.swap);
         return implies(s.in_memory(p.swap), s.in_cache(frame) && s.swap_of(frame) == p.swap);
       }},
      {"the count of a page of swap is the number of entries", Law::exact_count, Over::swap,
       [](auto& s, auto& p) { return kernel::slot_count_is_exact(StateView{s}, p.swap); }},
      {"the ledger of swap counts from zero", Law::exact_count, Over::swap,
       [](auto& s, auto& p) { return s.swap_ledger.holders(p.swap) >= 0; }},
      {"the ledger of swap lists every entry", Law::exact_count, Over::slot,
       swap_ledger_lists_entry},
      {"the ledger of swap lists nothing else", Law::exact_count, Over::swap_and_index,
       swap_ledger_lists_only_namers},
  };
}

std::vector<Invariant> laws_of_translations() {
  return {
      {"a translation allows no more than its entry", Law::tlb_coherent, Over::cpu_and_slot,
       [](auto& s, auto& p) {
         return kernel::cached_within_entry(StateView{s}, s.translation(p.cpu, p.slot),
                                            s.entry(p.slot));
       }},
      {"no translation is of an object's entry", Law::tlb_coherent, Over::cpu_and_slot,
       [](auto& s, auto& p) { return implies(s.is_object(p.slot), !s.cached(p.cpu, p.slot)); }},
  };
}

/// Assumed, and true by construction: which slots belong together never changes.
std::vector<Invariant> structure() {
  return {
      {"structure: access is ordered, who may write may read", std::nullopt, Over::slot,
       [](auto& s, auto& p) { return implies(s.may_write(p.slot), s.may_read(p.slot)); }},
      {"structure: an offset lies in its page", std::nullopt, Over::once,
       [](auto&, auto& p) {
         const Offset at = Scene().offset;
         return p.offset >= 0 && p.offset < 4096 && at >= 0 && at < 4096;
       }},
      {"structure: a sub-page is one of the parts", std::nullopt, Over::once,
       [](auto&, auto&) { return sub_page() >= 0 && sub_page() < parts() && parts() >= 2; }},
      {"structure: an object's entry is its own object", std::nullopt, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.is_object(p.slot),
                        s.shared(p.slot) && s.may_read(p.slot) && s.object_of(p.slot) == p.slot);
       }},
      {"structure: a slot has its object's entry", std::nullopt, Over::slot,
       [](auto& s, auto& p) {
         const auto object = s.object_of(p.slot);
         return implies(s.has_object(p.slot), s.is_object(object) && s.object_of(object) == object);
       }},
  };
}

}  // namespace

const std::vector<Invariant>& invariants() {
  static const auto all = [] {
    auto list = laws_of_entries();
    for (const auto& more : {laws_of_frames(), laws_of_swapped_entries(), laws_of_swap(),
                             laws_of_translations(), structure()}) {
      list.insert(list.end(), more.begin(), more.end());
    }
    return list;
  }();
  return all;
}

std::vector<Cond> instances(const Invariant& invariant, const State& state, const Points& points) {
  std::vector<Cond> found;
  auto point = any_point();
  const auto add = [&] { found.push_back(invariant.at(state, point)); };
  const auto each = [](auto& part, const auto& values, auto then) {
    for (const auto& value : values) {
      part = value;
      then();
    }
  };
  switch (invariant.over) {
    case Over::once:
      add();
      break;
    case Over::slot:
      each(point.slot, points.slots, add);
      break;
    case Over::frame:
      each(point.frame, points.frames, add);
      break;
    case Over::frame_and_index:
      each(point.frame, points.frames, [&] { each(point.index, points.indices, add); });
      break;
    case Over::swap:
      each(point.swap, points.swaps, add);
      break;
    case Over::swap_and_index:
      each(point.swap, points.swaps, [&] { each(point.index, points.swap_indices, add); });
      break;
    case Over::cpu_and_slot:
      each(point.cpu, points.cpus, [&] { each(point.slot, points.slots, add); });
      break;
  }
  return found;
}

}  // namespace cow::proofs
