#include "impl/sketches/marked.h"

namespace cow::sketches {

using historic::Result;

void Marked::share(std::uint32_t process, std::uint32_t child, std::uint32_t page) {
  Entry entry = page_entry(process, page);
  const bool marks = has(marks_read_only) || Sketch::may_write(process, page);
  if (marks) entry = (entry & ~writable) | special;
  set_page_entry(process, page, entry);
  set_page_entry(child, page, entry);
  if (!has(never_counts)) get_page(frame_of(entry));
}

bool Marked::copy_space(std::uint32_t process, std::uint32_t child) {
  bool copied = true;
  for (std::uint32_t page = 0; page < sizes_.pages && copied; ++page) {
    if ((page_entry(process, page) & present) == 0) continue;
    copied = need_table(child, page);
    if (copied) share(process, child, page);
  }
  if (!has(no_flush)) flush(process);
  if (!copied) zap_all(child);
  return copied;
}

bool Marked::may_write(std::uint32_t process, std::uint32_t page) const {
  const bool marked = (page_entry(process, page) & special) != 0;
  return Sketch::may_write(process, page) || (has(marks_read_only) && marked);
}

Result Marked::write_fault(std::uint32_t process, std::uint32_t page) {
  const Entry entry = page_entry(process, page);
  const Frame old = frame_of(entry);
  const bool last = !has(never_counts) && !has(always_copies) && count_[old] == 1;
  if (last) {
    set_page_entry(process, page, (entry | writable) & ~special);
    return flush(process), Result::ok;
  }
  const Frame frame = alloc_page();
  if (frame == none) {
    if (has(unchecked)) panic();  // a null pointer, in the kernel
    return Result::no_memory;
  }
  copy_page(old, frame);
  set_page_entry(process, page, entry_of(frame, user | writable));
  flush(process);
  if (!has(never_counts)) put_page(old);
  return Result::ok;
}

}  // namespace cow::sketches
