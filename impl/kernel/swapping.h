#pragma once

#include <algorithm>

#include "impl/kernel/fault.h"
#include "impl/kernel/lazyfree.h"
#include "impl/kernel/range.h"

/// What moves many pages to swap and back. Contents never change; whatever lacks memory stays
/// where it is.
namespace cow::kernel {

/// Drops the huge page at `place` when it was given up and lies in [first, end) whole; splits it
/// when there is memory, so that its pages may go.
template <class M>
void page_out_huge(M& m, typename M::Place place, std::uint64_t first, std::uint64_t end) {
  const auto entry = m.load(place);
  const bool given_up = bool(M::Decisions::may_discard(m, entry));
  const bool whole = first <= place.page && place.page + M::fan <= end;
  if (given_up && whole && discard_huge(m, place, entry)) return;
  if (given_up || M::Decisions::may_swap_out_huge(m, entry)) split_huge(m, place);
}

/// The huge leaves around [first, end).
template <class M>
void split_for_pageout(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  for_each_leaf(
      m, m.root(p), first, end, [](auto, std::uint64_t, std::uint32_t) { return true; },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        const auto place = m.place(p, table, 1, page - page % M::fan);
        watch_split(m, place, [&] { return page_out_huge(m, place, first, end), Status::ok; });
        return true;
      });
}

/// Of a page that was given up nothing has to be kept.
template <class M>
void page_out(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  const bool given_up = bool(entry.present() && M::Decisions::may_discard(m, entry));
  if (!given_up || !discard_page(m, place, entry)) swap_out(m, place);
}

/// Moves pages to swap with one flush for all (Linux: TTU_BATCH_FLUSH, arch_tlbbatch_flush): they
/// keep their frames until then, and who looks for them finds nothing and waits for the space.
template <class M>
class PageoutBatch {
 public:
  PageoutBatch(M& m, typename M::Process p, const typename M::Area& area)
      : m_(m), process_(p), area_(area) {}

  /// Takes in the page at `place` when it may go. Those that go together have frames of their own,
  /// since one is cached for its slot only when it has gone.
  /// REQUIRES: the table is locked, and the place lies behind those before.
  void add(const typename M::Place& place, const typename M::Entry& entry) {
    if (!entry.present() || !M::Decisions::may_swap_out(m_, entry)) return;
    if (size_ == most || has(entry.frame())) go();
    places_[size_] = place;
    entries_[size_++] = entry;
  }

  /// REQUIRES: the table is locked.
  void go() {
    std::array<std::optional<Watch<M>>, most> watches;
    for (std::uint32_t i = 0; i < size_; ++i) watches[i].emplace(m_, places_[i], area_);
    const auto gone = go_to_slots();
    for (std::uint32_t i = 0; i < size_; ++i) {
      if ((gone >> i & 1) == 0) continue;
      m_.note(Event::swap_out);
      m_.put_gathered(entries_[i].frame());
    }
    size_ = 0;
  }

 private:
  static constexpr std::uint32_t most = 8;

  bool has(typename M::Frame frame) const {
    return std::any_of(entries_.begin(), entries_.begin() + size_,
                       [&](const auto& entry) { return entry.frame() == frame; });
  }

  /// Bit i: the i-th has gone.
  std::uint32_t go_to_slots() {
    std::uint32_t gone = 0;
    std::array<std::optional<Leaving<M>>, most> leaving;
    SwapLock<M> lock(m_);
    std::uint64_t first = 0, end = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      leaving[i] = begin_swap_out(m_, places_[i], entries_[i]);
      if (!leaving[i]) continue;
      if (end == 0) first = places_[i].page;
      end = places_[i].page + 1;
    }
    if (end == 0) return 0;
    m_.note(Event::batch_flush);
    m_.flush_range(process_, first, end);
    for (std::uint32_t i = 0; i < size_; ++i) {
      if (leaving[i] && finish_swap_out(m_, *leaving[i])) gone |= 1U << i;
    }
    return gone;
  }

  M& m_;
  typename M::Process process_;
  const typename M::Area& area_;
  std::uint32_t size_ = 0;
  std::array<typename M::Place, most> places_{};
  std::array<typename M::Entry, most> entries_{};
};

