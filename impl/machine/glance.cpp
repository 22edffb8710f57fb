#include "impl/machine/glance.h"

#include <algorithm>

#include "impl/kernel/laws.h"
#include "impl/machine/asid_fault.h"
#include "impl/machine/family_fault.h"
#include "impl/machine/lists.h"
#include "impl/machine/merged_fault.h"

namespace cow::machine {

namespace {

template <class T>
bool same_bytes(const T* a, const T* b, std::size_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof(T)) == 0;
}

}  // namespace

template <class G>
Glance<G>::Glance(const M& machine) : m_(machine), tally_(machine.config()) {
  const auto& c = m_.config();
  pages_.resize(std::size_t{c.procs} * c.pages);
  spaces_.resize(c.procs);
  links_.resize((c.frames + M::fan - 1) / M::fan);
  translations_.resize(std::size_t{c.cpus} * M::tlb_entries);
  namers_.resize(c.slots);
  slots_.resize(c.slots);
  links_to_slots_.resize(c.frames);
}

/// As if nothing had ever been looked at, but for what the machine itself holds.
template <class G>
bool Glance<G>::start() {
  tally_.reset();
  std::fill(pages_.begin(), pages_.end(), Page{});
  for (auto& space : spaces_) {
    space.info = ProcessInfo{};
    space.pins = Pins{};
    space.areas.clear();
    space.tables.clear();
    space.shares = false;
    space.usage = {};
  }
  objects_.clear();
  full_.clear();
  std::fill(namers_.begin(), namers_.end(), Namers{});
  namers_changed_ = true;
  alarm_ = {};
  std::fill(translations_.begin(), translations_.end(), Translation{});
  const auto& header = m_.header();
  const auto frames = m_.config().frames;
  file_ = header.file, zero_ = header.zero, huge_zero_ = header.huge_zero;
  if (zero_ != none) {
    if (zero_ >= frames) return false;
    tally_.add_small(zero_, false);
  }
  if (huge_zero_ != none) {
    if (huge_zero_ % M::fan != 0 || huge_zero_ >= frames || M::fan > frames - huge_zero_)
      return false;
    tally_.add_huge(huge_zero_, false);
  }
  if (file_ == none) return true;
  if (file_ >= frames) return false;
  tally_.add_table(file_, Owner::area);
  return walk_object(objects_.emplace_back(file_, 1U, false, std::vector<Table>()), file_,
                     M::levels - 1);
}

template <class G>
bool Glance<G>::own_pages_stay() const {
  const auto& header = m_.header();
  return header.file == file_ && header.zero == zero_ && header.huge_zero == huge_zero_;
}

template <class G>
std::uint32_t Glance<G>::file_tables() const {
  return file_ == none ? 0 : static_cast<std::uint32_t>(objects_.front().tables.size());
}

template <class G>
std::uint32_t Glance<G>::kept() const {
  std::uint32_t kept = (zero_ != none ? 1U : 0U) + (huge_zero_ != none ? M::fan : 0U);
  if (file_ == none) return kept;
  for (const auto& table : objects_.front().tables) {
    ++kept;
    if (table.level > 0) continue;
    for (const auto word : table.words) kept += Entry(word).empty() ? 0U : 1U;
  }
  return kept;
}

template <class G>
bool Glance<G>::fine() {
  if (m_.has_pool() || m_.header().promised != 0) return false;  // it knows nothing of pools,
  if (m_.has_zswap()) return false;                              // nor of compressed pages
  if (still_alarmed() || (!known_ && !start())) return false;
  return known_ = own_pages_stay() && fine_now();
}

template <class G>
bool Glance<G>::fine_now() {
  const auto& header = m_.header();
  if (header.complaint.seen != 0 || header.locks != 0) return false;
  objects_changed_ = false;
  for (auto& object : objects_) objects_changed_ |= forget_if_changed(object);
  for (std::uint32_t p = 0; p < spaces_.size(); ++p) {
    spaces_[p].changed = false;
    if (!refresh(p)) return false;
  }
  for (auto& object : objects_) {
    if (object.changed && !walk_object(object, object.root, M::levels - 1)) return false;
  }
  bool any = objects_changed_;
  for (std::uint32_t p = 0; p < spaces_.size(); ++p) {
    auto& space = spaces_[p];
    space.changed |= objects_changed_;  // it may map what is an object's now
    if (space.changed && !pages_are_right(p)) return false;
    any |= space.changed;
  }
  return tally_.matches(m_) && !family_fault(m_) && merged_are_right() && accounts_agree() &&
         lists_are_sound() && slots_are_right() && translations_are_backed(any);
}

/// Marks come and go without a change of any entry, so all entries are asked.
template <class G>
bool Glance<G>::merged_are_right() const {
  if (merged_fault(m_)) return false;
  return m_.header().merged == 0 || std::ranges::all_of(pages_, [&](const Page& seen) {
           return kernel::merged_is_common(*this, seen.entry);
         });
}

template <class G>
bool Glance<G>::lists_are_sound() {
  const auto& header = m_.header();
  if (!free_count_fault(m_).empty() || !node_count_fault(m_).empty()) return false;
  if (same_bytes(&nodes_, &header.nodes, 1) &&
      same_bytes(links_.data(), &m_.block_link(0), links_.size()) && full_ == tally_.full() &&
      whole_ == tally_.whole()) {
    return true;
  }
  std::copy_n(&m_.block_link(0), links_.size(), links_.begin());
  full_ = tally_.full();
  whole_ = tally_.whole();
  nodes_ = header.nodes;
  return lists_fault(m_).empty();
}

/// `any`: some process was looked at anew.
template <class G>
bool Glance<G>::translations_are_backed(bool any) {
  if (m_.has_asids()) return usable_are_backed();
  const auto* now = &m_.translation(0, 0);
  if (!any && same_bytes(translations_.data(), now, translations_.size())) return true;
  for (std::size_t i = 0; i < translations_.size(); ++i) {
    const auto& t = now[i];
    if (t.valid == 0) continue;
    if (t.process >= spaces_.size()) return false;
    if (!spaces_[t.process].changed && same_bytes(&translations_[i], &t, 1)) continue;
    const bool huge = M::is_huge_translation(static_cast<std::uint32_t>(i % M::tlb_entries));
    if (!is_backed(t.process, t, huge ? M::fan : 1)) return false;
  }
  std::copy_n(now, translations_.size(), translations_.begin());
  return true;
}

/// Which of them anybody can use changes without them, so all are asked.
template <class G>
bool Glance<G>::usable_are_backed() const {
  for (std::uint32_t cpu = 0; cpu < m_.config().cpus; ++cpu) {
    for (std::uint32_t i = 0; i < M::tlb_entries; ++i) {
      const auto& t = m_.translation(cpu, i);
      const auto p = t.valid == 0 ? none : m_.user_of(cpu, t);
      if (p != none && !is_backed(p, t, M::is_huge_translation(i) ? M::fan : 1)) return false;
    }
  }
  return asid_fault(m_).empty();
}

template <class G>
bool Glance<G>::is_backed(std::uint32_t p, const Translation& t, std::uint32_t pages) const {
  for (std::uint32_t sub = 0; sub < pages; ++sub) {
    const auto user = t.page + sub - m_.user_first();
    if (!m_.alive(p) || user >= m_.config().pages) return false;
    const Page& seen = row(p)[user];
    if (seen.huge != (pages > 1)) return false;
    if (!kernel::cached_within_entry(*this, Cached{t, sub}, seen.entry)) return false;
  }
  return true;
}

template class Glance<Tiny>;

}  // namespace cow::machine
