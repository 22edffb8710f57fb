#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "impl/kernel/law.h"
#include "impl/kernel/laws.h"
#include "impl/kernel/state_view.h"

/// What holds of a whole machine between operations: the laws of laws.h, and what they need to be
/// inductive, each at one point of a state `S`. It is written once. The proofs assume it of every
/// state and prove it of every state after a step, on terms (proofs/invariants.h); and it is looked
/// at, as it stands here, in every state that random runs reach (props/proved).
///
/// A state is made of slots (entries of tables), frames, pages of swap and CPUs, and is asked for
/// what each has: `s.present(slot)`, `s.count(frame)`, `s.cached(cpu, slot)`. Its ledgers number
/// what names each frame, and each page of swap.
namespace cow::kernel {

/// Which parts of a point an invariant looks at, so over which it is to be assumed.
enum class Over { once, slot, frame, byte, frame_and_index, swap, swap_and_index, cpu_and_slot };

/// A condition on a state at a point, with a name. Those with a law are proved by every step;
/// those without are assumed of every state, and this is all that is.
template <class S>
struct Invariant {
  const char* name;
  std::optional<Law> law;
  Over over;
  std::function<typename S::Bool(const S&, const typename S::Point&)> at;
};

/// The ledger of frames or of pages of swap lists the slot, if its entry is `there`, under what it
/// `names`.
template <class Ledger, class Bool, class Named, class Slot>
Bool lists(const Ledger& ledger, const Bool& there, const Named& names, const Slot& slot) {
  const auto index = ledger.index(slot);
  return implies(there,
                 index >= 0 && index < ledger.holders(names) && ledger.owner(names, index) == slot);
}

/// The other way round: whom it lists `names_it`.
template <class Ledger, class Named, class Number, class Names>
auto lists_only(const Ledger& ledger, const Named& named, const Number& index, Names names_it) {
  const auto owner = ledger.owner(named, index);
  return implies(index >= 0 && index < ledger.holders(named),
                 names_it(owner) && ledger.index(owner) == index);
}

template <class S>
std::vector<Invariant<S>> laws_of_entries() {
  using View = StateView<S>;
  return {
      {"an entry names a held frame", Law::no_dangling, Over::slot,
       [](auto& s, auto& p) { return entry_names_held_frame(View{s}, s.entry(p.slot)); }},
      {"a private writer is exclusive", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return writer_is_exclusive(View{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"an exclusive entry is alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) {
         return exclusive_is_alone(View{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"a pinned private page is exclusive", Law::pin_stable, Over::slot,
       [](auto& s, auto& p) {
         return pinned_is_exclusive(View{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"an entry allows no more than its area", Law::permission, Over::slot,
       [](auto& s, auto& p) {
         return entry_within_area(View{s}, s.entry(p.slot), s.area(p.slot));
       }},
      {"mappers of an object name its frame", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         const auto held = s.entry(s.object_of(p.slot)).only_if(s.has_object(p.slot));
         return sharers_agree(View{s}, s.entry(p.slot), s.area(p.slot), held);
       }},
      {"the zero page is no object's", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.is_object(p.slot) && s.present(p.slot), !s.is_zero(s.frame(p.slot)));
       }},
      {"a frame is one page of one object", Law::isolation, Over::slot,
       [](auto& s, auto& p) {
         return implies(s.is_object(p.slot) && s.present(p.slot),
                        s.held_at(s.frame(p.slot)) == p.slot);
       }},
      {"a merged frame is nobody's alone", Law::sole_writer, Over::slot,
       [](auto& s, auto& p) { return merged_is_common(View{s}, s.entry(p.slot)); }},
  };
}

/// Of what an entry says about writes to its page: lazyfree.h, uffd.h, soft_dirty.h, guard.h.
template <class S>
std::vector<Invariant<S>> laws_of_marks() {
  using View = StateView<S>;
  return {
      {"what a device holds is dirty", Law::pin_stable, Over::slot,
       [](auto& s, auto& p) { return pinned_is_dirty(View{s}, s.entry(p.slot)); }},
      {"what is write-protected is not writable", Law::permission, Over::slot,
       [](auto& s, auto& p) { return trapped_is_not_writable(View{s}, s.entry(p.slot)); }},
      {"what counts as not written is not writable", Law::accounted, Over::slot,
       [](auto& s, auto& p) { return unwritten_is_not_writable(View{s}, s.entry(p.slot)); }},
      {"a guard lies where nothing else does", Law::permission, Over::slot,
       [](auto& s, auto& p) {
         const auto& entry = s.entry(p.slot);
         return implies(entry.guard(), !entry.present() && !entry.swapped() && !entry.wp());
       }},
      {"only anonymous memory is given up, write-protected or guarded", Law::permission, Over::slot,
       [](auto& s, auto& p) {
         const auto& entry = s.entry(p.slot);
         return implies((entry.present() && !entry.dirty()) || entry.wp() || entry.guard(),
                        !s.has_object(p.slot));
       }},
      {"shared memory never counts as not written", Law::accounted, Over::slot,
       [](auto& s, auto& p) {
         const auto& entry = s.entry(p.slot);
         return implies(entry.present() && entry.unwritten(), !s.shared(p.slot));
       }},
  };
}

template <class S>
std::vector<Invariant<S>> laws_of_frames() {
  using View = StateView<S>;
  return {
      {"a count is the number of holders", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return count_is_exact(View{s}, p.frame); }},
      {"a frame is free exactly when unheld", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return free_when_unheld(View{s}, p.frame); }},
      {"a free frame is not merged", Law::no_dangling, Over::frame,
       [](auto& s, auto& p) { return implies(s.is_free(p.frame), !s.is_merged(p.frame)); }},
      {"a merged frame is not pinned", Law::pin_stable, Over::frame,
       [](auto& s, auto& p) { return merged_is_not_pinned(View{s}, p.frame); }},
      {"a page of the pool is neither merged nor in the swap cache", Law::isolation, Over::frame,
       [](auto& s, auto& p) {
         return implies(s.held_by_pool(p.frame) > 0, !s.is_merged(p.frame) && !s.in_cache(p.frame));
       }},
      {"a merged frame is no object's", Law::isolation, Over::frame,
       [](auto& s, auto& p) { return merged_is_no_objects(View{s}, p.frame); }},
      {"the ledger counts from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.ledger.holders(p.frame) >= 0; }},
      {"holders of another size are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.others(p.frame) >= 0; }},
      {"pins are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.pins(p.frame) >= 0; }},
      {"the zero page shows zeroes", Law::no_disclosure, Over::byte,
       [](auto& s, auto& p) {
         return implies(s.is_zero(p.frame), s.bytes(p.frame, p.offset) == s.zero());
       }},
      {"the zero page is not pinned", Law::pin_stable, Over::frame,
       [](auto& s, auto& p) { return implies(s.is_zero(p.frame), s.pins(p.frame) == 0); }},
      {"the ledger lists every entry", Law::exact_count, Over::slot,
       [](auto& s, auto& p) {
         return lists(s.ledger, s.present(p.slot), s.frame(p.slot), p.slot);
       }},
      {"the ledger lists nothing else", Law::exact_count, Over::frame_and_index,
       [](auto& s, auto& p) {
         return lists_only(s.ledger, p.frame, p.index, [&](auto owner) {
           return s.present(owner) && s.frame(owner) == p.frame;
         });
       }},
  };
}

template <class S>
std::vector<Invariant<S>> laws_of_translations() {
  using View = StateView<S>;
  return {
      {"a translation allows no more than its entry", Law::tlb_coherent, Over::cpu_and_slot,
       [](auto& s, auto& p) {
         return cached_within_entry(View{s}, s.translation(p.cpu, p.slot), s.entry(p.slot));
       }},
      {"no translation is of an object's entry", Law::tlb_coherent, Over::cpu_and_slot,
       [](auto& s, auto& p) { return implies(s.is_object(p.slot), !s.cached(p.cpu, p.slot)); }},
  };
}

/// Assumed, and true by construction: which slots belong together never changes.
template <class S>
std::vector<Invariant<S>> structure() {
  return {
      {"structure: access is ordered, who may write may read", std::nullopt, Over::slot,
       [](auto& s, auto& p) { return implies(s.may_write(p.slot), s.may_read(p.slot)); }},
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

}  // namespace cow::kernel
