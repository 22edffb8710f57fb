#pragma once

#include "props/museum/races.h"

/// Planted bugs of swap that show only when CPUs interleave.
namespace cow::props::museum {

/// A19: whether a device keeps the page is not looked at again when no CPU can pin it any more.
template <class Base>
struct PinLookedAtOnce : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    going_ = {};
  }
  void lock_swap() {
    Base::lock_swap();
    going_[this->task()] = true;
  }
  void unlock_swap() {
    going_[this->task()] = false;
    Base::unlock_swap();
  }
  bool pinned(typename Base::Frame frame) const {
    return !going_[this->task()] && Base::pinned(frame);
  }
  /// As Linux was: the entry forgets that it was alone (row A18), and the page, which others refer
  /// to, stays in the swap cache.
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    Base::store(at, entry.swapped() ? entry.made_common() : entry);
  }
  void write_slot(typename Base::Slot slot, typename Base::Frame frame) {
    Base::write_slot(slot, frame);
    if (this->frame_info(frame).pins != 0) Base::cache(slot, frame);
  }

 private:
  PerTask<bool> going_{};
};

/// F1: a frame is found in the swap cache and taken later, without a look whether it is still the
/// slot's: it may be anybody's by then.
template <class Base>
struct TakesWhatWasCached : Base {
  using Base::Base;
  typename Base::Allocation get_cached(typename Base::Slot slot) {
    this->step({{{this->objects().swap(), race::Deed::read}}}, "look for slot", slot);
    const auto frame = this->cached_for(slot);
    if (!this->exists(frame)) return {false, machine::none};
    Base::get(frame);
    return {true, frame};
  }
};

/// F6: who is judged to be alone asks whether the frame is cached now. By then who was in swap may
/// be back, and the last link gone with the slot. The first kernel here did so.
template <class Base>
struct AsksWhetherItIsCached : Base {
  using Base::Base;
  typename Base::Bool was_cached(typename Base::Frame frame) const { return Base::cached(frame); }
};

/// F2: nobody holds the slots while a page comes back, so that two do not see each other.
template <class Base>
struct SwapWithoutLock : Base {
  using Base::Base;
  void lock_swap() {}
  void unlock_swap() {}
};

}  // namespace cow::props::museum
