#pragma once

#include "props/museum/given_up.h"

/// Planted bugs about guards (MADV_GUARD_INSTALL): they are overlooked, or lost on their way. Linux
/// tests each of these in its selftest guard-regions.c.
namespace cow::props::museum {

/// A fault takes a guard for an entry where nothing is yet.
template <class Base>
struct FaultOverlooksGuard : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool guards(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

/// A dontneed takes guards away with all that is there.
template <class Base>
struct DontneedDropsGuards : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool outlasts_dontneed(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

/// A collapse takes the place of guards, too.
template <class Base>
struct CollapseDropsGuards : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_collapse_over(const M&, const typename M::Entry& entry) {
      return !entry.swapped() && !entry.wp();
    }
  };
};

/// A child has no guards.
template <class Base>
struct ForkDropsGuards : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (!entry.guard() || !this->forks()) Base::store(at, entry);
  }
};

/// Where a guard was lifted nothing is put down.
template <class Base>
struct MoveDropsGuards : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void reset() {
    SeesForks<Base>::reset();
    lifted_ = false;
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool drops = bool(entry.guard()) && lifted_ && !this->forks();
    lifted_ = bool(Base::load(at).guard()) && bool(entry == Base::Entry::none());
    if (!drops) Base::store(at, entry);
  }

 private:
  bool lifted_ = false;
};

}  // namespace cow::props::museum
