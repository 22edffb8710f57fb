#pragma once

#include "impl/kernel/invariants.h"

/// The invariants of swap: its entries, its pages, and what is cached for them.
namespace cow::kernel {

template <class S>
std::vector<Invariant<S>> laws_of_swapped_entries() {
  using View = StateView<S>;
  return {
      {"an entry is present or swapped, not both", Law::permission, Over::slot,
       [](auto& s, auto& p) { return !(s.present(p.slot) && s.swapped(p.slot)); }},
      {"shared memory is never swapped", Law::isolation, Over::slot,
       [](auto& s, auto& p) { return implies(s.swapped(p.slot), !s.shared(p.slot)); }},
      {"a swapped entry names a page of swap in use", Law::no_dangling, Over::slot,
       [](auto& s, auto& p) { return entry_names_used_slot(View{s}, s.entry(p.slot)); }},
      {"an exclusive swapped entry is alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) { return exclusive_slot_is_alone(View{s}, s.entry(p.slot)); }},
      {"what is exclusive is not in the swap cache", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) { return exclusive_is_not_cached(View{s}, s.entry(p.slot)); }},
      {"shared memory is not in the swap cache", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.present(p.slot) && s.in_cache(s.frame(p.slot)), !s.shared(p.slot));
       }},
  };
}

template <class S>
std::vector<Invariant<S>> laws_of_swap() {
  using View = StateView<S>;
  return {
      {"a pinned frame is not in the swap cache", Law::pin_stable, Over::frame,
       [](auto& s, auto& p) { return pinned_is_not_cached(View{s}, p.frame); }},
      {"a cached frame is held and known to its page of swap", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return cached_frame_is_held(View{s}, p.frame); }},
      {"a cached frame was cached", Law::sole_writer, Over::frame,
       [](auto& s, auto& p) { return implies(s.in_cache(p.frame), s.was_cached(p.frame)); }},
      {"a cached frame has the bytes of its page of swap", Law::isolation, Over::byte,
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
       [](auto& s, auto& p) { return slot_count_is_exact(View{s}, p.swap); }},
      {"the ledger of swap counts from zero", Law::exact_count, Over::swap,
       [](auto& s, auto& p) { return s.swap_ledger.holders(p.swap) >= 0; }},
      {"the ledger of swap lists every entry", Law::exact_count, Over::slot,
       [](auto& s, auto& p) {
         return lists(s.swap_ledger, s.swapped(p.slot), s.swap(p.slot), p.slot);
       }},
      {"the ledger of swap lists nothing else", Law::exact_count, Over::swap_and_index,
       [](auto& s, auto& p) {
         return lists_only(s.swap_ledger, p.swap, p.index,
                           [&](auto owner) { return s.swapped(owner) && s.swap(owner) == p.swap; });
       }},
  };
}

/// All that holds between operations, in the order in which the proofs show it.
template <class S>
std::vector<Invariant<S>> all_invariants() {
  std::vector<Invariant<S>> list = laws_of_entries<S>();
  for (const auto& more : {laws_of_marks<S>(), laws_of_frames<S>(), laws_of_swapped_entries<S>(),
                           laws_of_swap<S>(), laws_of_translations<S>(), structure<S>()}) {
    list.insert(list.end(), more.begin(), more.end());
  }
  return list;
}

}  // namespace cow::kernel
