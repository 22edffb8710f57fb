#include "props/explore/survey.h"

#include <algorithm>

namespace cow::props::explore {

namespace {

using machine::FrameInfo;
using machine::FrameKind;
using M = Sections::Machine;
constexpr auto fan = Sections::fan;
constexpr std::uint32_t table_bits = 0x07;  // as Entry::table makes them
constexpr std::uint32_t huge_bit = 0x80, used_bit = 0x04;
constexpr std::uint32_t state_bits = 0xf08;  // given up, marked or guarded: no canonical form

constexpr std::uint32_t low(Survey::Word word) { return word & 0xff; }
constexpr std::uint32_t frame_of(Survey::Word word) { return word >> Sections::G::frame_shift; }

/// Does the reference remember more of the page than a canonical form says? A mutant's machine may
/// have forgotten it (row A24).
bool is_marked(const model::Page& page) {
  return page.dontfork || page.wipeonfork || page.given_up || page.wp || page.guard || page.clean;
}

bool is(const FrameInfo& info, FrameKind kind, std::uint32_t count) {
  return info.kind == kind && info.count == count && info.locked == 0;
}

}  // namespace

Survey::Survey(const Scope& scope)
    : scope_(scope), blocks_matter_(scope.has_huge()), waits_(scope.has(model::Kind::wait)) {}

bool Survey::look(const Pair& pair) {
  s_ = &pair.sections;
  const auto& header = *s_->header;
  if (header.complaint.seen != 0 || header.locks != 0 || header.fail_in != 0) return false;
  // States with a file, zero pages, a pool, identifiers or pages in swap have no canonical form.
  if (header.file != machine::none || header.zero != machine::none) return false;
  if (s_->config.pool != 0 || s_->config.asids != 0) return false;
  const std::span cached(s_->cached, s_->config.frames);
  if (std::ranges::any_of(cached, [](auto slot) { return slot != 0; })) return false;
  const std::span slots(s_->slots, s_->config.slots);
  if (std::ranges::any_of(slots, [](auto& slot) { return slot.count != 0; })) return false;
  first_ = s_->user_first + scope_.first_page;
  end_ = s_->user_first + scope_.end_page;
  used.fill(false);
  holders_.fill(0);
  leaves_.fill(0);
  used_frames_ = object_count = 0;
  for (std::uint32_t p = 0; p < s_->config.procs; ++p) {
    if (!look_at_process(pair, p)) return false;
  }
  for (std::uint32_t i = 0; i < object_count; ++i) {
    if (s_->frames[objects[i].root].count != objects[i].areas) return false;
  }
  if (!look_at_translations(pair) || !frames_fit() || !lists_fit()) return false;
  for (std::uint32_t p = 0; p < s_->config.procs; ++p) write_codes(pair, p);
  memory_was_short = pair.memory_was_short();
  return std::ranges::none_of(processes, [](const Process& p) { return p.code.full; });
}

bool Survey::enter_table(std::uint32_t frame, std::uint32_t owners) {
  if (frame >= s_->config.frames || used[frame]) return false;
  if (!is(s_->frames[frame], FrameKind::table, owners)) return false;
  used[frame] = true;
  ++used_frames_;
  return true;
}

bool Survey::walk(Tree& tree, std::uint32_t frame, int level, std::uint64_t base) {
  if (tree.nodes + fan >= tree.kinds.size()) return false;
  tree.kinds[tree.nodes] = Node::table;
  tree.frames[tree.nodes++] = static_cast<std::uint8_t>(frame);
  const Word* const words = s_->table(frame);
  std::uint32_t present = 0;
  for (std::uint32_t i = 0; i < fan; ++i) present |= words[i] != 0 ? 1U << i : 0U;
  tree.shape.put(present);
  for (std::uint32_t i = 0; i < fan; ++i) {
    const Word word = words[i];
    if (word == 0) continue;
    const auto page = base + i * kernel::span<M>(level);
    if ((word & state_bits) != 0) return false;
    tree.shape.put(low(word));
    if (level == 0) {
      if (!small_leaf(tree, page, word)) return false;
    } else if ((word & huge_bit) != 0) {
      if (level != 1 || !huge_leaf(tree, page, word)) return false;
    } else {
      if (low(word) != table_bits || !enter_table(frame_of(word), 1)) return false;
      if (!walk(tree, frame_of(word), level - 1, page)) return false;
    }
  }
  return true;
}

bool Survey::small_leaf(Tree& tree, std::uint64_t page, Word word) {
  const auto frame = frame_of(word);
  if (!in_scope(page) || (word & huge_bit) != 0 || (word & used_bit) == 0) return false;
  if (frame >= s_->config.frames || s_->frames[frame].kind != FrameKind::data) return false;
  tree.entries[index_of(page)] = word;
  tree.kinds[tree.nodes] = Node::small;
  tree.frames[tree.nodes++] = static_cast<std::uint8_t>(frame);
  ++holders_[frame];
  used_frames_ += used[frame] ? 0U : 1U;
  used[frame] = true;
  return true;
}

bool Survey::huge_leaf(Tree& tree, std::uint64_t page, Word word) {
  const auto head = frame_of(word);
  if (!blocks_matter_ || head % fan != 0 || head + fan > s_->config.frames) return false;
  if (!in_scope(page) || !in_scope(page + fan - 1) || (word & used_bit) == 0) return false;
  tree.kinds[tree.nodes] = Node::huge;
  tree.frames[tree.nodes++] = static_cast<std::uint8_t>(head);
  ++leaves_[head / fan];
  for (std::uint32_t i = 0; i < fan; ++i) {
    if (s_->frames[head + i].kind != FrameKind::data) return false;
    tree.entries[index_of(page) + i] = word + (i << Sections::G::frame_shift);
    tree.huge_pages |= 1U << (index_of(page) + i);
    used_frames_ += used[head + i] ? 0U : 1U;
    used[head + i] = true;
  }
  return true;
}

bool Survey::look_at_process(const Pair& pair, std::uint32_t p) {
  auto& process = processes[p];
  const auto& info = s_->processes[p];
  process.alive = info.alive != 0;
  process.code.size = process.shared_areas = 0;
  process.code.full = false;
  small_bits_[p].fill(0);
  huge_bits_[p].fill(0);
  if (process.alive != pair.reference.alive(p) || info.locked != 0) return false;
  // Nor have states where memory is lent, or somebody may be waited for.
  const auto& known = pair.reference.process(p);
  if (info.lender != 0 || info.alive > 1 || known.lender != model::nobody || known.waits)
    return false;
  if (info.parent != 0 || (waits_ && known.parent != model::nobody)) return false;
  constexpr machine::Pins no_pins{};  // states with pins have no canonical form
  if (std::memcmp(&s_->pins[p], &no_pins, sizeof no_pins) != 0) return false;
  process.code.put(process.alive ? 1 : 0);
  if (!process.alive) return true;
  process.tree.nodes = process.tree.shape.size = process.tree.huge_pages = 0;
  process.tree.entries.fill(0);
  if (!enter_table(info.root, 1)) return false;
  if (!walk(process.tree, info.root, M::levels - 1, 0)) return false;
  if (info.areas > max_pages) return false;
  process.code.put(info.areas);
  std::uint64_t covered = 0;
  for (std::uint32_t i = 0; i < info.areas; ++i) {
    const auto& area = s_->areas_of(p)[i];
    if (!in_scope(area.first) || !in_scope(area.end - 1)) return false;
    if (!look_at_area(pair, p, area)) return false;
    covered += area.end - area.first;
  }
  for (auto i = scope_.first_page; i < scope_.end_page; ++i) {
    covered -= pair.reference.page(p, i).mapped ? 1U : 0U;
  }
  return covered == 0 && !process.tree.shape.full;
}

bool Survey::look_at_area(const Pair& pair, std::uint32_t p, const kernel::Area& area) {
  auto& process = processes[p];
  // Nor have states where memory was moved or advice was taken.
  if (area.dontfork || area.wipeonfork || area.wp) return false;
  if (area.is_shared() && area.offset != area.first) return false;
  process.code.put(index_of(area.first));
  process.code.put(index_of(area.end));
  process.code.put(static_cast<std::uint32_t>(area.access) | (area.huge ? 4U : 0U) |
                   (area.is_shared() ? 8U : 0U));
  if (area.is_shared()) {
    const auto page = static_cast<std::uint32_t>(area.first - s_->user_first);
    auto& index = process.objects[process.shared_areas++];
    if (!look_at_object(area, pair.reference.page(p, page).object, index)) return false;
  }
  return same_pages(pair, p, area);
}

bool Survey::look_at_object(const kernel::Area& area, std::uint32_t name, std::uint8_t& index) {
  for (std::uint32_t i = 0; i < object_count; ++i) {
    if (objects[i].root != area.object && objects[i].name != name) continue;
    if (objects[i].root != area.object || objects[i].name != name) return false;
    ++objects[i].areas;
    index = static_cast<std::uint8_t>(i);
    return true;
  }
  if (object_count == max_objects || area.object >= s_->config.frames) return false;
  index = static_cast<std::uint8_t>(object_count);
  auto& object = objects[object_count++];
  object.root = area.object;
  object.name = name;
  object.areas = 1;
  object.tree.nodes = object.tree.shape.size = object.tree.huge_pages = 0;
  object.tree.shape.full = false;
  object.tree.entries.fill(0);
  if (!enter_table(area.object, s_->frames[area.object].count)) return false;
  return walk(object.tree, area.object, M::levels - 1, 0) && object.tree.huge_pages == 0 &&
         !object.tree.shape.full;
}

/// Does the reference say of these pages what the machine shows?
bool Survey::same_pages(const Pair& pair, std::uint32_t p, const kernel::Area& area) {
  constexpr std::array<std::uint8_t, Sections::page_bytes> zeroes{};
  const auto& process = processes[p];
  for (auto at = area.first; at < area.end; ++at) {
    const auto number = static_cast<std::uint32_t>(at - s_->user_first);
    const auto& page = pair.reference.page(p, number);
    if (!page.mapped || page.huge != area.huge || page.file || is_marked(page)) return false;
    if (static_cast<int>(page.access) != static_cast<int>(area.access)) return false;
    if ((page.sharing == model::Sharing::shared) != area.is_shared()) return false;
    auto entry = process.tree.entries[index_of(at)];
    if (area.is_shared()) {
      const auto& object = objects[process.objects[process.shared_areas - 1]];
      const auto held = object.tree.entries[index_of(at)];
      if (page.object != object.name || page.number != number) return false;
      if (entry == 0) entry = held;
      if (frame_of(entry) != frame_of(held)) return false;
    }
    const auto bytes = pair.reference.bytes(p, number);
    const auto* const seen = entry == 0 ? zeroes.data() : s_->page(frame_of(entry));
    if (std::memcmp(bytes.data(), seen, zeroes.size()) != 0) return false;
    if (page.fresh != (std::memcmp(bytes.data(), zeroes.data(), zeroes.size()) == 0)) return false;
  }
  return true;
}

}  // namespace cow::props::explore
