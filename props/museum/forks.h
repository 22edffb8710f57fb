#pragma once

#include <cstdint>
#include <utility>

#include "impl/kernel/walk.h"

/// Planted bugs about fork (catalogue family G).
namespace cow::props::museum {

/// Knows whether a fork is going on and who is being born; `end` in that time is the rollback.
template <class Base>
struct KnowsForks : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    forking = newborn = ~0U;
  }
  void lock_space(typename Base::Process p) {
    newborn = ~0U;
    Base::lock_space(p);
  }
  void flush_process(typename Base::Process p) {
    forking = p;
    Base::flush_process(p);
  }
  void start(typename Base::Process p, typename Base::Frame root) {
    newborn = p;
    Base::start(p, root);
  }
  std::uint32_t forking = ~0U, newborn = ~0U;
};

/// G1: a fork that ran out of memory forgets the child's root table.
template <class Base>
struct RollbackLeaks : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void end(typename Base::Process p) {
    if (p == this->newborn) this->get_table(this->root(p));
    Base::end(p);
  }
};

/// G2: the rollback gives the parent its write permission back, other sharers or not.
template <class Base>
struct RollbackRestoresWrite : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void end(typename Base::Process p) {
    if (p == this->newborn) restore();
    Base::end(p);
  }

 private:
  void restore() {
    for (const auto& area : std::as_const(*this).areas(this->forking)) {
      for (auto page = area.first; area.may_write() && page < area.end; ++page) {
        const auto at = kernel::walk<Base>(*this, this->root(this->forking), page);
        if (at.level != 0 || !at.entry.present()) continue;
        this->store_at(at.table, kernel::index_at<Base>(page, 0), at.entry.made_writable());
      }
    }
  }
};

/// G15: fork write-protects the child's side only.
template <class Base>
struct ForkProtectsChildOnly : Base {
  using Base::Base;
  void flush_later(const typename Base::Place& parent) {
    Base::store(parent, Base::load(parent).made_writable());
  }
};

}  // namespace cow::props::museum
