#pragma once

#include <algorithm>
#include <array>

#include "props/museum/races.h"

/// Dirty COW: a forced write is a lookup, a fault that breaks the sharing, and a lookup again, and
/// what the fault made may be gone by then. Rows A1, A2, A3 and A10.
namespace cow::props::museum {

/// A1: once sharing was broken it is only read that is asked for, and the fault after the loss
/// brings the shared page. Linux: FOLL_WRITE was dropped.
template <class Base>
struct AsksToReadAfterBreak : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool still_writes(const M&, bool force) {
      return !force;
    }
  };
};

/// Knows that a fault of this task's forced write has broken the sharing of its page.
template <class Base>
struct KnowsBreaks : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    broke_ = {};
  }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool still_writes(const M& m, bool force) {
      m.broke_[m.task()] = force;
      return true;
    }
    template <class M>
    static typename M::Bool may_reach(const M& m, const typename M::Entry& entry,
                                      const typename M::Area& area, bool write, bool force) {
      if (Base::Decisions::may_reach(m, entry, area, write, force)) return true;
      return force && !area.is_shared() && m.broke_[m.task()] && m.takes_for_own(entry);
    }
  };

  mutable PerTask<bool> broke_{};
};

/// A2, the same bug's first life: the fault asks to write still, but the lookup behind it takes
/// whatever may be read, which another thread brought in between.
template <class Base>
struct LooksToReadAfterBreak : KnowsBreaks<Base> {
  using KnowsBreaks<Base>::KnowsBreaks;
  typename Base::Bool takes_for_own(const typename Base::Entry& entry) const {
    return entry.readable();
  }
};

/// A3: a page that is dirty is taken for the one that the fault made, and whoever reads a huge page
/// makes it dirty: the huge zero page, too. Linux: touch_pmd.
template <class Base>
struct TouchMakesDirty : KnowsBreaks<Base> {
  using KnowsBreaks<Base>::KnowsBreaks;
  void reset() {
    KnowsBreaks<Base>::reset();
    dirty_ = {};
  }
  void tlb_fill(typename Base::Cpu cpu, typename Base::Process p, std::uint64_t page,
                typename Base::Entry entry) {
    if (entry.huge()) dirty_[entry.frame() % dirty_.size()] = true;
    Base::tlb_fill(cpu, p, page, entry);
  }
  bool takes_for_own(const typename Base::Entry& entry) const {
    return entry.huge() && dirty_[entry.frame() % dirty_.size()];
  }

 private:
  std::array<bool, 1024> dirty_{};  ///< [frame]
};

/// A10: the same for a page of the file, which is dirty since somebody wrote to it: it is not all
/// zeroes. Linux: a dirty entry of the page cache that userfaultfd installs.
template <class Base>
struct DirtyIsOwn : KnowsBreaks<Base> {
  using KnowsBreaks<Base>::KnowsBreaks;
  bool takes_for_own(const typename Base::Entry& entry) const {
    const auto bytes = this->frame_bytes(entry.frame());
    return entry.readable() && std::ranges::any_of(bytes, [](auto byte) { return byte != 0; });
  }
};

}  // namespace cow::props::museum
