#pragma once

/// Sabotaged kernels for the tests of the proofs, as in sabotage.h: of huge pages of the pool.
namespace cow::proofs::sabotage {

/// The page is one that anybody may have.
template <class Base>
struct OverlooksPool : Base {
  using Base::Base;
  typename Base::Allocation allocate_pooled(const auto&) { return Base::allocate_huge(); }
};

/// What the pool owes is not asked for as such.
template <class Base>
struct ForgetsPromise : Base {
  using Base::Base;
  typename Base::Allocation allocate_pooled(const auto&) { return Base::allocate_pooled(false); }
};

/// The pool's own leaf counts as another mapping.
template <class Base>
struct CountsPoolAsSharer : Base {
  using Base::Base;
  auto huge_references(const typename Base::Frame& head) const { return Base::references(head); }
};

/// The other way round: of two mappings one is taken for the pool's.
template <class Base>
struct DiscountsPoolTwice : Base {
  using Base::Base;
  auto huge_references(const typename Base::Frame& head) const {
    return Base::huge_references(head) - Base::state().held_by_pool(head);
  }
};

/// A private write takes over the page of the file that nobody else maps (row E5).
template <class Base>
struct TakesObjectsPage : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
      return Base::Decisions::may_reuse_huge(m, entry) ||
             (m.state().of_object(entry.frame()) && m.huge_references(entry.frame()) == 2);
    }
  };
};

template <class Base>
struct SkippedHugeGet : Base {
  using Base::Base;
  void get_huge(const typename Base::Frame&) {}
};

}  // namespace cow::proofs::sabotage
