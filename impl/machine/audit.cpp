#include "impl/machine/audit.h"

#include <algorithm>
#include <fmt/format.h>

#include "impl/machine/alike.h"
#include "impl/machine/asid_fault.h"
#include "impl/machine/family_fault.h"
#include "impl/machine/lists.h"
#include "impl/machine/merged_fault.h"
#include "impl/machine/zswap_fault.h"

namespace cow::machine {

using kernel::Law;

template <class G>
Audit<G>::Audit(const M& machine) : m_(machine), glance_(machine) {
  const auto& c = m_.config();
  const auto blocks = (c.frames + M::fan - 1) / M::fan;
  seen_.resize(std::size_t{c.procs} * c.pages);
  holders_.resize(std::size_t{blocks} * M::fan);
  pins_.resize(holders_.size());
  objects_.resize(holders_.size());
  in_order_.resize(c.procs);
  used_.resize(c.procs);
  namers_.resize(c.slots);
  huge_.resize(blocks);
  small_.resize(blocks);
}

template <class G>
void Audit<G>::find(Law law, std::string text) {
  findings_.push_back({law, std::move(text)});
}

template <class G>
bool Audit<G>::look() {
  if constexpr (glances) {
    if (glance_.fine()) {
      findings_.clear();
      latest_ = glance_.pages();
      tables_ = glance_.tables();
      kept_ = glance_.kept();
      return true;
    }
  }
  return look_properly();
}

template <class G>
bool Audit<G>::look_properly() {
  findings_.clear();
  latest_ = seen_.data();
  std::fill(seen_.begin(), seen_.end(), SeenPage{});
  std::fill(holders_.begin(), holders_.end(), 0U);
  std::fill(pins_.begin(), pins_.end(), 0U);
  std::fill(objects_.begin(), objects_.end(), 0U);
  std::fill(namers_.begin(), namers_.end(), 0U);
  std::fill(huge_.begin(), huge_.end(), 0U);
  std::fill(small_.begin(), small_.end(), 0U);
  std::fill(used_.begin(), used_.end(), kernel::Usage{});
  tables_ = kept_ = 0;
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) note_pins(p);
  note_own_pages();
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
    if (m_.alive(p)) in_order_[p] = note_areas(p);
  }
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
    if (m_.alive(p)) look_at_process(p);
  }
  check_frames();
  check_blocks();
  check_cpu_pools();
  check_slots();
  check_promises();
  if (auto fault = zswap_fault(m_)) findings_.push_back(std::move(*fault));
  if (auto fault = merged_fault(m_)) findings_.push_back(std::move(*fault));
  if (auto fault = family_fault(m_)) findings_.push_back(std::move(*fault));
  check_translations();
  check_machine();
  if (findings_.empty()) check_accounts();  // wrong entries are charged wrongly, too
  return findings_.empty();
}

template <class G>
void Audit<G>::look_at_process(std::uint32_t p) {
  if (enter_table(p, m_.root(p))) {
    walk_table(p, m_.root(p), M::levels - 1, 0, {false, true});
  }
  if (in_order_[p]) note_untouched(p);
}

/// False when the areas are not what they must be, so that nothing may be looked up by them.
template <class G>
bool Audit<G>::note_areas(std::uint32_t p) {
  std::uint64_t end = m_.user_first();
  const Area* left = nullptr;
  for (const Area& area : m_.areas(p)) {
    if (area.first < end || area.end <= area.first || area.end > m_.user_end()) {
      find(Law::permission, fmt::format("the areas of P{} overlap or leave user space", p));
      return false;
    }
    end = area.end;
    if (left != nullptr && could_be_one(*left, area)) {
      find(Law::frugal, fmt::format("P{} has two areas, to p{} and from there, that could be one",
                                    p, area.first - m_.user_first()));
    }
    left = &area;
    for (auto page = area.first; page < area.end; ++page) {
      auto& seen = note(p, page - m_.user_first());
      seen.area = &area;
      seen.mapped = true;
      seen.access = area.access;
    }
    if (area.has_object() && area.object < m_.config().frames && holders_[area.object]++ == 0) {
      ++tables_;
      walk_object(area.object, M::levels - 1);
    }
  }
  return true;
}

