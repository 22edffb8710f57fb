#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "impl/kernel/area.h"
#include "impl/kernel/walk.h"

/// What a process is charged with, and what was done to its pages. Pages are charged where an
/// entry changes, from what it was to what it is (Linux: mm_counter, add_mm_rss_vec); and what
/// happened to a page is told from the same two looks, while the steps themselves note events
/// for the whole machine. Neither knows of the other, so the sums show whether one has missed
/// something: the law accounted.
namespace cow::kernel {

/// What a process uses now, in pages (Linux: /proc/PID/status, RssAnon and so on). The zero pages
/// are nobody's.
enum class Gauge : std::uint8_t {
  anon,     ///< private pages of its own, shared after a fork or not
  file,     ///< private pages that still show the file
  shared,   ///< pages of shared mappings
  swap,     ///< private pages in swap
  huge,     ///< those of `anon` that a huge leaf maps
  hugetlb,  ///< of the pool, private or shared, and in no other gauge (Linux: hugetlb_count_add)
};
inline constexpr std::size_t gauge_count = 6;
inline constexpr std::array<const char*, gauge_count> gauge_names = {"anon", "file", "shared",
                                                                     "swap", "huge", "hugetlb"};

struct Usage {
  std::array<std::uint32_t, gauge_count> pages{};

  std::uint32_t& operator[](Gauge g) { return pages[static_cast<std::size_t>(g)]; }
  std::uint32_t operator[](Gauge g) const { return pages[static_cast<std::size_t>(g)]; }
  Usage& operator+=(const Usage& other) {
    for (std::size_t g = 0; g < gauge_count; ++g) pages[g] += other.pages[g];
    return *this;
  }
  Usage& operator-=(const Usage& other) {
    for (std::size_t g = 0; g < gauge_count; ++g) pages[g] -= other.pages[g];
    return *this;
  }
  bool operator==(const Usage&) const = default;
};

/// What was done for a process, or to it, since the reset.
enum class Count : std::uint8_t {
  fault,     ///< runs of the fault handler
  copy,      ///< pages copied for it
  reuse,     ///< write faults that kept their frame
  share,     ///< leaves that it got by fork, or by owning a table, on frames of others
  split,     ///< huge leaves split
  collapse,  ///< huge leaves made of small pages
  swap_out,
  swap_in,
  merge,  ///< pages that joined a merged frame
};
inline constexpr std::size_t count_count = 9;
/// The event that the machine notes for the same; its sum is that of all processes.
inline constexpr std::array<Event, count_count> event_of = {
    Event::fault,    Event::copy,     Event::reuse,   Event::share, Event::split,
    Event::collapse, Event::swap_out, Event::swap_in, Event::merge};

/// What one process is charged with, and what was counted for it, modulo 2^32. Counts belong to
/// the name: they go on when another process gets it.
struct Account {
  Usage usage;
  std::array<std::uint32_t, count_count> counts{};

  std::uint32_t operator[](Count c) const { return counts[static_cast<std::size_t>(c)]; }
};

/// The area that `page` lies in, or null; without the steps of M::areas, for looks that are no
/// access to shared memory: the caller's locks keep the areas still.
template <class M>
const Area* area_of(const M& m, typename M::Process p, std::uint64_t page) {
  const auto areas = m.peek_areas(p);
  const auto at = std::partition_point(areas.begin(), areas.end(),
                                       [page](const Area& area) { return area.end <= page; });
  return at != areas.end() && at->first <= page ? &*at : nullptr;
}

/// Does a private page of an object still show it? REQUIRES: a lock keeps the entry as it is.
template <class M>
bool is_of_object(const M& m, const Area& area, std::uint64_t page, typename M::Entry entry) {
  if (entry.exclusive()) return false;
  auto table = area.object;
  for (int level = M::levels - 1; level > 0; --level) {
    const auto above = m.peek_at(table, index_at<M>(area.object_page(page), level));
    if (!above.present()) return false;
    table = above.frame();
  }
  const auto held = m.peek_at(table, index_at<M>(area.object_page(page), 0));
  return held.present() && held.frame() == entry.frame();
}

/// Does an entry of `level` name another table?
template <class M>
bool names_table(const typename M::Entry& entry, int level) {
  return level > 0 && entry.present() && !entry.huge();
}

/// What one leaf is charged with.
template <class M>
Usage usage_of(const M& m, const Area& area, std::uint64_t page, typename M::Entry entry,
               int level) {
  Usage usage;
  if (entry.swapped()) return usage[Gauge::swap] = 1, usage;
  if (!entry.present() || names_table<M>(entry, level)) return usage;
  if (m.is_own_zero(entry.frame())) return usage;
  const auto pages = level > 0 ? M::fan : 1U;
  if (area.hugetlb) return usage[Gauge::hugetlb] = pages, usage;
  const auto gauge = area.is_shared()                                          ? Gauge::shared
                     : area.has_object() && is_of_object(m, area, page, entry) ? Gauge::file
                                                                               : Gauge::anon;
  usage[gauge] = pages;
  if (level > 0) usage[Gauge::huge] = pages;
  return usage;
}

/// Collects what changes among the entries of one process and charges it at once, at its end.
/// REQUIRES: the entries' tables are locked for as long as it lives.
template <class M>
class Tab {
 public:
  Tab(M& m, typename M::Process p) : m_(m), process_(p) {}
  ~Tab() {
    if (change_ != Usage{}) m_.charge(process_, change_);
    if (shares_ != 0) m_.count(process_, Count::share, shares_);
    if (copies_ != 0) m_.count(process_, Count::copy, copies_);
  }
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;

