#pragma once

/// What laws.h asks about a whole state `S`: one of terms (proofs/state.h), or one that is read off
/// a running machine (props/proved/machine_state.h). Both number the holders of a frame in a
/// ledger.
namespace cow::kernel {

template <class S>
struct StateView {
  using Bool = typename S::Bool;
  using Number = typename S::Number;
  using Entry = typename S::Entry;
  using Frame = typename S::Frame;
  using Swap = typename S::Swap;
  using Area = typename S::Area;

  const S& state;

  Number count(const Frame& frame) const { return state.count(frame); }
  Number references(const Frame& frame) const { return state.count(frame); }
  Number mappings(const Frame& frame) const {
    return state.count(frame) - state.pins(frame) - state.in_hand(frame) -
           state.held_by_pool(frame);
  }
  Bool of_object(const Frame& frame) const { return state.of_object(frame); }
  Bool pinned(const Frame& frame) const { return state.pins(frame) > 0; }
  Number holders(const Frame& frame) const {
    return state.ledger.holders(frame) + state.others(frame) + state.pins(frame) +
           state.in_hand(frame) + state.held_by_machine(frame);
  }
  Bool is_free(const Frame& frame) const { return state.is_free(frame); }
  Bool is_merged(const Frame& frame) const { return state.is_merged(frame); }

  Number slot_count(const Swap& slot) const { return state.names(slot); }
  Number namers(const Swap& slot) const { return state.swap_ledger.holders(slot); }
  Bool is_used(const Swap& slot) const { return state.names(slot) > 0; }
  Bool in_memory(const Swap& slot) const { return state.in_memory(slot); }
  Bool cached(const Frame& frame) const { return state.in_cache(frame); }
  Swap slot_of(const Frame& frame) const { return state.swap_of(frame); }
  Bool caches(const Swap& slot, const Frame& frame) const {
    return state.in_memory(slot) && state.frame_of(slot) == frame;
  }
};

}  // namespace cow::kernel
