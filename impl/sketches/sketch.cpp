#include "impl/sketches/sketch.h"

#include <algorithm>
#include <utility>

namespace cow::sketches {

using historic::Result;
using historic::Right;

Sketch::Sketch(const historic::Sizes& sizes, std::uint32_t flaws)
    : System(sizes),
      flaws_(flaws),
      slots_(sizes.pages / sizes.fan),
      spaces_(sizes.processes),
      count_(sizes.frames),
      frame_bytes_(std::max({sizes.page_bytes, sizes.fan * 8, slots_ * 8})),
      memory_(std::size_t{sizes.frames} * frame_bytes_) {}

/// What lies in a frame that nobody has is whatever was there: not zeroes.
void Sketch::boot() {
  std::ranges::fill(memory_, std::uint8_t{0xee});
  std::ranges::fill(count_, 0U);
  tables_ = 0;
  for (auto& space : spaces_) {
    space.alive = false;
    space.directory = none;
    space.areas.assign(sizes_.pages, Area{});
  }
  spaces_[0].alive = true;
}

Result Sketch::map(std::uint32_t process, std::uint32_t page, std::uint32_t count, Right right,
                   bool huge) {
  auto& areas = spaces_[process].areas;
  for (auto i = page; i < page + count; ++i) {
    if (areas[i].mapped) return Result::occupied;
  }
  std::fill_n(areas.begin() + page, count, Area{right, true, huge});
  return Result::ok;
}

Result Sketch::unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  if (!prepare_unmap(process, page, count)) return Result::no_memory;
  for (auto i = page; i < page + count; ++i) {
    if ((page_entry(process, i) & present) != 0) zap(process, i);
    spaces_[process].areas[i] = {};
  }
  flush(process);
  return Result::ok;
}

Result Sketch::fork(std::uint32_t process, std::uint32_t child) {
  if (!copy_space(process, child)) return Result::no_memory;
  spaces_[child].alive = true;
  spaces_[child].areas = spaces_[process].areas;
  return Result::ok;
}

Result Sketch::exec(std::uint32_t process) {
  zap_all(process);
  flush(process);
  std::ranges::fill(spaces_[process].areas, Area{});
  return Result::ok;
}

Result Sketch::exit(std::uint32_t process) {
  exec(process);
  spaces_[process].alive = false;
  return Result::ok;
}

void Sketch::zap(std::uint32_t process, std::uint32_t page) {
  const Frame frame = frame_of(page_entry(process, page));
  set_page_entry(process, page, 0);
  put_page(frame);
}

void Sketch::zap_all(std::uint32_t process) {
  const Frame directory = std::exchange(spaces_[process].directory, none);
  if (directory == none) return;
  for (std::uint32_t i = 0; i < slots_; ++i) {
    const Entry entry = load(directory, i);
    if ((entry & present) == 0) continue;
    for (std::uint32_t k = 0; k < sizes_.fan; ++k) {
      const Entry below = load(frame_of(entry), k);
      if ((below & present) != 0) put_page(frame_of(below));
    }
    put_table(frame_of(entry));
  }
  put_table(directory);
}

/// Demand zero.
Result Sketch::first_touch(std::uint32_t process, std::uint32_t page, bool) {
  if (!need_table(process, page)) return Result::no_memory;
  const Frame frame = alloc_page();
  if (frame == none) return Result::no_memory;
  clear_page(frame);
  const bool writes = spaces_[process].areas[page].right == Right::write;
  set_page_entry(process, page, entry_of(frame, user | (writes ? writable : 0)));
  return Result::ok;
}

/// The processor: both levels must allow a write. A fault is tried again, as an instruction is.
Result Sketch::touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
                     std::uint32_t& frame) {
  auto& tlb = tlbs_[cpu];
  if (const auto* known = tlb.find(process, page); known && (known->writable || !writes)) {
    frame = known->frame;
    return Result::ok;
  }
  for (int tries = 0; tries < 3; ++tries) {
    const auto view = look(process, page);
    if (view.present && (view.writable || !writes)) {
      frame = view.frame;
      tlb.put({process, page, frame, view.writable});
      return Result::ok;
    }
    if (view.right < (writes ? Right::write : Right::read)) break;
    counters_.faults += tries == 0 ? 1 : 0;
    const auto result =
        view.present ? write_fault(process, page) : first_touch(process, page, writes);
    if (result != Result::ok || panicked()) return result;
  }
  return Result::segfault;
}

historic::PageView Sketch::look(std::uint32_t process, std::uint32_t page) const {
  if (!alive(process)) return {};
  const auto& area = spaces_[process].areas[page];
  historic::PageView view;
  view.mapped = area.mapped;
  view.right = may_write(process, page) ? Right::write : area.right;
  const Entry above = directory_entry(process, page);
  view.entry = page_entry(process, page);
  view.present = (view.entry & present) != 0;
  view.writable = (view.entry & above & writable) != 0;
  view.frame = frame_of(view.entry);
  return view;
}

void Sketch::counts(std::span<std::uint32_t> counts) const {
  std::ranges::copy(count_, counts.begin());
}

void Sketch::hold_entry(Entry entry, std::span<std::uint32_t> holders) const {
  if (frame_of(entry) < holders.size()) ++holders[frame_of(entry)];
}

/// A table that several directories name is held by each, what lies in it by the table.
void Sketch::holders(std::span<std::uint32_t> holders) const {
  for (const auto& space : spaces_) {
    if (space.directory == none) continue;
    ++holders[space.directory];
    for (std::uint32_t i = 0; i < slots_; ++i) {
      const Entry entry = load(space.directory, i);
      if ((entry & present) == 0) continue;
      hold_entry(entry, holders);
      if ((entry & leaf) != 0 || holders[frame_of(entry)] > 1) continue;
      for (std::uint32_t k = 0; k < sizes_.fan; ++k) {
        const Entry below = load(frame_of(entry), k);
        if ((below & present) != 0) hold_entry(below, holders);
      }
    }
  }
}

}  // namespace cow::sketches
