#include "props/explore/rebuild.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cow::props::explore {

namespace {

using machine::FrameKind;
using machine::none;
using M = Sections::Machine;
constexpr auto fan = Sections::fan;
constexpr std::uint32_t table_bits = 0x07, huge_bit = 0x80;
constexpr auto frame_shift = Sections::G::frame_shift;

}  // namespace

Rebuild::Rebuild(const Scope& scope)
    : scope_(scope),
      pages_(scope.named_pages()),
      blocks_matter_(scope.has_huge()),
      symmetry_(scope) {}

void Rebuild::read(std::span<const std::uint8_t> form, Pair& pair) {
  s_ = &pair.sections;
  pair.subject->forget();
  clear();
  Cursor in{form.data() + 1};  // behind the byte that says that it is canonical
  const auto flags = in.next();
  if (blocks_matter_) read_blocks(in);
  std::array<Cursor, Survey::max_procs> codes{};
  for (std::uint32_t p = 0; p < scope_.world.procs; ++p) {
    const auto size = in.next();
    codes[p] = in;
    in.at += size;
  }
  for (std::uint32_t p = 0; p < scope_.world.procs; ++p) read_process(p, codes[p], in);
  read_bytes(in);
  count_blocks();
  link_blocks();
  charge_accounts(pair.subject->machine());
  s_->header->events[static_cast<std::size_t>(kernel::Event::failed_allocation)] = flags & 1U;
  pair.reference.reset();
  for (std::uint32_t p = 0; p < scope_.world.procs; ++p) restore_reference(pair, p);
  pair.bound.restore(pair.reference, tokens_, static_cast<std::uint8_t>(flags >> 1));
  pair.faults.restore(ready_);
}

void Rebuild::clear() {
  std::memset(s_->base, 0, s_->metadata_bytes);
  std::memset(s_->bytes, 0xA5, s_->data_bytes);
  std::memset(s_->swap, 0xA5, s_->swap_bytes);
  auto& header = *s_->header;
  header.nodes.fill({});
  header.replaced = header.installed = none;
  header.file = header.pool_file = header.zero = header.huge_zero = none;
  header.touched = s_->block_count;
  frame_.clear();
  data_.clear();
  broken_.clear();
  labels_ = objects_ = 0;
  const auto pages = std::size_t{scope_.world.procs} * pages_;
  tokens_.assign(pages, 0);
  ready_.assign(pages, model::Access::none);
}

/// Frames in blocks that no leaf covers are numbered from the block's start, as their labels come.
void Rebuild::read_blocks(Cursor& in) {
  std::array<std::uint8_t, Survey::max_frames / fan> taken{};
  const auto count = in.next();
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto code = in.next(), block = code >> 3;
    const auto place = (code & 4U) != 0 ? code & 3U : taken[block]++;
    frame_.push_back(static_cast<std::uint8_t>(block * fan + place));
  }
  for (auto block = in.next(); block != 0xff; block = in.next()) {
    broken_.push_back(static_cast<std::uint8_t>(block));
  }
}

std::uint32_t Rebuild::new_frame() {
  const auto label = labels_++;
  if (!blocks_matter_) frame_.push_back(static_cast<std::uint8_t>(label));
  return frame_[label];
}

void Rebuild::read_process(std::uint32_t p, Cursor& code, Cursor& names) {
  entries_[p].fill(0);
  object_of_[p].fill(0xff);
  auto& info = s_->processes[p];
  info.alive = code.next();
  info.root = none;
  if (info.alive == 0) return;
  info.areas = code.next();
  for (std::uint32_t i = 0; i < info.areas; ++i) {
    if (read_area(p, i, code) != 0) read_object(s_->areas_of(p)[i], p, names);
  }
  info.root = read_table(code, names, M::levels - 1, 0, entries_[p]);
  read_status(p, code, names);
}

/// Not 0 when the area is shared.
std::uint32_t Rebuild::read_area(std::uint32_t p, std::uint32_t i, Cursor& code) {
  kernel::Area area;
  const auto start = s_->user_first + scope_.first_page;
  area.first = start + code.next();
  area.end = start + code.next();
  const auto flags = code.next();
  area.access = static_cast<kernel::Access>(flags & 3U);
  area.huge = (flags & 4U) != 0;
  s_->areas_of(p)[i] = area;
  return flags & 8U;
}

void Rebuild::read_object(kernel::Area& area, std::uint32_t p, Cursor& names) {
  const auto name = names.next();
  if (name == objects_) {
    ++objects_;
    object_entries_[name].fill(0);
    // The shape stands before the names, in the same string.
    Cursor shape = names;
    skip_shape(names, M::levels - 1);
    object_[name] = read_table(shape, names, M::levels - 1, 0, object_entries_[name]);
    s_->frames[object_[name]].count = 0;
  }
  area.object = object_[name];
  area.offset = area.first;
  ++s_->frames[area.object].count;
  const auto start = s_->user_first + scope_.first_page;
  for (auto page = area.first; page < area.end; ++page) {
    object_of_[p][page - start] = static_cast<std::uint8_t>(name);
  }
}

void Rebuild::skip_shape(Cursor& in, int level) {
  for (auto present = in.next(); present != 0; present &= present - 1) {
    const auto bits = in.next();
    if (level > 0 && (bits & huge_bit) == 0) skip_shape(in, level - 1);
  }
}

std::uint32_t Rebuild::read_table(Cursor& shape, Cursor& names, int level, std::uint64_t base,
                                  Entries& entries) {
  const auto frame = new_frame();
  s_->frames[frame].kind = FrameKind::table;
  s_->frames[frame].count = 1;
  auto* const words = s_->table(frame);
  std::memset(words, 0, Sections::page_bytes);
  const auto present = shape.next();
  const auto start = s_->user_first + scope_.first_page;
  for (std::uint32_t i = 0; i < fan; ++i) {
    if ((present >> i & 1U) == 0) continue;
    const auto bits = shape.next();
    const auto page = base + i * kernel::span<M>(level);
    const bool huge = (bits & huge_bit) != 0;
    if (level == 0 || huge) {
      words[i] = read_leaf(bits, huge, names);
      for (std::uint32_t sub = 0; sub < (huge ? fan : 1); ++sub) {
        entries[page + sub - start] = words[i] + (sub << frame_shift);
      }
    } else {
      words[i] = read_table(shape, names, level - 1, page, entries) << frame_shift | table_bits;
    }
  }
  return frame;
}

Survey::Word Rebuild::read_leaf(std::uint32_t bits, bool huge, Cursor& names) {
  std::uint32_t first = 0;
  for (std::uint32_t sub = 0; sub < (huge ? fan : 1); ++sub) {
    const auto label = names.next();
    if (label == labels_) {
      const auto fresh = new_frame();
      s_->frames[fresh].kind = FrameKind::data;
      data_.push_back(static_cast<std::uint8_t>(fresh));
    }
    if (sub == 0) first = frame_[label];
  }
  if (huge)
    ++s_->blocks[first / fan].leaves;
  else
    ++s_->frames[first].count;
  return first << frame_shift | bits;
}

}  // namespace cow::props::explore
