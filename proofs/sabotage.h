#pragma once

#include <vector>

#include "proofs/names.h"

/// Sabotaged kernels for the tests of the proofs: each hides one primitive or one decision.
namespace cow::proofs::sabotage {

template <class Base>
struct SkippedCopy : Base {
  using Base::Base;
  void copy_page(const typename Base::Frame&, const typename Base::Frame&) {}
};

template <class Base>
struct ShortCopy : Base {
  using Base::Base;
  void copy_page(const typename Base::Frame& to, const typename Base::Frame& from) {
    this->copy_bytes(to, from, 0, Base::page_bytes - 1);
  }
};

template <class Base>
struct ReversedCopy : Base {
  using Base::Base;
  void copy_page(const typename Base::Frame& to, const typename Base::Frame& from) {
    Base::copy_page(from, to);
  }
};

template <class Base>
struct SkippedZero : Base {
  using Base::Base;
  void zero_page(const typename Base::Frame&) {}
};

/// A huge page is copied but for its last part.
template <class Base>
struct ForgetsLastPart : Base {
  using Base::Base;
  void copy_huge(const typename Base::Frame& to, const typename Base::Frame& from) {
    this->copy_parts(to, from, 0, parts() - 1);
  }
};

template <class Base>
struct LastPartNotZeroed : Base {
  using Base::Base;
  void zero_huge(const typename Base::Frame& head) { this->zero_parts(head, 0, parts() - 1); }
};

template <class Base>
struct SkippedHugePut : Base {
  using Base::Base;
  void put_huge(const typename Base::Frame&) {}
};

template <class Base>
struct SkippedFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place&) {}
  void flush_huge(const typename Base::Place&) {}
};

/// The flush comes after the frame went back to the allocator.
template <class Base>
struct LateFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) { late.push_back(at); }
  void put(const typename Base::Frame& frame) {
    Base::put(frame);
    for (const auto& at : late) Base::flush(at);
  }
  std::vector<typename Base::Place> late;
};

template <class Base>
struct SkippedForkFlush : Base {
  using Base::Base;
  void flush_process(const typename Base::Process&) {}
};

template <class Base>
struct SkippedGet : Base {
  using Base::Base;
  void get(const typename Base::Frame&) {}
};

template <class Base>
struct SkippedPut : Base {
  using Base::Base;
  void put(const typename Base::Frame&) {}
};

template <class Base>
struct DoublePut : Base {
  using Base::Base;
  void put(const typename Base::Frame& frame) {
    Base::put(frame);
    Base::put(frame);
  }
};

/// A read that goes astray: no byte changes, and yet it tells what it must not.
template <class Base>
struct ReadsAnothersPage : Base {
  using Base::Base;
  auto read_byte(const typename Base::Frame&, const auto& at) {
    return Base::read_byte(typename Base::Frame("any_frame"), at);
  }
};

template <class Base>
struct WritesToAnothersPage : Base {
  using Base::Base;
  void write_byte(const typename Base::Frame&, const auto& at, const auto& value) {
    Base::write_byte(typename Base::Frame("any_frame"), at, value);
  }
};

/// The kernel goes to a page by where it was before the lock was given up (G19).
template <class Base>
struct KeepsNoReference : Base {
  using Base::Base;
  void get_short(const typename Base::Frame&) {}
  void put_short(const typename Base::Frame&) {}
};

/// A copy is made of the frame that was looked up before the lock was given up for a moment (G9).
template <class Base>
struct CopiesStaleFrame : Base {
  using Base::Base;
  void copy_page(const typename Base::Frame& to, const typename Base::Frame& from) {
    Base::unlock_table(from);
    Base::lock_table(from);
    Base::copy_page(to, from);
  }
};

/// Gives up the lock for a moment once it has looked at an entry. Then it asks anew how many hold
/// the frame that it saw, but not whether the entry still names it. Linux has pte_same for that
/// (do_wp_page).
template <class Base>
struct CountsWithoutTheEntry : Base {
  using Base::Base;
  using Base::load;
  typename Base::Entry load(const typename Base::Place& at) {
    const auto entry = Base::load(at);
    Base::unlock_table(at.table);
    Base::lock_table(at.table);
    return entry;
  }
};

/// What the walk saw before the lock is not looked at again (R5).
template <class Base>
struct TrustsTheWalk : Base {
  using Base::Base;
  typename Base::Entry load(const typename Base::Place& at) const { return Base::walked(at.table); }
};

/// Looks for the page in the swap cache before it waits for the lock that the cache is under.
template <class Base>
struct FindsBeforeTheLock : Base {
  using Base::Base;
  void lock_swap() {}
  typename Base::Allocation get_cached(const typename Base::SwapSlot& slot) {
    const auto found = this->state().in_memory(slot);
    const auto frame = this->state().frame_of(slot);
    Base::lock_swap();
    if (found) this->get(frame);
    return {found, frame};
  }
};

template <class Base>
struct EndlessMemory : Base {
  using Base::Base;
  typename Base::Allocation allocate() {
    auto got = Base::allocate();
    got.ok = true;
    return got;
  }
};

template <class Base>
struct ReuseAlways : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M&, const typename M::Entry&) {
      return true;
    }
  };
};

template <class Base>
struct ReuseNever : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

template <class Base>
struct ForkKeepsWriting : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool protects_on_fork(const M&, const typename M::Area&) {
      return false;
    }
  };
};

template <class Base>
struct ProtectGrantsWriting : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M&, const typename M::Entry&,
                                        const typename M::Area& area) {
      return area.may_write();
    }
  };
};

/// Who comes back from swap does not find the page that is in memory.
template <class Base>
struct ForgetsWhatIsCached : Base {
  using Base::Base;
  void cache(const typename Base::SwapSlot&, const typename Base::Frame&) {}
};

/// What was changed together is never flushed.
template <class Base>
struct SkippedBatchFlush : Base {
  using Base::Base;
  void flush_range(const typename Base::Process&, std::uint64_t, std::uint64_t) {}
};

/// A reference goes with its entry, before anything is flushed.
template <class Base>
struct PutsBeforeTheFlush : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    const auto old = Base::load(at);
    Base::store(at, entry);
    if (old.present() && !entry.present()) Base::put(old.frame());
  }
  void put_gathered(const typename Base::Frame&) {}
  void put_huge(const typename Base::Frame&) {}
};

}  // namespace cow::proofs::sabotage