template <class G>
bool Audit<G>::enter_table(std::uint32_t p, Frame table) {
  if (table >= m_.config().frames || m_.frame_info(table).kind != FrameKind::table) {
    find(Law::no_dangling,
         fmt::format("P{} uses frame {} as a page table, but it is none", p, table));
    return false;
  }
  ++tables_;
  if (holders_[table]++ == 0) return true;
  find(Law::exact_count, fmt::format("page table {} is reached twice", table));
  return false;
}

template <class G>
void Audit<G>::walk_table(std::uint32_t p, Frame table, int level, std::uint64_t base, Path path) {
  const auto step = kernel::span<M>(level);
  bool empty = true;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const Entry entry = m_.load_at(table, i);
    if (entry == Entry::none()) continue;
    empty = false;
    const auto page = base + i * step;
    if (entry.empty()) {
      note_marker(p, page, entry);
      continue;
    }
    if (entry.swapped()) {
      note_swapped(p, page, entry, path.counted);
    } else if (level == 0) {
      small_leaf(p, page, entry, path);
    } else if (entry.huge()) {
      huge_leaf(p, page, entry, path);
    } else if (const auto below = enter_below(p, entry, path)) {
      walk_table(p, entry.frame(), level - 1, page, *below);
    }
  }
  if (empty && level < M::levels - 1) check_empty_table(p, table, base, base + M::fan * step);
}

/// A fault that ran out of memory may leave an empty table, but where nothing is mapped any more
/// it has to go.
template <class G>
void Audit<G>::check_empty_table(std::uint32_t p, Frame table, std::uint64_t first,
                                 std::uint64_t end) {
  const auto overlaps = [&](const Area& area) { return area.first < end && first < area.end; };
  if (std::ranges::any_of(m_.areas(p), overlaps)) return;
  find(Law::frugal,
       fmt::format("page table {} of P{} is empty, and nothing is mapped there", table, p));
}

template <class G>
void Audit<G>::huge_leaf(std::uint32_t p, std::uint64_t page, Entry leaf, Path path) {
  const auto entry = path.common ? leaf.as_common() : leaf;
  const auto head = entry.frame();
  if (head % M::fan != 0 || head + M::fan > m_.config().frames) {
    find(Law::no_dangling, fmt::format("P{} has a huge leaf on frame {}", p, head));
    return;
  }
  if (path.counted) ++huge_[head / M::fan];
  const auto user = page - m_.user_first();
  const Area* area = user < m_.config().pages ? note(p, user).area : nullptr;
  check_huge_sharing(p, page, entry, area != nullptr && area->is_shared());
  for (std::uint32_t i = 0; i < M::fan; ++i) note_leaf(p, page + i, entry.sub_page(i), true);
}