  void came(std::uint64_t page, typename M::Entry entry, int level) {
    if (const Area* area = at(page)) change_ += usage_of(m_, *area, page, entry, level);
  }
  void went(std::uint64_t page, typename M::Entry entry, int level) {
    if (const Area* area = at(page)) change_ -= usage_of(m_, *area, page, entry, level);
  }
  void changed(std::uint64_t page, typename M::Entry before, typename M::Entry after, int level) {
    if (before == after) return;
    went(page, before, level);
    came(page, after, level);
  }
  /// A fork gave the page `after` where the parent has `before`.
  void inherited(std::uint64_t page, typename M::Entry before, typename M::Entry after, int level) {
    if (after.empty()) return;
    came(page, after, level);
    if (!before.present() || !after.present()) return;
    if (before.frame() == after.frame()) {
      ++shares_;
    } else {
      copied(level > 0 ? M::fan : 1);
    }
  }
  void copied(std::uint32_t pages) { copies_ += pages; }

 private:
  /// The area of a page; most often the one before's.
  const Area* at(std::uint64_t page) {
    if (area_ == nullptr || page < area_->first || page >= area_->end) {
      area_ = area_of(m_, process_, page);
    }
    return area_;
  }

  M& m_;
  typename M::Process process_;
  const Area* area_ = nullptr;
  Usage change_;
  std::uint32_t shares_ = 0, copies_ = 0;
};

/// Counts what must have happened to an entry that was `before` and is `after`.
template <class M>
void count_change(M& m, typename M::Process p, const Area& area, typename M::Entry before,
                  typename M::Entry after, int level) {
  if (before.swapped() && after.present()) return m.count(p, Count::swap_in);
  if (before.present() && after.swapped()) return m.count(p, Count::swap_out);
  if (!before.present() || !after.present()) return;
  if (before.frame() != after.frame()) {
    if (m.is_own_zero(before.frame())) return;  // filled with zeroes, not copied
    m.count(p, Count::copy, level > 0 ? M::fan : 1);
  } else if (!before.writable() && after.writable() && !area.is_shared()) {
    m.count(p, Count::reuse);
  }
}

/// Watches one entry while steps change it. Of a huge leaf that became a table the pages stay.
/// REQUIRES: the entry's table is locked for as long as it lives.
template <class M>
class Watch {
 public:
  Watch(M& m, const typename M::Place& place, const typename M::Area& area, int level = 0)
      : m_(m), place_(place), area_(area), level_(level), before_(look()) {}
  ~Watch() {
    const auto after = look();
    if (before_ == after) return;
    const bool table_was = names_table<M>(before_, level_),
               table_is = names_table<M>(after, level_);
    auto change = usage_of(m_, area_, place_.page, after, level_);
    change -= usage_of(m_, area_, place_.page, before_, level_);
    if (before_.huge() && table_is) {
      change[Gauge::anon] = 0;
      m_.count(place_.process, Count::split);
    } else if (table_was && after.huge()) {
      m_.count(place_.process, Count::collapse);
    } else if (!table_is) {
      count_change(m_, place_.process, area_, before_, after, level_);
    }
    if (change != Usage{}) m_.charge(place_.process, change);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  typename M::Entry look() const { return m_.peek_at(place_.table, place_.index); }

  M& m_;
  typename M::Place place_;
  typename M::Area area_;
  int level_;
  typename M::Entry before_;
};

/// Splits a huge leaf, which lies in no particular area for this. REQUIRES: as split_huge.
template <class M, class Split>
Status watch_split(M& m, const typename M::Place& place, Split split) {
  Watch<M> watch(m, place, typename M::Area{}, 1);
  return split();
}

/// Takes from the tab what the tree below `table` maps in [first, end), where the process lets go
/// of the tree as it is. `base` is the first page of the table, `level` that of its entries.
template <class M>
void take_below(const M& m, Tab<M>& tab, typename M::Frame table, int level, std::uint64_t base) {
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto entry = m.peek_at(table, i);
    const auto page = base + i * span<M>(level);
    if (entry.empty()) continue;
    if (names_table<M>(entry, level)) {
      take_below(m, tab, entry.frame(), level - 1, page);
    } else {
      tab.went(page, entry, level);
    }
  }
}

/// What the process uses in one area.
template <class M>
Usage usage_in(const M& m, const Area& area, typename M::Frame table, int level,
               std::uint64_t base) {
  Usage usage;
  const auto step = span<M>(level);
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto entry = m.peek_at(table, i);
    const auto page = base + i * step;
    if (entry.empty() || page + step <= area.first || area.end <= page) continue;
    usage += names_table<M>(entry, level) ? usage_in(m, area, entry.frame(), level - 1, page)
                                          : usage_of(m, area, page, entry, level);
  }
  return usage;
}

/// After a fork on demand, which has looked at few pages: the child uses what the parent does, but
/// for the areas that it does not get, or gets untouched.
template <class M>
void inherit_usage(M& m, typename M::Process parent, typename M::Process child) {
  const bool narrow = m.counts_narrowly();  // then it may lack pages anywhere
  auto usage = narrow ? Usage{} : m.usage(parent);
  for (const Area& area : m.peek_areas(narrow ? child : parent)) {
    if (narrow) {
      usage += usage_in(m, area, m.peek_root(child), M::levels - 1, 0);
    } else if (area.dontfork || M::Decisions::wipes_on_fork(m, area)) {
      usage -= usage_in(m, area, m.peek_root(parent), M::levels - 1, 0);
    }
  }
  usage -= m.usage(child);
  m.charge(child, usage);
}

}  // namespace cow::kernel
