#include "impl/sketches/directory.h"

namespace cow::sketches {

using historic::Result;

bool Directory::copy_space(std::uint32_t process, std::uint32_t child) {
  const Frame from = spaces_[process].directory;
  if (from == none) return true;
  if (!need_directory(child)) return false;
  for (std::uint32_t i = 0; i < slots_; ++i) {
    const Entry entry = load(from, i) & ~writable;
    if ((entry & present) == 0) continue;
    store(from, i, entry);
    store(spaces_[child].directory, i, entry);
    get_page(frame_of(entry));
  }
  if (!has(no_flush)) flush(process);
  return true;
}

/// What both tables name has two holders from now on, and neither may write to it.
void Directory::copy_table(Frame from, Frame to) {
  for (std::uint32_t i = 0; i < sizes_.fan; ++i) {
    Entry entry = load(from, i);
    if ((entry & present) == 0) continue;
    if (!has(stays_writable)) entry &= ~writable;
    store(from, i, entry);
    store(to, i, entry);
    if (!has(uncounted)) get_page(frame_of(entry));
  }
}

/// Makes the table above the page the process's own. False: out of memory.
bool Directory::own_table(std::uint32_t process, std::uint32_t page) {
  if (!need_table(process, page)) return false;
  const Entry entry = directory_entry(process, page);
  const Frame shared = frame_of(entry);
  const Frame directory = spaces_[process].directory;
  if (count_[shared] == 1) {
    store(directory, slot(page), entry | writable);
    return true;
  }
  const Frame table = alloc_table();
  if (table == none) return false;
  copy_table(shared, table);
  store(directory, slot(page), entry_of(table, writable | user));
  flush(process);
  put_table(shared);
  return true;
}

Result Directory::first_touch(std::uint32_t process, std::uint32_t page, bool writes) {
  if (!own_table(process, page)) return Result::no_memory;
  return Sketch::first_touch(process, page, writes);
}

Result Directory::write_fault(std::uint32_t process, std::uint32_t page) {
  if (!own_table(process, page)) return Result::no_memory;
  if ((page_entry(process, page) & writable) != 0) return Result::ok;
  return do_wp_page(process, page);
}

Result Directory::do_wp_page(std::uint32_t process, std::uint32_t page) {
  const Entry entry = page_entry(process, page);
  const Frame old = frame_of(entry);
  if (count_[old] == 1) {
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

bool Directory::prepare_unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  if (has(unmaps_shared)) return true;
  for (auto i = page; i < page + count; ++i) {
    const bool there = (page_entry(process, i) & present) != 0;
    if (there && !own_table(process, i)) return false;
  }
  return true;
}

void Directory::zap_all(std::uint32_t process) {
  const Frame directory = spaces_[process].directory;
  for (std::uint32_t i = 0; directory != none && i < slots_; ++i) {
    const Entry entry = load(directory, i);
    if ((entry & present) == 0 || count_[frame_of(entry)] == 1 || has(exit_frees)) continue;
    put_table(frame_of(entry));  // others go on with it
    store(directory, i, 0);
  }
  Sketch::zap_all(process);
}

}  // namespace cow::sketches
