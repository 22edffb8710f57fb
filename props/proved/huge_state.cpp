#include "props/proved/reader.h"

namespace cow::props::proved {

namespace {

class HugeReader : Reader {
 public:
  explicit HugeReader(const Machine& machine) : Reader(machine) {}

  MachineState read() {
    set_sizes(m_.config().frames / fan, 0);
    read_blocks();
    for (const auto root : objects(true)) read_object(root);
    for (std::uint32_t p = 0; p < m_.config().procs; ++p) read_process(p);
    read_others();
    read_translations(true, [&](std::uint32_t p, std::uint64_t page) {
      const auto user = page - m_.user_first();
      if (p >= m_.config().procs || user >= m_.config().pages) return Slot{-1};
      return leaves_[(p * m_.config().pages + user) / fan];
    });
    return std::move(s_);
  }

 private:
  bool left_out(std::uint32_t block) const {
    if (block >= s_.frames.size()) return true;
    for (auto f = block * fan; f < (block + 1) * fan; ++f) {
      if (is_table(f)) return true;
    }
    return false;
  }

  void read_blocks() {
    for (std::uint32_t b = 0; b < s_.frames.size(); ++b) {
      auto& frame = s_.frames[b];
      const auto head = b * fan;
      frame.is_table = left_out(b);
      if (frame.is_table) continue;
      frame.is_pooled = m_.pooled(head);
      frame.count = m_.huge_references(head) + (frame.is_pooled ? 1U : 0U);
      frame.pins = m_.block_info(b).pins;
      frame.is_zero = m_.has_huge_zero() && head == m_.huge_zero_frame();
      for (auto f = head; f < head + fan; ++f) {
        frame.is_free = frame.is_free && m_.is_free(f);
        const auto bytes = m_.frame_bytes(f);
        frame.bytes.insert(frame.bytes.end(), bytes.begin(), bytes.end());
      }
    }
  }

  /// Only objects of the pool's pages have huge leaves.
  void read_object(std::uint32_t root) {
    each_entry(root, Machine::levels - 1, 1, [&](auto, auto, auto page, Word entry) {
      if (entry.huge()) object_slot(root, page);
    });
  }

  Slot object_slot(std::uint32_t root, std::uint64_t page) {
    const auto s = slot_in(root, page);
    auto& cell = slot(s);
    cell.is_object = true;
    cell.object = s;
    cell.area = {true, false, true, true};
    const auto block = cell.entry.names;
    if (block >= 0) s_.frames[static_cast<std::size_t>(block)].held_at = s;
    return s;
  }

  void read_process(std::uint32_t p) {
    for (std::uint32_t user = 0; user < m_.config().pages; user += fan) {
      const auto page = m_.user_first() + user;
      const auto s = slot_of(p, page);
      leaves_.push_back(s);
      for (const auto& area : areas(p)) {
        const bool whole = area.first <= page && page + fan <= area.end;
        if (!whole || (area.has_object() && !area.hugetlb)) continue;
        slot(s).area = area_of(area);
        if (!area.has_object()) continue;
        const auto object = object_slot(area.object, area.object_page(page));
        slot(s).object = object;
      }
    }
  }

  Slot slot_of(std::uint32_t p, std::uint64_t page) {
    return m_.alive(p) ? slot_in(m_.root(p), page) : add_slot();
  }

  Slot slot_in(std::uint32_t root, std::uint64_t page) {
    std::pair<std::uint32_t, std::uint32_t> at;
    if (!find_entry(root, page, 1, &at)) return add_slot();
    const auto [known, is_new] = known_.try_emplace(at, 0);
    if (!is_new) return known->second;
    known->second = add_slot();
    const auto word = m_.load_at(at.first, at.second);
    const auto block = word.frame() / fan;
    if (!word.present() || !word.huge()) return known->second;
    fill(known->second, entry_of(word, word.frame() % fan == 0 ? static_cast<int>(block) : -1));
    return known->second;
  }

  /// Small entries on parts of a block. The machine's zero page is one, too.
  void read_others() {
    const auto hold = [&](std::uint32_t frame) {
      if (frame / fan < s_.frames.size()) ++s_.frames[frame / fan].others;
    };
    each_held(0, [&](auto, auto, auto, Word entry) {
      if (entry.present()) hold(entry.frame());
    });
    if (m_.has_zero()) hold(m_.zero_frame());
  }

  std::map<std::pair<std::uint32_t, std::uint32_t>, Slot> known_;
  std::vector<Slot> leaves_;  ///< [process][huge page]
};

}  // namespace

MachineState huge_state(const Machine& machine) { return HugeReader(machine).read(); }

}  // namespace cow::props::proved
