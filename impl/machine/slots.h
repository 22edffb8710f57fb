#pragma once

#include <atomic>

#include "impl/machine/zswap.h"

namespace cow::machine {

/// The slots of swap: how many swap entries name each, and which frame has the
/// same bytes (the swap cache). A slot is free when nothing names it. A frame
/// remembers that it was cached until it is freed. REQUIRES for all that changes
/// slots: the swap lock is held.
template <class Geometry>
class Slots : public Zswap<Geometry> {
  using Base = Zswap<Geometry>;

 public:
  using Base::Base, Base::page_bytes;
  using typename Base::Frame, typename Base::Slot;
  using SwapSlot = Slot;  ///< the same, where a machine's page-table entries are slots, too

  /// `ok` is false when every slot is named; then `slot` means nothing.
  struct Grant {
    bool ok;
    Slot slot;
  };

  /// A slot, named once by whoever stores its entry next.
  Grant allocate_slot() {
    for (Slot s = 0; s < this->config_.slots; ++s) {
      if (this->slots_[s].count == 0) return ++this->slots_[s].count, Grant{true, s};
    }
    return {false, none};
  }
  /// Has the count room for `more` entries?
  bool can_get_slot(Slot slot, std::uint32_t more = 1) const {
    return slot >= this->config_.slots || this->most_ - this->slots_[slot].count >= more;
  }
  /// The slot that the frame is cached for, named once more; not `ok` when its count has no room.
  /// REQUIRES: it is cached.
  Grant get_slot_of(Frame frame) {
    const auto slot = slot_of(frame);
    if (!can_get_slot(slot)) return this->note(kernel::Event::saturated), Grant{false, none};
    get_slot(slot);
    return {true, slot};
  }
  void get_slot(Slot slot) {
    if (Base::G::checked && !named(slot)) return;
    auto& count = this->slots_[slot].count;
    count = count == this->most_ ? 0 : count + 1;
  }
  /// The last one frees the slot.
  void put_slot(Slot slot) {
    if (Base::G::checked && !named(slot)) return;
    auto& info = this->slots_[slot];
    if (--info.count > 0) return;
    if (info.cached != 0) link(info.cached - 1).store(no_longer);
    info.cached = 0;
    this->forget_bytes(slot);
  }

  /// Is the frame in the swap cache?
  bool cached(Frame frame) const { return was_cached(frame) && link(frame).load() != no_longer; }
  /// Is it, or was it ever since it was allocated? May be asked without the lock.
  bool was_cached(Frame frame) const { return exists(frame) && link(frame).load() != 0; }
  Slot slot_of(Frame frame) const { return link(frame).load() - 1; }
  /// From now on whoever swaps the slot in finds the frame, instead of any other.
  void cache(Slot slot, Frame frame) {
    if (Base::G::checked && !(named(slot) && this->sane(frame))) return;
    if (const auto before = this->slots_[slot].cached; before != 0) uncache(before - 1);
    this->slots_[slot].cached = frame + 1;
    link(frame).store(slot + 1);
  }
  void uncache(Frame frame) {
    if (!cached(frame)) return;
    auto& info = this->slots_[slot_of(frame)];
    if (info.cached == frame + 1) info.cached = 0;
    link(frame).store(no_longer);
  }

  void write_slot(Slot slot, Frame frame) {
    if (Base::G::checked && !(named(slot) && this->sane(frame))) return;
    this->store_bytes(slot, this->frame_bytes(frame));
  }
  void read_slot(Frame frame, Slot slot) {
    if (Base::G::checked && !(named(slot) && this->sane(frame))) return;
    this->expect_unmapped(frame);
    this->load_bytes(slot, {this->page(frame), page_bytes});
  }

  /// [frame] of cached_slots: it was cached for a slot.
  static constexpr std::uint32_t no_longer = ~0U;

  const SlotInfo& slot_info(Slot slot) const { return this->slots_[slot]; }
  /// [frame]: the slot that it is cached for, plus one; 0: it never was; or no_longer.
  const std::uint32_t* cached_slots() const { return this->cached_; }
  std::uint32_t used_slots() const {
    std::uint32_t used = 0;
    for (Slot s = 0; s < this->config_.slots; ++s) used += this->slots_[s].count != 0 ? 1U : 0U;
    return used;
  }

 protected:
  /// The frame is free; the slot keeps the bytes.
  void forget_cached(Frame frame) {
    if (!was_cached(frame)) return;
    uncache(frame);
    link(frame).store(0);
  }
  /// The frame that is cached for the slot; `none` when none is.
  Frame cached_for(Slot slot) const {
    if (Base::G::checked && slot >= this->config_.slots) return none;
    return this->slots_[slot].cached - 1;
  }

 private:
  /// Atomic, since whether a frame is cached is asked without the lock.
  std::atomic_ref<std::uint32_t> link(Frame frame) const {
    return std::atomic_ref(this->cached_[frame]);
  }
  bool exists(Frame frame) const { return !Base::G::checked || frame < this->config_.frames; }
  bool named(Slot slot) {
    if (slot < this->config_.slots && this->slots_[slot].count != 0) return true;
    this->complain(kernel::Law::no_dangling, 13, slot);
    return false;
  }
};

}  // namespace cow::machine