/// The `count` entries of one table from `page` on, in batches.
/// REQUIRES: the table is locked.
template <class M>
void page_out_in_batches(M& m, typename M::Process p, const Area& area, typename M::Frame table,
                         std::uint64_t page, std::uint32_t count) {
  PageoutBatch<M> batch(m, p, area);
  for (auto at = page; at < page + count; ++at) {
    const auto place = m.place(p, table, 0, at);
    const auto entry = m.load(place);
    if (shows_object(m, area, at, entry)) continue;
    if (entry.present() && M::Decisions::may_discard(m, entry)) {
      Watch<M> watch(m, place, area);
      page_out(m, place);
    } else {
      batch.add(place, entry);
    }
  }
  batch.go();
}

/// A hint: of the private pages in the range, those that may go to swap do while it has room, and
/// those that were given up are dropped.
/// Shared memory stays. The space is the caller's alone, since the kernel's own accesses hold
/// frames by short references while they share it. Linux: madvise_pageout, and __remove_mapping.
template <class M>
Status pageout(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    const auto list = m.areas(p);
    if (!covered(list, first, end)) return Status::not_mapped;
    for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
      const Area& area = list.at[i];
      if (area.is_shared() || area.hugetlb) continue;
      const auto from = std::max(first, area.first), to = std::min(end, area.end);
      if (!own_range(m, p, from, to, Change::pageout)) continue;
      split_for_pageout(m, p, from, to);
      for_each_leaf(
          m, m.root(p), from, to,
          [&](auto table, std::uint64_t page, std::uint32_t pages) {
            TableLock<M> table_lock(m, table);
            if (m.batches_flushes()) {
              return page_out_in_batches(m, p, area, table, page, pages), true;
            }
            for (auto at = page; at < page + pages; ++at) {
              const auto place = m.place(p, table, 0, at);
              if (shows_object(m, area, at, m.load(place))) continue;
              Watch<M> watch(m, place, area);
              page_out(m, place);
            }
            return true;
          },
          [](auto, std::uint64_t) { return true; });
    }
    return Status::ok;
  });
}

/// The table at `page`, the process's own if any of the `count` entries is in swap; nothing when
/// memory ran out, and `table` itself when there is nothing to do. What lies below a common entry
/// stays as it is until another thread owns it: then this thread finds the copy.
template <class M>
std::optional<typename M::Frame> own_swapped(M& m, typename M::Process p, std::uint64_t page,
                                             std::uint32_t count, bool* any) {
  const auto at = walk(m, m.root(p), page);
  *any = !at.common;
  for (std::uint32_t i = 0; i < count && !*any; ++i) {
    *any = m.load_at(at.table, index_at<M>(page + i, 0)).swapped();
  }
  return *any ? owned(m, p, page, at) : std::optional(at.table);
}

/// Brings one area's pages back. False when memory ran out.
template <class M>
bool bring_back(M& m, typename M::Process p, const Area& area) {
  return for_each_leaf(
      m, m.root(p), area.first, area.end,
      [&](auto found, std::uint64_t page, std::uint32_t count) {
        bool any = true;
        const auto table =
            m.shares_tables() ? own_swapped(m, p, page, count, &any) : std::optional(found);
        if (!table || !any) return table.has_value();
        TableLock<M> lock(m, *table);
        for (auto at = page; at < page + count; ++at) {
          const auto place = m.place(p, *table, 0, at);
          if (!m.load(place).swapped()) continue;
          Watch<M> watch(m, place, area);
          if (swap_in(m, place, area) != Status::ok) return false;
        }
        return true;
      },
      [](auto, std::uint64_t) { return true; });
}

/// Brings back what all processes have in swap, one process after another: what goes out meanwhile
/// may stay out, as if swap were on again already. Linux: try_to_unuse.
template <class M>
Status swapoff(M& m, typename M::Process caller) {
  if (const auto status = may_act(m, caller); status != Status::ok) return status;
  for (typename M::Process p = 0; m.valid_process(p); ++p) {
    SharedSpaceLock<M> lock(m, p);
    if (!m.alive(p)) continue;
    const auto list = m.areas(p);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      if (!bring_back(m, p, list.at[i])) return Status::no_memory;
    }
  }
  return Status::ok;
}

}  // namespace cow::kernel
