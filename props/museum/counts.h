#pragma once

#include <cstdint>

/// Planted bugs about reference counts (catalogue family B). A mutant is a mixin over a machine:
/// it hides one primitive or overrides one decision, and works over bytes and, unless it reaches
/// into the bytes itself, over terms.
namespace cow::props::museum {

/// Remembers that a page was copied, so that the `put` that follows is that of the source.
template <class Base>
struct KnowsCopies : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    copied = false;
  }
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    Base::copy_page(to, from);
    copied = true;
  }
  bool copied = false;
};

/// B1: the count is two bits wide and wraps, so that the fourth holder makes it zero.
template <class Base>
struct NarrowCount : Base {
  using Base::Base;
  void get(typename Base::Frame frame) {
    Base::get(frame);
    if (this->frames_[frame].count == 4) {
      this->frames_[frame].count = 0;
      this->blocks_[frame / Base::fan].small -= 4;
    }
  }
};

/// B2: fork does not ask whether the count of a frame has room; it wraps.
template <class Base>
struct NeverAsksFrames : Base {
  using Base::Base;
  bool can_get(typename Base::Frame, std::uint32_t = 1) const { return true; }
};

/// The same of huge leaves, of pins, of page tables and of the slots of swap.
template <class Base>
struct NeverAsksLeaves : Base {
  using Base::Base;
  bool can_get_huge(typename Base::Frame) const { return true; }
};
template <class Base>
struct NeverAsksPins : Base {
  using Base::Base;
  bool can_pin(typename Base::Frame) const { return true; }
};
template <class Base>
struct NeverAsksTables : Base {
  using Base::Base;
  bool can_get_table(typename Base::Frame, std::uint32_t = 1) const { return true; }
};
template <class Base>
struct NeverAsksSlots : Base {
  using Base::Base;
  bool can_get_slot(typename Base::Slot, std::uint32_t = 1) const { return true; }
};

/// A count is taken for full while there is room for one more.
template <class Base>
struct FullTooEarly : Base {
  using Base::Base;
  bool can_get(typename Base::Frame frame, std::uint32_t more = 1) const {
    return Base::can_get(frame, this->counts_narrowly() ? more + 1 : more);
  }
};

/// B3: a count that is full stays full when another holder comes, and counts down all the same.
template <class Base>
struct FullButNotForGood : NeverAsksFrames<Base> {
  using NeverAsksFrames<Base>::NeverAsksFrames;
  void get(typename Base::Frame frame) {
    if (Base::can_get(frame)) Base::get(frame);
  }
};

/// B9: a copying write fault keeps the reference on the frame that it left.
template <class Base>
struct CopyKeepsSource : KnowsCopies<Base> {
  using KnowsCopies<Base>::KnowsCopies;
  void put(typename Base::Frame frame) {
    if (!this->copied) Base::put(frame);
    this->copied = false;
  }
};

/// B9: a copying write fault drops two references on the frame that it left.
template <class Base>
struct CopyPutsTwice : KnowsCopies<Base> {
  using KnowsCopies<Base>::KnowsCopies;
  void put(typename Base::Frame frame) {
    Base::put(frame);
    if (this->copied) Base::put(frame);
    this->copied = false;
  }
};

/// B10: a page that is mapped read-only gains a mapping without gaining a reference.
template <class Base>
struct ReadOnlyUncounted : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    last_ = Base::Entry::none();
  }
  typename Base::Entry load(const typename Base::Place& at) const { return last_ = Base::load(at); }
  void get(typename Base::Frame frame) {
    if (last_.writable()) Base::get(frame);
  }

 private:
  mutable typename Base::Entry last_ = Base::Entry::none();
};

/// B11: the reuse test counts PTEs and overlooks the huge leaves that cover the frame.
template <class Base>
struct ReuseOverlooksLeaf : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
      return entry.exclusive() || m.frame_info(entry.frame()).count == 1;
    }
  };
};

/// B24: the last sharer copies like any other.
template <class Base>
struct NeverReuses : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
      return m.references(entry.frame()) == 0;
    }
  };
};

/// C13: a copying write fault frees its source outright, as if nobody else mapped it.
template <class Base>
struct CopyFreesSource : KnowsCopies<Base> {
  using KnowsCopies<Base>::KnowsCopies;
  void put(typename Base::Frame frame) {
    while (this->copied && this->frame_info(frame).count > 1) Base::put(frame);
    this->copied = false;
    Base::put(frame);
  }
};

}  // namespace cow::props::museum
