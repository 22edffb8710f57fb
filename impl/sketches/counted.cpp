#include "impl/sketches/counted.h"

namespace cow::sketches {

using historic::Result;

bool Counted::copy_pte_range(std::uint32_t process, std::uint32_t child, std::uint32_t page) {
  for (auto i = page; i < page + parts(); ++i) {
    const Entry entry = page_entry(process, i) & ~writable;
    if ((entry & present) == 0) continue;
    if (!need_table(child, i)) return false;
    set_page_entry(process, i, entry);
    set_page_entry(child, i, entry);
    get_page(frame_of(entry));
  }
  return true;
}

bool Counted::copy_huge_pmd(std::uint32_t process, std::uint32_t child, std::uint32_t page) {
  if (!need_directory(child)) return false;
  const Entry entry = directory_entry(process, page) & ~writable;
  store(spaces_[process].directory, slot(page), entry);
  store(spaces_[child].directory, slot(page), entry);
  get_huge(frame_of(entry));
  return true;
}

bool Counted::copy_space(std::uint32_t process, std::uint32_t child) {
  bool copied = true;
  for (std::uint32_t page = 0; page < sizes_.pages && copied; page += parts()) {
    copied = is_huge(process, page) ? copy_huge_pmd(process, child, page)
                                    : copy_pte_range(process, child, page);
  }
  if (!has(no_flush)) flush(process);
  if (!copied) zap_all(child);
  return copied;
}

Result Counted::write_fault(std::uint32_t process, std::uint32_t page) {
  return is_huge(process, page) ? do_huge_pmd_wp_page(process, page) : do_wp_page(process, page);
}

Result Counted::do_wp_page(std::uint32_t process, std::uint32_t page) {
  const Entry entry = page_entry(process, page);
  const Frame old = frame_of(entry);
  if (count_[old] == 1) {  // page_count(old_page) == 1
    set_page_entry(process, page, entry | writable);
    return flush(process), Result::ok;
  }
  const Frame frame = alloc_page();
  if (frame == none) return Result::no_memory;
  copy_page(old, frame);
  set_page_entry(process, page, entry_of(frame, user | writable));
  flush(process);
  put_page(old);
  return Result::ok;
}

/// All of `fan` pages are in one area and none is there yet.
bool Counted::whole_block(std::uint32_t process, std::uint32_t page) const {
  const auto first = page - page % parts();
  const auto& areas = spaces_[process].areas;
  for (auto i = first; i < first + parts(); ++i) {
    if (!areas[i].mapped || !areas[i].huge || areas[i].right != areas[page].right) return false;
  }
  return (directory_entry(process, page) & present) == 0;
}

/// do_huge_pmd_anonymous_page; a small page where no huge one is left.
Result Counted::first_touch(std::uint32_t process, std::uint32_t page, bool writes) {
  if (!whole_block(process, page)) return Sketch::first_touch(process, page, writes);
  if (!need_directory(process)) return Result::no_memory;
  const Frame head = alloc_huge();
  if (head == none) return Sketch::first_touch(process, page, writes);
  for (Frame i = 0; i < parts(); ++i) clear_page(head + i);
  const Entry bits = user | leaf | (may_write(process, page) ? writable : 0);
  store(spaces_[process].directory, slot(page), entry_of(head, bits));
  return Result::ok;
}

historic::PageView Counted::look(std::uint32_t process, std::uint32_t page) const {
  auto view = Sketch::look(process, page);
  if (!alive(process) || !is_huge(process, page)) return view;
  view.entry = directory_entry(process, page);
  view.present = view.huge = true;
  view.writable = (view.entry & writable) != 0;
  view.frame = frame_of(view.entry) + page % parts();
  return view;
}

/// A huge leaf that reaches out of the range becomes small pages first.
bool Counted::prepare_unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  for (const auto end : {page, page + count}) {
    if (end % parts() == 0 || !is_huge(process, end)) continue;
    if (!split(process, end)) return false;
  }
  for (auto i = page; i < page + count; ++i) {
    if (!is_huge(process, i)) continue;
    const Frame head = frame_of(directory_entry(process, i));
    store(spaces_[process].directory, slot(i), 0);
    put_huge(head);
  }
  return true;
}

void Counted::zap_all(std::uint32_t process) {
  prepare_unmap(process, 0, sizes_.pages);
  Sketch::zap_all(process);
}

}  // namespace cow::sketches