template <class G>
void Audit<G>::note_leaf(std::uint32_t p, std::uint64_t page, Entry entry, bool huge) {
  const auto user = page - m_.user_first();  // wraps, and is too large, below user space
  if (user >= m_.config().pages || !note(p, user).mapped) {
    find(Law::permission, fmt::format("P{} still maps frame {} at p{}, where it has no mapping", p,
                                      entry.frame(), static_cast<std::int64_t>(user)));
    return;
  }
  auto& seen = note(p, user);
  const Area& area = *seen.area;
  seen.entry = entry;
  seen.huge = huge;
  if (!kernel::entry_names_held_frame(*this, entry)) {
    find(Law::no_dangling,
         fmt::format("P{} p{} maps frame {}, which is free", p, user, entry.frame()));
    if (entry.frame() >= m_.config().frames) return;
  }
  seen.bytes = m_.frame_bytes(entry.frame()).data();
  if (entry.suspended()) {
    find(Law::progress, fmt::format("the entry of P{} p{} was left out of use", p, user));
  }
  if (!kernel::trapped_is_not_writable(*this, entry)) {
    find(Law::permission,
         fmt::format("P{} p{} may be written, though it is write-protected", p, user));
  }
  if (!kernel::unwritten_is_not_writable(*this, entry)) {
    find(Law::accounted, fmt::format("P{} p{} may be written, but counts as not written", p, user));
  }
  if (!huge) check_sharing(p, user, entry, area);
  if (area.hugetlb != (huge && m_.pooled(entry.frame()))) {
    find(Law::permission, fmt::format("P{} p{} maps frame {}, which is{} a page of the pool", p,
                                      user, entry.frame(), area.hugetlb ? " not" : ""));
  }
  if (!kernel::entry_within_area(*this, entry, area)) {
    find(Law::permission,
         fmt::format("the entry of P{} p{} allows more than its mapping", p, user));
  }
  const auto held = area.has_object() ? held_entry(area, page) : Entry::none();
  charge(p, area, entry, held, huge);
  if (!kernel::sharers_agree(*this, entry, area, held)) {
    find(
        Law::isolation,
        area.is_shared()
            ? fmt::format("P{} p{} is shared, but maps frame {} of its own", p, user, entry.frame())
            : fmt::format("P{} p{} maps frame {} of an object, and not the page that it shows", p,
                          user, entry.frame()));
  }
}

template <class G>
void Audit<G>::check_translations() {
  if (auto fault = asid_fault(m_); !fault.empty()) find(Law::tlb_coherent, std::move(fault));
  for (std::uint32_t cpu = 0; cpu < m_.config().cpus; ++cpu) {
    for (std::uint32_t i = 0; i < M::tlb_entries; ++i) {
      const auto& t = m_.translation(cpu, i);
      if (t.valid == 0) continue;
      check_translation(cpu, t, M::is_huge_translation(i) ? M::fan : 1);
    }
  }
}

/// `pages`: how many this entry translates, which are as many as the leaf maps: two sizes at once
/// are a machine check on real processors (row C9). The first wrong one is enough to tell. What
/// nobody can use may be stale.
template <class G>
void Audit<G>::check_translation(std::uint32_t cpu, const Translation& t, std::uint32_t pages) {
  const auto p = m_.user_of(cpu, t);
  if (m_.has_asids() && p == none) return;
  for (std::uint32_t sub = 0; sub < pages; ++sub) {
    const auto user = t.page + sub - m_.user_first();
    const bool known = m_.alive(p) && user < m_.config().pages;
    const auto entry = known ? note(p, user).entry : Entry::none();
    const bool same_size = known && note(p, user).huge == (pages > 1);
    if (same_size && kernel::cached_within_entry(*this, Cached{t, sub}, entry)) continue;
    find(Law::tlb_coherent,
         fmt::format("CPU {} still translates P{} p{} to {}frame {}{}; the page table says {}", cpu,
                     p, user,
                     same_size   ? ""
                     : pages > 1 ? "huge "
                                 : "small ",
                     t.frame + sub, t.writable != 0 ? " for writing" : "",
                     !entry.present() ? std::string("nothing")
                                      : fmt::format("frame {}{}", entry.frame(),
                                                    !entry.writable() ? ""
                                                    : entry.dirty()   ? " for writing"
                                                                      : " for writing, clean")));
    return;
  }
}

template <class G>
void Audit<G>::check_machine() {
  const auto& header = m_.header();
  if (header.complaint.seen != 0) find(header.complaint.law, complaint_text(header.complaint));
  auto fault = lists_fault(m_);
  if (fault.empty() && findings_.empty()) fault = free_count_fault(m_);
  if (!fault.empty()) find(Law::frugal, fault);
  if (fault = node_count_fault(m_); !fault.empty()) find(Law::exact_count, fault);
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
    if (m_.pins(p).protecting != 0) {
      find(Law::progress, fmt::format("a fork of P{} still takes write permission away", p));
    }
  }
  if (header.locks != 0) find(Law::progress, fmt::format("{} locks are still held", header.locks));
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
