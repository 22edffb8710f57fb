#pragma once

#include <array>

#include "impl/kernel/areas.h"

/// Planted bugs of pages that go to swap and come back (catalogue family F, and rows of A and D).
namespace cow::props::museum {

/// A8: who comes back may write when nobody else names the slot, though the frame that it finds in
/// the swap cache is another's.
template <class Base>
struct LastInSlotIsAlone : Base {
  using Base::Base;
  typename Base::Entry load(const typename Base::Place& at) const {
    const auto entry = Base::load(at);
    if (!entry.swapped() || entry.slot() >= this->config_.slots) return entry;
    return entry.with_exclusive(entry.exclusive() || this->slot_info(entry.slot()).count == 1);
  }
};

/// A19: what a device keeps goes to swap like any other page.
template <class Base>
struct PinnedGoesToSwap : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_swap_out(const M& m, const typename M::Entry& entry) {
      return !m.covered(entry.frame());
    }
  };
};

/// No row of its own: the zero page goes to swap like a page that somebody wrote.
template <class Base>
struct ZeroPageGoesToSwap : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_swap_out(const M& m, const typename M::Entry& entry) {
      return !m.pinned(entry.frame()) && !m.covered(entry.frame());
    }
  };
};

/// A18, as Linux was: a page that others refer to stays in the swap cache when it goes, to be found
/// there by who comes back; but its entry forgets that it was exclusive, so the next write copies.
template <class Base>
struct SwapForgetsExclusive : PinnedGoesToSwap<Base> {
  using PinnedGoesToSwap<Base>::PinnedGoesToSwap;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    Base::store(at, entry.swapped() ? entry.made_common() : entry);
  }
  void write_slot(typename Base::Slot slot, typename Base::Frame frame) {
    Base::write_slot(slot, frame);
    if (this->pinned(frame)) Base::cache(slot, frame);
  }
};

/// A20: a page comes back as if it were shared, and whether a write may keep its frame is asked of
/// a count in which the swap cache is one more reference: it copies.
template <class Base>
struct ComesBackCommon : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    came_back_ = {};
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool back = Base::load(at).swapped() && entry.present();
    if (entry.present()) came_back_[entry.frame() % came_back_.size()] = back;
    Base::store(at, back ? entry.made_common().write_protected() : entry);
  }
  bool came_back(typename Base::Frame frame) const { return came_back_[frame % came_back_.size()]; }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_reuse(const M& m, const typename M::Entry& entry) {
      if (entry.exclusive()) return true;
      return m.references(entry.frame()) + (m.came_back(entry.frame()) ? 1 : 0) == 1;
    }
  };

 private:
  std::array<bool, 1024> came_back_{};  ///< [frame]
};

/// D8: who comes back may write where the area allows it.
template <class Base>
struct WritesAsTheAreaAllows : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto before = Base::load(at);
    if (before.swapped() && entry.present()) {
      const auto* const area = kernel::find_area(Base::areas(at.process), at.page);
      if (area != nullptr && area->may_write()) entry = entry.made_writable();
    }
    Base::store(at, entry);
  }
};

/// D22: fork leaves out what is not in memory.
template <class Base>
struct ForkLeavesOutSwapped : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    forking_ = 0;
  }
  void get_slot(typename Base::Slot) { forking_ = 2; }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.swapped() && forking_ > 0 && --forking_ == 0) return;  // the second is the child's
    Base::store(at, entry);
  }

 private:
  int forking_ = 0;  ///< entries that a fork of a swapped page still stores
};

/// F5: fork does not count that the child names the slot, too.
template <class Base>
struct ForkDoesNotCountSlot : Base {
  using Base::Base;
  void get_slot(typename Base::SwapSlot) {}
};

/// F6: of two that name a slot the first to come back may write to what the other then finds in the
/// swap cache.
template <class Base>
struct FirstOfTwoWrites : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto before = Base::load(at);
    const bool first = before.swapped() && entry.present() && before.slot() < this->config_.slots &&
                       this->slot_info(before.slot()).count == 2;
    Base::store(at, first ? entry.made_exclusive().made_writable() : entry);
  }
};

/// A slot is never put, neither by who comes back nor by who unmaps.
template <class Base>
struct KeepsSlots : Base {
  using Base::Base;
  void put_slot(typename Base::SwapSlot) {}
};

/// A slot is put twice: what others have there is free.
template <class Base>
struct PutsSlotsTwice : Base {
  using Base::Base;
  void put_slot(typename Base::SwapSlot slot) {
    Base::put_slot(slot);
    Base::put_slot(slot);
  }
};

/// What comes back is a fresh page.
template <class Base>
struct ComesBackZero : Base {
  using Base::Base;
  void read_slot(typename Base::Frame frame, typename Base::SwapSlot) { Base::zero_page(frame); }
};

/// swapoff looks only where its process may write, as if nothing else could have been written.
template <class Base>
struct SwapoffSkipsReadOnly : Base {
  using Base::Base;
  bool on_bring_back(typename Base::Process p, const typename Base::Area& area) {
    return !area.may_write() || Base::on_bring_back(p, area);
  }
};

/// pageout leaves in memory what its process may write, as if that were in use.
template <class Base>
struct PageoutKeepsWritable : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_swap_out(const M& m, const typename M::Entry& entry) {
      return !entry.writable() && Base::Decisions::may_swap_out(m, entry);
    }
  };
};

/// F6, seen from memory: who writes in place leaves the frame in the swap cache, where who comes
/// back finds it.
template <class Base>
struct ReuseStaysCached : Base {
  using Base::Base;
  void uncache(typename Base::Frame) {}
};

}  // namespace cow::props::museum
