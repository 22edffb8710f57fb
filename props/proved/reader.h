#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "props/proved/machine_state.h"

namespace cow::props::proved {

/// What both ways to read a machine have in common. It looks at the machine's memory only.
class Reader {
 protected:
  using Slot = MachineState::Slot;
  using Word = Machine::Entry;
  static constexpr auto fan = Machine::fan;

  explicit Reader(const Machine& machine) : m_(machine) {}

  bool is_table(std::uint32_t frame) const {
    return frame < m_.config().frames && m_.frame_info(frame).kind == machine::FrameKind::table;
  }

  /// Visits the entries of `level` that are there, below a table of level `at`: (table, index,
  /// page, entry).
  template <class Visit>
  void each_entry(std::uint32_t table, int at, int level, Visit visit,
                  std::uint64_t base = 0) const {
    if (!is_table(table)) return;
    for (std::uint32_t i = 0; i < fan; ++i) {
      const auto entry = m_.load_at(table, i);
      if (entry.empty()) continue;
      const auto page = base + i * kernel::span<Machine>(at);
      if (at == level) {
        visit(table, i, page, entry);
      } else if (entry.present() && !entry.huge()) {
        each_entry(entry.frame(), at - 1, level, visit, page);
      }
    }
  }

  /// The root tables of all objects, each once; of those of small pages only, if so asked.
  std::vector<std::uint32_t> objects(bool of_pool) const {
    std::vector<std::uint32_t> roots = {m_.header().file};
    if (of_pool) roots.push_back(m_.header().pool_file);
    for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
      for (const auto& area : areas(p)) {
        if (area.has_object() && (of_pool || !area.hugetlb)) roots.push_back(area.object);
      }
    }
    std::ranges::sort(roots);
    const auto same = std::ranges::unique(roots);
    roots.erase(same.begin(), same.end());
    std::erase_if(roots, [&](auto root) { return !is_table(root); });
    return roots;
  }

  std::span<const kernel::Area> areas(std::uint32_t p) const {
    return m_.alive(p) ? std::as_const(m_).areas(p) : std::span<const kernel::Area>();
  }

  /// Visits all entries of a level that anybody holds, each once: (table, index, page, entry).
  template <class Visit>
  void each_held(int level, Visit visit) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, bool> seen;
    const auto once = [&](auto table, auto index, auto page, Word entry) {
      if (seen.try_emplace({table, index}).second) visit(table, index, page, entry);
    };
    for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
      if (m_.alive(p)) each_entry(m_.root(p), Machine::levels - 1, level, once);
    }
    for (const auto root : objects(true)) each_entry(root, Machine::levels - 1, level, once);
  }

  /// The table and the index of the entry of `level` for a page; false where the tables end above.
  bool find_entry(std::uint32_t root, std::uint64_t page, int level,
                  std::pair<std::uint32_t, std::uint32_t>* found) const {
    auto table = root;
    for (int at = Machine::levels - 1; is_table(table); --at) {
      const auto index = kernel::index_at<Machine>(page, at);
      if (at == level) return *found = {table, index}, true;
      const auto entry = m_.load_at(table, index);
      if (!entry.present() || entry.huge()) return false;
      table = entry.frame();
    }
    return false;
  }

  Slot add_slot() {
    s_.slots.emplace_back();
    s_.ledger.indices.push_back(-1);
    s_.swap_ledger.indices.push_back(-1);
    return static_cast<Slot>(s_.slots.size()) - 1;
  }
  MachineState::SlotCell& slot(Slot s) { return s_.slots[static_cast<std::size_t>(s)]; }

  static MachineState::Entry entry_of(Word word, int frame) {
    MachineState::Entry entry{word.present(),
                              word.swapped(),
                              word.readable(),
                              word.writable(),
                              word.exclusive(),
                              word.dirty(),
                              word.wp(),
                              word.unwritten(),
                              word.guard(),
                              -1,
                              -1};
    if (entry.is_present) entry.names = frame;
    if (entry.is_swapped) entry.in = static_cast<int>(word.slot());
    return entry;
  }
  /// The slot has that entry from now on.
  void fill(Slot s, const MachineState::Entry& entry) {
    slot(s).entry = entry;
    if (entry.is_present) s_.ledger.add(entry.names, s);
    if (entry.is_swapped) s_.swap_ledger.add(entry.in, s);
  }
  static MachineState::Area area_of(const kernel::Area& area) {
    return {area.is_shared(), area.has_object() && area.cow, area.may_read(), area.may_write()};
  }

  /// Room for as many frames and pages of swap, and for a CPU for each process on each CPU.
  void set_sizes(std::size_t frames, std::size_t swaps) {
    s_.frames.resize(frames);
    s_.ledger.counts.resize(frames);
    s_.ledger.owners.resize(frames);
    s_.swaps.resize(swaps);
    s_.swap_ledger.counts.resize(swaps);
    s_.swap_ledger.owners.resize(swaps);
    s_.cpus = static_cast<int>(m_.config().cpus * m_.config().procs);
  }
  /// All translations that somebody can use (impl/kernel/asid.h), small or huge:
  /// `slot_of(process, page)` says of which slot, -1: of none.
  template <class SlotOf>
  void read_translations(bool huge, SlotOf slot_of) {
    const auto nowhere = add_slot();
    s_.cached_by.resize(static_cast<std::size_t>(s_.cpus) * s_.slots.size());
    for (std::uint32_t cpu = 0; cpu < m_.config().cpus; ++cpu) {
      for (std::uint32_t i = 0; i < Machine::tlb_entries; ++i) {
        const auto& t = m_.translation(cpu, i);
        if (t.valid == 0 || Machine::is_huge_translation(i) != huge) continue;
        const auto user = m_.user_of(cpu, t);
        if (m_.has_asids() && user == machine::none) continue;
        const auto process = std::min<std::uint32_t>(user, m_.config().procs - 1);
        const Slot found = slot_of(user, t.page);
        const auto at = (cpu * m_.config().procs + process) * s_.slots.size() +
                        static_cast<std::size_t>(found < 0 ? nowhere : found);
        s_.cached_by[at] = {true, t.writable != 0,
                            static_cast<int>(huge ? t.frame / fan : t.frame)};
      }
    }
  }

  const Machine& m_;
  MachineState s_;
};

}  // namespace cow::props::proved
