#pragma once

#include "impl/kernel/account.h"
#include "props/museum/forks.h"

/// Planted bugs about statistics: gauges that are not charged where pages come, change and go, and
/// counts that miss something. Each breaks the law accounted alone.
namespace cow::props::museum {

/// What a change does to one gauge.
inline std::int32_t change_of(const kernel::Usage& change, kernel::Gauge gauge) {
  return static_cast<std::int32_t>(change[gauge]);
}

/// G1: a fork that ran out of memory drops the child's pages, but leaves it charged with them.
template <class Base>
struct RollbackKeepsCharge : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void charge(typename Base::Process p, const kernel::Usage& change) {
    if (p == this->newborn && change_of(change, kernel::Gauge::anon) < 0) return;
    Base::charge(p, change);
  }
};

/// A page that was copied from the file stays charged as the file's.
template <class Base>
struct CopyStaysFile : Base {
  using Base::Base;
  void charge(typename Base::Process p, const kernel::Usage& change) {
    const auto file = change_of(change, kernel::Gauge::file);
    if (file < 0 && file == -change_of(change, kernel::Gauge::anon)) return;
    Base::charge(p, change);
  }
};

/// Pages go from one gauge, and another that they are in keeps them.
template <class Base, kernel::Gauge goes, kernel::Gauge stays>
struct StaysCharged : Base {
  using Base::Base;
  void charge(typename Base::Process p, const kernel::Usage& change) {
    auto charged = change;
    if (change_of(change, goes) < 0) charged[stays] = 0;
    Base::charge(p, charged);
  }
};
/// A huge page that goes is charged off as so many small ones.
template <class Base>
struct HugeStaysCharged : StaysCharged<Base, kernel::Gauge::anon, kernel::Gauge::huge> {
  using StaysCharged<Base, kernel::Gauge::anon, kernel::Gauge::huge>::StaysCharged;
};
/// A huge page of the pool that goes stays charged.
template <class Base>
struct PoolStaysCharged : StaysCharged<Base, kernel::Gauge::hugetlb, kernel::Gauge::hugetlb> {
  using StaysCharged<Base, kernel::Gauge::hugetlb, kernel::Gauge::hugetlb>::StaysCharged;
};

/// What comes back from swap is charged as memory, and still as swap.
template <class Base>
struct BackChargedTwice : Base {
  using Base::Base;
  void charge(typename Base::Process p, const kernel::Usage& change) {
    auto charged = change;
    if (change_of(change, kernel::Gauge::anon) > 0) charged[kernel::Gauge::swap] = 0;
    Base::charge(p, charged);
  }
};

/// Nobody counts what happens so often, or it is counted twice.
template <class Base, kernel::Count what, std::uint32_t factor>
struct CountsOtherwise : Base {
  using Base::Base;
  void count(typename Base::Process p, kernel::Count counted, std::uint32_t times = 1) {
    Base::count(p, counted, counted == what ? times * factor : times);
  }
};
template <class Base>
struct SwapUncounted : CountsOtherwise<Base, kernel::Count::swap_out, 0> {
  using CountsOtherwise<Base, kernel::Count::swap_out, 0>::CountsOtherwise;
};
template <class Base>
struct SplitUncounted : CountsOtherwise<Base, kernel::Count::split, 0> {
  using CountsOtherwise<Base, kernel::Count::split, 0>::CountsOtherwise;
};
template <class Base>
struct CopyCountedTwice : CountsOtherwise<Base, kernel::Count::copy, 2> {
  using CountsOtherwise<Base, kernel::Count::copy, 2>::CountsOtherwise;
};

}  // namespace cow::props::museum
