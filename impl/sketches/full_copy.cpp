#include "impl/sketches/full_copy.h"

#include <algorithm>

namespace cow::sketches {

using historic::Result;

bool FullCopy::copy_pages(std::uint32_t process, std::uint32_t child) {
  for (std::uint32_t page = 0; page < sizes_.pages; ++page) {
    const Entry entry = page_entry(process, page);
    if ((entry & present) == 0) continue;
    if (!need_table(child, page)) return false;
    const Frame frame = alloc_page();
    if (frame == none) return false;
    // Not counted as a copy: that fork copies is the whole idea.
    if (!has(skips_copy)) std::copy_n(bytes(frame_of(entry)), sizes_.page_bytes, data(frame));
    set_page_entry(child, page, entry_of(frame, entry & (writable | user)));
  }
  return true;
}

bool FullCopy::copy_space(std::uint32_t process, std::uint32_t child) {
  if (copy_pages(process, child)) return true;
  if (!has(no_rollback)) zap_all(child);
  spaces_[child].directory = none;
  return false;
}

Result FullCopy::first_touch(std::uint32_t process, std::uint32_t page, bool writes) {
  if (!has(dirty_pages)) return Sketch::first_touch(process, page, writes);
  if (!need_table(process, page)) return Result::no_memory;
  const Frame frame = alloc_page();
  if (frame == none) return Result::no_memory;
  set_page_entry(process, page, entry_of(frame, user | (may_write(process, page) ? writable : 0)));
  return Result::ok;
}

}  // namespace cow::sketches
