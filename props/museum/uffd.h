#pragma once

#include "props/museum/given_up.h"

/// Planted bugs about pages that their process has write-protected (userfaultfd): the mark is
/// overlooked, lost on the page's way, or goes where it should not (catalogue rows A11, D8, D24,
/// D25, and twins of D5 and D7).
namespace cow::props::museum {

/// A11: a forced write asks whether its page is exclusive, and not whether it is write-protected.
template <class Base>
struct ForceOverlooksWp : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reach(const M&, const typename M::Entry& entry,
                                      const typename M::Area& area, bool write, bool force) {
      if (!write) return entry.readable();
      return entry.writable() || (force && !area.is_shared() && entry.exclusive());
    }
  };
};

/// D24: a write to what is not there yet is served before anybody asks for markers.
template <class Base>
struct MissingGoesFirst : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool traps(const M&, const typename M::Entry& entry) {
      return entry.wp() && !entry.empty();
    }
  };
};
/// The same of pages in swap.
template <class Base>
struct SwappedGoesFirst : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool traps(const M&, const typename M::Entry& entry) {
      return entry.wp() && !entry.swapped();
    }
  };
};
/// The same of huge leaves.
template <class Base>
struct HugeIsNotAsked : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool traps(const M&, const typename M::Entry& entry) {
      return entry.wp() && !entry.huge();
    }
  };
};

/// D25: a collapse takes the place of markers, too.
template <class Base>
struct CollapseDropsMarkers : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_collapse_over(const M&, const typename M::Entry& entry) {
      return !entry.swapped();
    }
  };
};

/// D7: mprotect grants what the page is write-protected against.
template <class Base>
struct ProtectOverlooksWp : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M& m, const typename M::Entry& entry,
                                        const typename M::Area& area) {
      return Base::Decisions::may_upgrade(m, entry.with_wp(false), area);
    }
  };
};

/// D5: an entry of swap has no room for the mark.
template <class Base>
struct SwapForgetsWp : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    Base::store(at, entry.with_wp(entry.wp() && !entry.swapped()));
  }
};

struct WritableIfWp {
  template <class M>
  static auto of(M&, const typename M::Place&, const typename M::Entry& entry) {
    return entry.wp() ? entry.made_writable() : entry;
  }
};
/// D8: a migration grants write permission to what is write-protected.
template <class Base>
using MigrateOverlooksWp = ResumeChanges<Base, WritableIfWp>;

struct ForgetsWp {
  static constexpr auto of(const auto& entry) { return entry.with_wp(false); }
};
/// D8 of a split: the mark of a huge page is not that of its pages.
template <class Base>
using SplitForgetsWp = SplitChanges<Base, ForgetsWp>;

/// A21: the copy that a pin for reading makes lacks the mark.
template <class Base>
struct UnshareForgetsWp : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto copied = entry.present() && entry.exclusive() && Base::load(at).empty();
    Base::store(at, copied ? entry.with_wp(false) : entry);
  }
};

/// A fork, or a move, changes the entry that it stores elsewhere, from what was loaded `last`.
template <class Base, bool at_fork, class Change>
struct ElsewhereChanges : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void reset() {
    SeesForks<Base>::reset();
    last_ = {};
  }
  typename Base::Entry load(const typename Base::Place& at) const { return last_ = Base::load(at); }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto elsewhere = entry.present() && Base::load(at).empty() && this->forks() == at_fork;
    const auto same = entry.frame() == last_.frame() && last_.present();
    Base::store(at, elsewhere && same ? Change::of(entry, last_) : entry);
  }

 private:
  mutable typename Base::Entry last_;
};

/// The child's entry keeps the mark, or that of a page that moves.
struct KeepsWp {
  static constexpr auto of(const auto& entry, const auto& last) { return entry.with_wp(last.wp()); }
};
template <class Base>
using ChildKeepsWp = ElsewhereChanges<Base, true, KeepsWp>;
template <class Base>
using MovedKeepsWp = ElsewhereChanges<Base, false, KeepsWp>;

/// A page is write-protected behind the back of a translation for writing.
template <class Base>
struct WpWithoutFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    if (!Base::load(at).wp()) Base::flush(at);
  }
};

}  // namespace cow::props::museum
