#include "props/proved/reader.h"

namespace cow::props::proved {

namespace {

class SmallReader : Reader {
 public:
  explicit SmallReader(const Machine& machine) : Reader(machine) {}

  MachineState read() {
    set_sizes(m_.config().frames, m_.config().slots);
    read_frames();
    read_swap();
    for (const auto root : objects(false)) {
      each_entry(root, Machine::levels - 1, 0,
                 [&](auto, auto, auto page, Word) { object_slot(root, page); });
    }
    for (std::uint32_t p = 0; p < m_.config().procs; ++p) read_process(p);
    read_others();
    read_translations(false, [&](std::uint32_t p, std::uint64_t page) {
      const auto user = page - m_.user_first();
      return p < m_.config().procs && user < m_.config().pages
                 ? pages_[p * m_.config().pages + user]
                 : Slot{-1};
    });
    return std::move(s_);
  }

 private:
  void read_frames() {
    for (std::uint32_t f = 0; f < m_.config().frames; ++f) {
      auto& frame = s_.frames[f];
      frame.is_table = is_table(f);
      if (frame.is_table) continue;
      frame.count = m_.references(f);
      frame.pins = m_.frame_info(f).pins;
      frame.is_free = m_.is_free(f);
      frame.in_cache = m_.cached(f);
      frame.was_cached = m_.was_cached(f);
      frame.is_merged = m_.is_merged(f);
      frame.is_zero = f == m_.header().zero;
      if (frame.in_cache) frame.swap = static_cast<int>(m_.cached_slots()[f] - 1);
      const auto bytes = m_.frame_bytes(f);
      frame.bytes.assign(bytes.begin(), bytes.end());
    }
  }

  void read_swap() {
    for (std::uint32_t i = 0; i < m_.config().slots; ++i) {
      const auto& info = m_.slot_info(i);
      const auto bytes = m_.slot_bytes(i);
      s_.swaps[i] = {info.count,
                     info.cached != 0,
                     static_cast<int>(info.cached) - 1,
                     {bytes.begin(), bytes.end()}};
    }
  }

  /// The slot of an entry; of a table that processes share there is one for all of them.
  Slot slot_of(std::uint32_t root, std::uint64_t page) {
    std::pair<std::uint32_t, std::uint32_t> at;
    if (!find_entry(root, page, 0, &at)) return add_slot();
    const auto [known, is_new] = known_.try_emplace(at, 0);
    if (!is_new) return known->second;
    known->second = add_slot();
    const auto word = m_.load_at(at.first, at.second);
    const bool data = word.present() && !is_table(word.frame());
    fill(known->second, entry_of(word, data ? static_cast<int>(word.frame()) : -1));
    return known->second;
  }

  Slot object_slot(std::uint32_t root, std::uint64_t page) {
    const auto [known, is_new] = of_objects_.try_emplace({root, page}, 0);
    if (!is_new) return known->second;
    const auto s = known->second = slot_of(root, page);
    slot(s).is_object = true;
    slot(s).object = s;
    slot(s).area = {true, false, true, true};
    if (slot(s).entry.is_present && slot(s).entry.names >= 0) {
      s_.frames[static_cast<std::size_t>(slot(s).entry.names)].held_at = s;
    }
    return s;
  }

  void read_process(std::uint32_t p) {
    const auto root = m_.alive(p) ? m_.root(p) : machine::none;
    for (std::uint32_t user = 0; user < m_.config().pages; ++user) {
      const auto page = m_.user_first() + user;
      const auto s = slot_of(root, page);
      pages_.push_back(s);
      slot(s).process = static_cast<int>(p);  // of a table that several have, the last one's
      for (const auto& area : areas(p)) {
        if (page < area.first || page >= area.end || area.hugetlb) continue;
        slot(s).area = area_of(area);
        if (!area.has_object() || !is_table(area.object)) continue;
        const auto object = object_slot(area.object, area.object_page(page));
        slot(s).object = object;
      }
    }
  }

  /// Huge leaves cover all parts of their blocks; so do the machine's, and the pool's.
  void read_others() {
    const auto cover = [&](std::uint32_t head) {
      for (auto f = head; f < head + fan && f < m_.config().frames; ++f) ++s_.frames[f].others;
    };
    each_held(1, [&](auto, auto, auto, Word entry) {
      if (entry.present() && entry.huge()) cover(entry.frame());
    });
    if (m_.has_huge_zero()) cover(m_.huge_zero_frame());
    for (std::uint32_t block = 0; block < m_.config().pool; ++block) cover(block * fan);
  }

  std::map<std::pair<std::uint32_t, std::uint32_t>, Slot> known_;       ///< by table and index
  std::map<std::pair<std::uint32_t, std::uint64_t>, Slot> of_objects_;  ///< by root and page
  std::vector<Slot> pages_;                                             ///< [process][page]
};

}  // namespace

MachineState small_state(const Machine& machine) { return SmallReader(machine).read(); }

}  // namespace cow::props::proved
