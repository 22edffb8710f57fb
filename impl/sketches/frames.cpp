#include <algorithm>
#include <cstring>

#include "impl/sketches/sketch.h"

// The frames and entries of a sketch.

namespace cow::sketches {

Entry Sketch::load(Frame table, std::uint32_t index) const {
  Entry entry;
  std::memcpy(&entry, bytes(table) + std::size_t{index} * sizeof entry, sizeof entry);
  return entry;
}

void Sketch::store(Frame table, std::uint32_t index, Entry entry) {
  std::memcpy(data(table) + std::size_t{index} * sizeof entry, &entry, sizeof entry);
}

Entry Sketch::directory_entry(std::uint32_t process, std::uint32_t page) const {
  const Frame directory = spaces_[process].directory;
  return directory == none ? 0 : load(directory, slot(page));
}

Entry Sketch::page_entry(std::uint32_t process, std::uint32_t page) const {
  const Entry above = directory_entry(process, page);
  if ((above & present) == 0 || (above & leaf) != 0) return 0;
  return load(frame_of(above), page % sizes_.fan);
}

void Sketch::set_page_entry(std::uint32_t process, std::uint32_t page, Entry entry) {
  store(frame_of(directory_entry(process, page)), page % sizes_.fan, entry);
}

bool Sketch::need_directory(std::uint32_t process) {
  auto& directory = spaces_[process].directory;
  if (directory == none) directory = alloc_table();
  return directory != none;
}

bool Sketch::need_table(std::uint32_t process, std::uint32_t page) {
  if (!need_directory(process)) return false;
  if ((directory_entry(process, page) & present) != 0) return true;
  const Frame table = alloc_table();
  if (table == none) return false;
  store(spaces_[process].directory, slot(page), entry_of(table, writable | user));
  return true;
}

Frame Sketch::alloc_page() {
  if (allocation_fails()) return none;
  const auto at = std::ranges::find(count_, 0U);
  if (at == count_.end()) return ++counters_.failed_allocations, none;
  *at = 1;
  return static_cast<Frame>(at - count_.begin());
}

Frame Sketch::alloc_table() {
  const Frame table = alloc_page();
  if (table == none) return none;
  std::fill_n(data(table), frame_bytes_, std::uint8_t{0});
  ++tables_;
  return table;
}

Frame Sketch::alloc_huge() {
  if (allocation_fails()) return none;
  for (Frame first = 0; first + sizes_.fan <= sizes_.frames; first += sizes_.fan) {
    const auto run = std::span(count_).subspan(first, sizes_.fan);
    if (std::ranges::any_of(run, [](auto n) { return n > 0; })) continue;
    std::ranges::fill(run, 1U);
    return first;
  }
  return ++counters_.failed_allocations, none;
}

void Sketch::put_page(Frame frame) {
  if (count_[frame] == 0) return panic();  // "bad page state"
  --count_[frame];
}

void Sketch::put_table(Frame frame) {
  put_page(frame);
  if (count_[frame] == 0) --tables_;
}

void Sketch::copy_page(Frame from, Frame to) {
  std::copy_n(data(from), sizes_.page_bytes, data(to));
  ++counters_.copies;
}

void Sketch::clear_page(Frame frame) {
  std::fill_n(data(frame), sizes_.page_bytes, std::uint8_t{0});
}

historic::Spent Sketch::spent() const {
  auto spent = counters_;
  const auto free = std::ranges::count(count_, 0U);
  spent.used_frames = sizes_.frames - static_cast<std::uint32_t>(free);
  if (abilities().counts_frames) spent.data_frames = spent.used_frames - tables_;
  return spent;
}

}  // namespace cow::sketches
