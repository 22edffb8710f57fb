#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "impl/kernel/status.h"

/// What a change of entries still owes, once they have changed: a flush of the translations, and
/// then, where a mapping went, its reference. Whoever changes one entry pays at once; whoever
/// changes a range may pay for many entries together. REQUIRES, until all is paid: the caller holds
/// the space alone, so that nobody but processors finds what is still cached.
namespace cow::kernel {

/// Pays for each entry by itself.
struct AtOnce {
  template <class M>
  void page(M& m, const typename M::Place& at, typename M::Frame frame) const {
    m.flush(at);
    m.put(frame);
  }
  template <class M>
  void huge(M& m, const typename M::Place& at, typename M::Frame head) const {
    m.flush_huge(at);
    m.put_huge(head);
  }
  template <class M>
  void less_allowed(M& m, const typename M::Place& at) const {
    m.flush(at);
  }
  template <class M>
  void huge_less_allowed(M& m, const typename M::Place& at) const {
    m.flush_huge(at);
  }
};

/// Pays for entries of one process together, when it is full or ends: one flush of the range that
/// they lie in, and only then the references, so that no frame is another's while a TLB still
/// shows it. At once, where the machine does not batch. Linux: struct mmu_gather, tlb_finish_mmu.
template <class M>
class Gather {
 public:
  Gather(M& m, typename M::Process p) : m_(m), process_(p) {}
  ~Gather() { pay(); }
  Gather(const Gather&) = delete;
  Gather& operator=(const Gather&) = delete;

  void page(M& m, const typename M::Place& at, typename M::Frame frame) {
    if (!m.batches_flushes()) return AtOnce().page(m, at, frame);
    owe(at.page, 1);
    owe_frame({frame, false});
  }
  void huge(M& m, const typename M::Place& at, typename M::Frame head) {
    if (!m.batches_flushes()) return AtOnce().huge(m, at, head);
    owe(at.page, M::fan);
    owe_frame({head, true});
  }
  void less_allowed(M& m, const typename M::Place& at) {
    if (!m.batches_flushes()) return m.flush(at);
    owe(at.page, 1);
  }
  void huge_less_allowed(M& m, const typename M::Place& at) {
    if (!m.batches_flushes()) return m.flush_huge(at);
    owe(at.page, M::fan);
  }

  void pay() {
    if (first_ == end_) return;
    m_.note(Event::batch_flush);
    m_.flush_range(process_, first_, end_);
    for (std::uint32_t i = 0; i < size_; ++i) {
      owed_[i].huge ? m_.put_huge_gathered(owed_[i].frame) : m_.put_gathered(owed_[i].frame);
    }
    first_ = end_ = size_ = 0;
  }

 private:
  static constexpr std::uint32_t most = 8;  ///< frames; Linux: MMU_GATHER_BUNDLE
  struct Owed {
    typename M::Frame frame;
    bool huge;
  };

  void owe(std::uint64_t page, std::uint32_t pages) {
    const bool none = first_ == end_;
    first_ = none ? page : std::min(first_, page);
    end_ = none ? page + pages : std::max(end_, page + pages);
  }
  void owe_frame(Owed owed) {
    owed_[size_++] = owed;
    if (size_ == most) pay();
  }

  M& m_;
  typename M::Process process_;
  std::uint64_t first_ = 0, end_ = 0;
  std::uint32_t size_ = 0;
  std::array<Owed, most> owed_{};
};

}  // namespace cow::kernel
