#pragma once

#include <cstdint>
#include <optional>

#include "impl/kernel/walk.h"

/// Planted bugs of flushes in batches (impl/kernel/gather.h). They show only in worlds that batch.
namespace cow::props::museum {

/// What a batch is for.
enum class BatchOf : std::uint8_t { unmapped, leaving, less_allowed, paged_out };

/// Knows it: exec and exit lock the pins; pages on their way to swap go under the lock of swap; and
/// what allows less is still there.
template <class Base>
struct KnowsBatches : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    leaving_ = false;
  }
  void lock_pins(typename Base::Process p) {
    Base::lock_pins(p);
    leaving_ = true;
  }
  void unlock_pins(typename Base::Process p) {
    leaving_ = false;
    Base::unlock_pins(p);
  }
  BatchOf batch_of(typename Base::Process p, std::uint64_t first) const {
    if (leaving_) return BatchOf::leaving;
    if (this->header_->swap_locked != 0) return BatchOf::paged_out;
    const bool there = kernel::walk<Base>(*this, this->root(p), first).entry.present();
    return there ? BatchOf::less_allowed : BatchOf::unmapped;
  }

 private:
  bool leaving_ = false;
};

/// A batch of one sort is never flushed.
template <class Base, BatchOf what>
struct Unflushed : KnowsBatches<Base> {
  using KnowsBatches<Base>::KnowsBatches;
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    if (this->batch_of(p, first) != what) Base::flush_range(p, first, end);
  }
};
template <class Base>
struct UnmapUnflushed : Unflushed<Base, BatchOf::unmapped> {
  using Unflushed<Base, BatchOf::unmapped>::Unflushed;
};
template <class Base>
struct ExitUnflushed : Unflushed<Base, BatchOf::leaving> {
  using Unflushed<Base, BatchOf::leaving>::Unflushed;
};
template <class Base>
struct ProtectUnflushed : Unflushed<Base, BatchOf::less_allowed> {
  using Unflushed<Base, BatchOf::less_allowed>::Unflushed;
};
template <class Base>
struct PageoutUnflushed : Unflushed<Base, BatchOf::paged_out> {
  using Unflushed<Base, BatchOf::paged_out>::Unflushed;
};

/// The batch's frames go before its flush, which still comes before the lock is given up.
template <class Base>
struct FramesGoFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    owed_.reset();
  }
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    pay();
    owed_ = Range{p, first, end};
  }
  void unlock_space(typename Base::Process p) {
    pay();
    Base::unlock_space(p);
  }

 private:
  struct Range {
    typename Base::Process p;
    std::uint64_t first, end;
  };
  void pay() {
    if (owed_) Base::flush_range(owed_->p, owed_->first, owed_->end);
    owed_.reset();
  }
  std::optional<Range> owed_;
};

/// The range of a batch ends before its last page.
template <class Base>
struct BatchEndsEarly : Base {
  using Base::Base;
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    Base::flush_range(p, first, end - 1);
  }
};

/// The flush of a range leaves the translations of huge pages.
template <class Base>
struct BatchKeepsHuge : Base {
  using Base::Base;
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    for (auto page = first; page < end; ++page) {
      if (!is_huge(p, page)) Base::flush_range(p, page, page + 1);
    }
  }

 private:
  bool is_huge(typename Base::Process p, std::uint64_t page) const {
    for (std::uint32_t i = 0; i < this->config_.cpus * Base::tlb_entries; ++i) {
      const auto& t = this->translations_[i];
      const auto head = page - page % Base::fan;
      if (Base::is_huge_translation(i % Base::tlb_entries) && t.valid != 0 && t.process == p &&
          t.page == head) {
        return true;
      }
    }
    return false;
  }
};

/// The flush of a range interrupts the first CPU only.
template <class Base>
struct BatchFlushesLocally : Base {
  using Base::Base;
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    this->flush_range_on(0, p, first, end);
  }
};

/// A batch that was full is paid for; what comes behind it is not flushed.
template <class Base>
struct SecondBatchUnflushed : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    paid_ = false;
  }
  void lock_space(typename Base::Process p) {
    Base::lock_space(p);
    paid_ = false;
  }
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    if (!paid_) Base::flush_range(p, first, end);
    paid_ = true;
  }

 private:
  bool paid_ = false;
};

}  // namespace cow::props::museum
