#pragma once

#include <cstdint>

#include "impl/kernel/shared_object.h"

/// Planted bugs about the pool of huge pages and its copy-on-write (impl/kernel/hugetlb.h), which
/// has a fault path of its own, where bugs outlived their mending elsewhere.
namespace cow::props::museum {

/// A7: a pin for reading takes a page of the pool as it finds it, and a write reuses what has one
/// mapping, pinned by another or not; small pages and other huge ones were mended (rows A5, A6).
template <class Base>
struct PooledReuseOverlooksPin : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
      const auto head = entry.frame();
      const decltype(m.huge_references(head)) pins =
          m.pooled(head) ? m.block_info(head / M::fan).pins : 0;
      return entry.exclusive() || m.huge_references(head) - pins == 1;
    }
    template <class M>
    static typename M::Bool may_pin(const M& m, const typename M::Entry& entry,
                                    const typename M::Area& area, bool write) {
      if (entry.huge() && m.pooled(entry.frame()) && !write) return entry.readable();
      return Base::Decisions::may_pin(m, entry, area, write);
    }
  };
};

/// A12: fork shares a pinned page of the pool like any other.
template <class Base>
struct ForkSharesPinnedPooled : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool splits_on_fork(const M& m, const typename M::Entry& entry) {
      return !m.pooled(entry.frame()) && Base::Decisions::splits_on_fork(m, entry);
    }
  };
};

/// A21: a pin for reading does not unshare a page of the pool.
template <class Base>
struct PooledReadPinDoesNotUnshare : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_pin(const M& m, const typename M::Entry& entry,
                                    const typename M::Area& area, bool write) {
      if (entry.huge() && m.pooled(entry.frame()) && !write) return entry.readable();
      return Base::Decisions::may_pin(m, entry, area, write);
    }
  };
};

/// C1: fork clears the write permission of a page of the pool, but not in the TLB.
template <class Base>
struct ForkKeepsPooledTranslations : Base {
  using Base::Base;
  void flush_process(typename Base::Process p) {
    for (std::uint32_t i = 0; i < this->config_.cpus * Base::tlb_entries; ++i) {
      auto& t = this->translations_[i];
      if (!this->pooled(t.frame) && t.process == p) t = {};
    }
  }
};

/// E5: a private write takes over the page of the file, since nobody else maps it.
template <class Base>
struct PooledFilePageReused : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
      const auto head = entry.frame();
      if (Base::Decisions::may_reuse_huge(m, entry)) return true;
      return m.pooled(head) && m.huge_references(head) == 2 && m.is_held(head);
    }
  };
  /// Does some object hold the huge page? Then one of its references is that.
  bool is_held(typename Base::Frame head) const {
    const auto file = this->header().pool_file;
    for (std::uint64_t page = 0; file < this->config_.frames && page < Base::all_pages;
         page += Base::fan) {
      const auto entry = kernel::walk<Base>(*this, file, page).entry;
      if (entry.present() && entry.frame() == head) return true;
    }
    return false;
  }
};

/// E6: the pool is dry, and the owner of the page that is shared gets the error.
template <class Base>
struct OwnerGetsTheError : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool takes_from_sharers(const M&, const typename M::Area&) {
      return false;
    }
  };
};

/// The other way round: a child takes the page from the owner.
template <class Base>
struct ChildTakesFromOwner : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool takes_from_sharers(const M&, const typename M::Area&) {
      return true;
    }
  };
};

/// Redeeming a promise cannot fail, so the kernel does not ask; where a mutant makes it fail, the
/// page that there is not is not filled either.
template <class Base>
struct PoolMayFail : Base {
  using Base::Base;
  void zero_huge(typename Base::Frame head) {
    if (this->sane(head)) Base::zero_huge(head);
  }
};

/// What the pool owes to one process it gives to another.
template <class Base>
struct PoolForgetsPromises : PoolMayFail<Base> {
  using PoolMayFail<Base>::PoolMayFail;
  typename Base::Allocation allocate_pooled(bool promised) {
    auto& owed = this->header().promised;
    const auto before = owed;
    owed = 0;
    const auto got = Base::allocate_pooled(false);
    owed = before - (promised && got.ok ? 1 : 0);
    return got;
  }
};

/// The pool promises what it does not have.
template <class Base>
struct PoolOvercommits : PoolMayFail<Base> {
  using PoolMayFail<Base>::PoolMayFail;
  bool promise_pooled(std::uint32_t count) {
    this->header().promised += count;
    return true;
  }
};

/// What was promised for pages that are gone stays promised.
template <class Base>
struct PoolKeepsPromises : PoolMayFail<Base> {
  using PoolMayFail<Base>::PoolMayFail;
  void release_pooled(std::uint32_t) {}
};

/// A page of the pool is handed out as the last process left it.
template <class Base>
struct PooledPageIsNotZeroed : Base {
  using Base::Base;
  void zero_huge(typename Base::Frame head) {
    if (!this->pooled(head)) Base::zero_huge(head);
  }
};

/// Of a page of the pool the first small page is copied only.
template <class Base>
struct PooledCopyIsShort : Base {
  using Base::Base;
  void copy_huge(typename Base::Frame to, typename Base::Frame from) {
    if (!this->pooled(to)) return Base::copy_huge(to, from);
    Base::zero_huge(to);
    Base::copy_page(to, from);
  }
};

}  // namespace cow::props::museum
