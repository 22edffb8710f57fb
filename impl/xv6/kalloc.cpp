#include <algorithm>
#include <cstring>

#include "impl/xv6/xv6.h"

// kernel/kalloc.c: free pages are a list that lies in the pages themselves; a count each.

namespace cow::xv6 {

Xv6::Xv6(const historic::Sizes& sizes, std::uint32_t flaws)
    : System(sizes),
      procs_(sizes.processes),
      references_(sizes.frames),
      flaws_(flaws),
      frame_bytes_(std::max(sizes.page_bytes, sizes.fan * 8)),
      memory_(std::size_t{sizes.frames} * frame_bytes_) {}

void Xv6::boot() {
  std::ranges::fill(references_, std::uint8_t{0});
  freelist_ = none;
  tables_ = 0;
  for (Frame frame = sizes_.frames; frame-- > 0;) {
    std::memcpy(data(frame), &freelist_, sizeof freelist_);
    freelist_ = frame;
  }
  for (auto& proc : procs_) {
    proc.alive = false;
    proc.sz = 0;
    proc.pagetable = none;
    proc.cpu = 0;
    proc.right.assign(sizes_.pages, historic::Right::none);
  }
  procs_[0].alive = true;
  procs_[0].pagetable = uvmcreate();
}

/// Filled with junk, as xv6 does to catch dangling references; none when there is no page left.
Xv6::Frame Xv6::kalloc() {
  if (allocation_fails()) return none;
  const Frame frame = freelist_;
  if (frame == none) return ++counters_.failed_allocations, none;
  std::memcpy(&freelist_, data(frame), sizeof freelist_);
  std::fill_n(data(frame), frame_bytes_, std::uint8_t{5});
  references_[frame] = 1;
  return frame;
}

void Xv6::kfree(Frame frame) {
  if (references_[frame] == 0) return panic();
  if (--references_[frame] > 0 && !has(frees_shared)) return;
  references_[frame] = 0;
  std::fill_n(data(frame), frame_bytes_, std::uint8_t{1});
  std::memcpy(data(frame), &freelist_, sizeof freelist_);
  freelist_ = frame;
}

void Xv6::counts(std::span<std::uint32_t> counts) const {
  std::ranges::copy(references_, counts.begin());
}

void Xv6::hold_tables(Frame table, int level, std::span<std::uint32_t> holders) const {
  if (table >= holders.size()) return;
  ++holders[table];
  for (std::uint32_t i = 0; i < sizes_.fan; ++i) {
    const Pte pte = load(slot(table, i));
    if ((pte & V) == 0 || frame_of(pte) >= holders.size()) continue;
    if (level > 0) {
      hold_tables(frame_of(pte), level - 1, holders);
    } else {
      ++holders[frame_of(pte)];
    }
  }
}

void Xv6::holders(std::span<std::uint32_t> holders) const {
  for (const auto& proc : procs_) {
    if (proc.alive) hold_tables(proc.pagetable, 2, holders);
  }
}

historic::Spent Xv6::spent() const {
  auto spent = counters_;
  const auto free = std::ranges::count(references_, 0);
  spent.used_frames = sizes_.frames - static_cast<std::uint32_t>(free);
  if (abilities().counts_frames) spent.data_frames = spent.used_frames - tables_;
  return spent;
}

}  // namespace cow::xv6
