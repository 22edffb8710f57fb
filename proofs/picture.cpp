#include "proofs/picture.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace cow::proofs {

namespace {

using State = kernel::PlainState;

std::string letters(bool read, bool write) {
  return fmt::format("{}{}", read ? 'r' : '-', write ? 'w' : '-');
}

class Painter {
 public:
  Painter(const State& state, const std::vector<std::string>& remarks)
      : s_(state), remarks_(remarks), names_(slot_names(state)) {}

  std::string paint() {
    int last = -1;
    for (const auto slot : by_process()) {
      if (is_idle(slot)) continue;
      const auto process = s_.slots[slot].is_object ? -1 : s_.slots[slot].process;
      if (text_.empty() || process != last) {
        text_ += process < 0 ? "    objects\n" : fmt::format("    P{}\n", process);
      }
      last = process;
      add_slot(slot);
    }
    text_ += "    frames\n";
    for (std::size_t i = 0; i < s_.frames.size(); ++i) {
      if (!is_idle_frame(s_.frames[i])) add_frame(i);
    }
    if (std::ranges::any_of(s_.frames, is_idle_frame)) text_ += "      all others are free\n";
    if (std::ranges::any_of(s_.swaps, [](auto& swap) { return swap.names > 0; })) add_swap();
    return text_;
  }

 private:
  /// A page of which there is nothing to say.
  bool is_idle(std::size_t i) const {
    const auto& [area, entry, process, is_object, object] = s_.slots[i];
    const bool has_remark = i < remarks_.size() && !remarks_[i].empty();
    const bool marked = entry.is_wp || entry.is_guard;
    return !entry.is_present && !entry.is_swapped && !marked && !is_object && !area.shared &&
           !area.cow && !s_.cached_by[i].is_valid && !has_remark;
  }
  static bool is_idle_frame(const State::FrameCell& f) { return f.is_free && f.count == 0; }

  /// Objects last.
  std::vector<std::size_t> by_process() const {
    std::vector<std::size_t> order(s_.slots.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](auto i) {
      return std::pair(s_.slots[i].is_object ? 1000 : s_.slots[i].process, i);
    });
    return order;
  }

  void add_slot(std::size_t i) {
    const auto& [area, entry, process, is_object, object] = s_.slots[i];
    const auto name = names_[i].substr(names_[i].find(' ') + 1);
    std::string line = fmt::format("      {:<3} {:<22}", name, what(entry));
    if (!is_object) {
      line += fmt::format(" in an area {} {}", area.shared ? "shared" : "private",
                          letters(area.read, area.write));
      if (area.shared || area.cow) {
        line += fmt::format(", {} {}", area.cow ? "begins as" : "of", slot_name(object));
      }
    }
    const auto& cached = s_.cached_by[i];
    if (cached.is_valid) {
      line += fmt::format("; TLB: {} frame {}", letters(true, cached.writes), cached.names + 1);
    }
    line += marks(entry);
    if (i < remarks_.size() && !remarks_[i].empty()) line += "  <- " + remarks_[i];
    text_ += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }

  /// What it says of writes to its page.
  static std::string marks(const State::Entry& entry) {
    std::string text;
    if (entry.is_present && !entry.was_written) text += "; given up";
    if (entry.is_wp) text += "; write-protected";
    if ((entry.is_present || entry.is_swapped) && entry.is_unwritten) text += "; not written";
    return text;
  }

  static std::string what(const State::Entry& entry) {
    const auto mark = entry.alone ? 'x' : '-';
    if (entry.is_present) {
      return fmt::format("{}{} frame {}", letters(entry.reads, entry.writes), mark,
                         entry.names + 1);
    }
    if (entry.is_guard) return "a guard";
    return entry.is_swapped ? fmt::format("--{} page {} of swap", mark, entry.in + 1) : "nothing";
  }

  void add_frame(std::size_t i) {
    const auto& f = s_.frames[i];
    text_ += fmt::format("      {:<3} ", i + 1);
    if (f.is_zero) text_ += "the zero page, ";
    if (f.is_pooled) text_ += "of the pool, ";
    text_ += fmt::format("{}count {}: {} entries here, {} of another size, {} pins",
                         f.is_free ? "free, " : "", f.count, s_.ledger.counts[i], f.others, f.pins);
    if (f.in_hand > 0) text_ += fmt::format(", {} in hand", f.in_hand);
    if (f.in_cache) text_ += fmt::format("; cached for page {} of swap", f.swap + 1);
    if (f.is_merged) text_ += "; merged";
    text_ += fmt::format("; bytes {}\n", bytes(f.bytes));
  }

  void add_swap() {
    text_ += "    swap\n";
    for (std::size_t i = 0; i < s_.swaps.size(); ++i) {
      const auto& swap = s_.swaps[i];
      text_ +=
          fmt::format("      {:<3} named {} times{}; bytes {}\n", i + 1, swap.names,
                      swap.in_memory ? fmt::format(", cached in frame {}", swap.frame + 1) : "",
                      bytes(swap.bytes));
    }
  }

  static std::string bytes(const std::vector<State::Byte>& all) {
    std::string text;
    for (const auto byte : all) text += fmt::format("{}{}", text.empty() ? "" : " ", byte);
    return text;
  }
  std::string slot_name(int slot) const {
    const auto i = static_cast<std::size_t>(slot);
    return i < names_.size() ? names_[i] : "nothing";
  }

  const State& s_;
  const std::vector<std::string>& remarks_;
  std::vector<std::string> names_;
  std::string text_;
};

}  // namespace

std::vector<std::string> slot_names(const kernel::PlainState& state) {
  std::vector<std::string> names;
  std::map<int, int> pages;
  int objects = 0;
  for (const auto& slot : state.slots) {
    names.push_back(slot.is_object ? fmt::format("o{}", objects++)
                                   : fmt::format("P{} p{}", slot.process, pages[slot.process]++));
  }
  return names;
}

std::string picture(const kernel::PlainState& state, const std::vector<std::string>& remarks) {
  return Painter(state, remarks).paint();
}

}  // namespace cow::proofs
