#include <bit>

#include "props/explore/survey.h"

/// The part of the survey that looks at translations, frames and lists.
namespace cow::props::explore {

namespace {

using machine::FrameKind;
using machine::none;
constexpr auto fan = Sections::fan;

bool is_poison(const std::uint8_t* page) {
  std::uint64_t words[2];
  std::memcpy(words, page, sizeof words);
  return words[0] == 0xA5A5A5A5A5A5A5A5 && words[1] == words[0];
}

}  // namespace

bool Survey::look_at_translations(const Pair&) {
  for (std::uint32_t cpu = 0; cpu < s_->config.cpus; ++cpu) {
    const auto* const tlb = s_->translations + std::size_t{cpu} * Sections::tlb_entries;
    for (std::uint32_t i = 0; i < Sections::tlb_entries; ++i) {
      if (tlb[i].valid == 0) continue;
      const bool known = tlb[i].process < s_->config.procs && processes[tlb[i].process].alive;
      if (!known || !in_scope(tlb[i].page)) return false;
      const bool fits = Sections::Machine::is_huge_translation(i) ? huge_translation(tlb[i], cpu)
                                                                  : small_translation(tlb[i], cpu);
      if (!fits) return false;
    }
  }
  return true;
}

/// A translation that says what the entry says is told by two bits: that it is there, and whether
/// it may write.
bool Survey::small_translation(const machine::Translation& t, std::uint32_t cpu) {
  const auto i = index_of(t.page);
  const auto& tree = processes[t.process].tree;
  const machine::Entry<Sections::G> entry(tree.entries[i]);
  if (!entry.readable() || (tree.huge_pages >> i & 1U) != 0 || entry.frame() != t.frame) {
    return false;
  }
  if (t.writable != 0 && !entry.writable()) return false;
  small_bits_[t.process][i] |= static_cast<std::uint8_t>((1 + 2 * t.writable) << (2 * cpu));
  return true;
}

bool Survey::huge_translation(const machine::Translation& t, std::uint32_t cpu) {
  const auto i = index_of(t.page);
  const auto& tree = processes[t.process].tree;
  const machine::Entry<Sections::G> entry(tree.entries[i]);
  if (!entry.readable() || (tree.huge_pages >> i & 1U) == 0 || entry.frame() != t.frame) {
    return false;
  }
  if (t.page % fan != 0 || (t.writable != 0 && !entry.writable())) return false;
  huge_bits_[t.process][i] |= static_cast<std::uint8_t>((1 + 2 * t.writable) << (2 * cpu));
  return true;
}

void Survey::write_codes(const Pair& pair, std::uint32_t p) {
  auto& process = processes[p];
  if (!process.alive) return;
  auto& code = process.code;
  for (std::uint32_t i = 0; i < process.tree.shape.size; ++i) code.put(process.tree.shape.at[i]);
  const auto* const ready =
      pair.faults.ready().data() + std::size_t{p} * pair.reference.world().pages;
  const auto* const tokens =
      pair.bound.tokens().data() + std::size_t{p} * pair.reference.world().pages;
  for (auto page = scope_.first_page; page < scope_.end_page; ++page) {
    const auto i = page - scope_.first_page;
    process.tokens[i] = tokens[page];
    code.put(static_cast<std::uint32_t>(ready[page]) | (tokens[page] != 0 ? 4U : 0U) |
             static_cast<std::uint32_t>(small_bits_[p][i] << 3));
    if (blocks_matter_ && (page + s_->user_first) % fan == 0) code.put(huge_bits_[p][i]);
  }
}

/// Frames that no walk reached must be free in every way, the others held as often as they count.
bool Survey::frames_fit() const {
  std::uint32_t free = 0;
  for (std::uint32_t b = 0; b < s_->block_count; ++b) {
    std::uint64_t unreached = 0;
    std::uint32_t small = 0;
    for (std::uint32_t f = b * fan; f < (b + 1) * fan; ++f) {
      const auto& info = s_->frames[f];
      if (used[f]) {
        small += holders_[f];
        if (info.kind == FrameKind::data && info.count != holders_[f]) return false;
        if (info.locked != 0) return false;
        continue;
      }
      unreached |= std::uint64_t{1} << (f - b * fan);
      if (info.kind != FrameKind::unused || info.count != 0 || info.locked != 0) return false;
      if (b < s_->header->touched && !is_poison(s_->page(f))) return false;
    }
    const auto& block = s_->blocks[b];
    const auto count = static_cast<std::uint32_t>(std::popcount(unreached));
    if (s_->bitmaps[b] != unreached || block.free != count || block.small != small) return false;
    if (block.leaves != leaves_[b]) return false;
    free += count;
  }
  return free == s_->header->free_frames;
}

/// How many blocks are on the list, or none when it is not what it should be.
std::uint32_t Survey::list_length(std::uint32_t head, bool whole) const {
  std::uint32_t length = 0;
  auto prev = none;
  for (auto b = head; b != none; prev = b, b = s_->links[b].next) {
    if (b >= s_->block_count || ++length > s_->block_count) return none;
    const auto& block = s_->blocks[b];
    if (s_->links[b].prev != prev || block.free == 0 || (block.free == fan) != whole) return none;
  }
  return length;
}

bool Survey::lists_fit() const {
  const auto whole = list_length(s_->header->nodes[0].whole, true);
  const auto broken = list_length(s_->header->nodes[0].broken, false);
  if (whole == none || broken == none) return false;
  std::uint32_t wanted = 0;
  for (std::uint32_t b = 0; b < s_->block_count; ++b) wanted += s_->blocks[b].free > 0 ? 1 : 0;
  return whole + broken == wanted;
}

}  // namespace cow::props::explore
