#pragma once

#include <cstdint>

/// Planted bugs about what an entry allows or holds (catalogue families D and E).
namespace cow::props::museum {

/// D12: the handler's "now writable" never reaches a huge leaf, and the fault repeats for ever.
template <class Base>
struct HugeUpgradeLost : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.huge() && entry.writable() && Base::load(at).present()) return;
    Base::store(at, entry);
  }
};

/// D18: mprotect sets W because the caller asked for it, shared frame or not.
template <class Base>
struct ProtectGrantsWrite : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M&, const typename M::Entry&,
                                        const typename M::Area& area) {
      return area.may_write();
    }
  };
};

/// E11: a shared huge page is copied whole where the policy is to split it.
template <class Base>
struct CopiesWholeHugePages : Base {
  using Base::Base;
  bool copies_huge() const { return true; }
};

/// E13: the first touch maps read-only even for a write, which costs a second fault.
template <class Base>
struct FirstTouchReadOnly : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const typename Base::Bool first = !Base::load(at).present();
    if (first) {
      Base::store(at, entry.write_protected());
    } else {
      Base::store(at, entry);
    }
  }
};

/// No row of its own (the law no-disclosure): fresh frames are not zeroed.
template <class Base>
struct SkipsZeroing : Base {
  using Base::Base;
  void zero_page(typename Base::Frame) {}
};

}  // namespace cow::props::museum
