#include "impl/linux011/linux011.h"

#include <algorithm>
#include <cstring>

namespace cow::linux011 {

// Low memory holds the page directory at address 0, as Linux has it, then task 0's page table and
// its pages; here they follow each other, so that small pages do.
Linux011::Linux011(const historic::Sizes& sizes, std::uint32_t flaws, std::uint32_t tasks)
    : System(sizes),
      flaws_(flaws),
      first_pages_(std::max(2U, 160 * sizes.fan / 1024)),
      first_table_(std::max(tasks, sizes.processes) * slot_entries * 4),
      first_page_(first_table_ + sizes.page_bytes),
      low_mem_(first_page_ + first_pages_ * sizes.page_bytes),
      mem_map_(sizes.frames),
      tasks_(sizes.processes) {
  memory_.resize(low_mem_ + std::size_t{sizes.frames} * sizes.page_bytes);
}

void Linux011::boot() {
  std::fill_n(memory_.begin(), low_mem_, std::uint8_t{0});
  std::ranges::fill(mem_map_, std::uint8_t{0});
  std::ranges::fill(tasks_, Task{});
  tasks_[0].alive = true;
  if (has(first_process)) store(directory_entry(0), first_table_ | 7);
}

std::uint32_t Linux011::room(std::uint32_t process) const {
  return is_first(process) ? first_pages_ : sizes_.pages;
}

Linux011::Entry Linux011::load(Address at) const {
  Entry entry;
  std::memcpy(&entry, memory_.data() + at, sizeof entry);
  return entry;
}

void Linux011::store(Address at, Entry entry) {
  std::memcpy(memory_.data() + at, &entry, sizeof entry);
}

Linux011::Address Linux011::table_entry(std::uint32_t linear) const {
  const Entry directory = load(directory_entry(linear));
  if ((directory & present) == 0) return 0;
  return frame_of(directory) + linear % sizes_.fan * 4;
}

historic::PageView Linux011::look(std::uint32_t process, std::uint32_t page) const {
  if (!alive(process)) return {};
  historic::PageView view;
  const Address at = table_entry(linear(process, page));
  view.entry = at == 0 ? 0 : load(at);
  view.present = (view.entry & present) != 0;
  view.writable = (view.entry & writable) != 0;
  view.frame = frame_of(static_cast<Entry>(view.entry)) / sizes_.page_bytes;
  view.mapped = view.present || page < tasks_[process].brk;
  view.right = view.mapped ? historic::Right::write : historic::Right::none;
  return view;
}

const std::uint8_t* Linux011::bytes(std::uint32_t frame) const {
  return memory_.data() + std::size_t{frame} * sizes_.page_bytes;
}

void Linux011::counts(std::span<std::uint32_t> counts) const {
  std::ranges::copy(mem_map_, counts.begin());
}

void Linux011::holders(std::span<std::uint32_t> holders) const {
  const auto hold = [&](Address frame) {
    if (frame >= low_mem_ && map_nr(frame) < holders.size()) ++holders[map_nr(frame)];
  };
  for (std::uint32_t p = 0; p < sizes_.processes; ++p) {
    if (tasks_[p].structure != 0) hold(tasks_[p].structure);
    for (std::uint32_t i = 0; i < slot_entries; ++i) {
      const Entry directory = load(directory_entry(linear(p, i * sizes_.fan)));
      if ((directory & present) == 0) continue;
      hold(frame_of(directory));
      for (std::uint32_t nr = 0; nr < sizes_.fan; ++nr) {
        const Entry entry = load(frame_of(directory) + 4 * nr);
        if ((entry & present) != 0) hold(frame_of(entry));
      }
    }
  }
}

historic::Spent Linux011::spent() const {
  auto spent = counters_;
  const auto free = std::ranges::count(mem_map_, 0);
  spent.used_frames = sizes_.frames - static_cast<std::uint32_t>(free);
  spent.data_frames = spent.used_frames;
  for (std::uint32_t p = 0; p < sizes_.processes; ++p) {
    if (tasks_[p].structure != 0) --spent.data_frames;
    for (std::uint32_t i = 0; i < slot_entries; ++i) {
      const Entry directory = load(directory_entry(linear(p, i * sizes_.fan)));
      if ((directory & present) != 0 && frame_of(directory) >= low_mem_) --spent.data_frames;
    }
  }
  return spent;
}

}  // namespace cow::linux011
