#include <algorithm>

#include "impl/sketches/counted.h"

// The huge pages of sketch c.

namespace cow::sketches {

using historic::Result;

// Of a huge leaf each part has the leaf for a holder. As written, the head counts the leaves, and
// the other parts count 1, whoever maps them: so one that another process maps by an entry of its
// own looks as if nobody else had it.

void Counted::get_huge(Frame head) {
  for (Frame i = 0; i < (has(head_count) ? 1 : parts()); ++i) get_page(head + i);
}

void Counted::put_huge(Frame head) {
  put_page(head);
  if (has(head_count) && count_[head] > 0) return;
  for (Frame i = 1; i < parts(); ++i) put_page(head + i);
}

void Counted::hold_entry(Entry entry, std::span<std::uint32_t> holders) const {
  if ((entry & leaf) == 0) return Sketch::hold_entry(entry, holders);
  const Frame head = frame_of(entry);
  ++holders[head];
  for (Frame i = 1; i < parts(); ++i) {
    auto& of_part = holders[head + i];
    of_part = has(head_count) ? std::max(1U, of_part) : of_part + 1;
  }
}

bool Counted::has_alone(Frame head) const {
  for (Frame i = 0; i < (has(head_count) ? 1 : parts()); ++i) {
    if (count_[head + i] != 1) return false;
  }
  return true;
}

/// The leaf becomes a table of entries for the same frames.
bool Counted::split(std::uint32_t process, std::uint32_t page) {
  const Frame table = alloc_table();
  if (table == none) return false;
  const Entry old = directory_entry(process, page);
  for (Frame i = 0; i < parts(); ++i) {
    store(table, i, entry_of(frame_of(old) + i, old & (writable | user)));
  }
  store(spaces_[process].directory, slot(page), entry_of(table, writable | user));
  flush(process);
  return true;
}

Result Counted::do_huge_pmd_wp_page(std::uint32_t process, std::uint32_t page) {
  const Entry entry = directory_entry(process, page);
  const Frame old = frame_of(entry);
  if (has_alone(old)) {
    store(spaces_[process].directory, slot(page), entry | writable);
    return flush(process), Result::ok;
  }
  if (!sizes_.copies_huge) {
    if (!split(process, page)) return Result::no_memory;
    return do_wp_page(process, page);
  }
  const Frame head = alloc_huge();
  if (head == none) return fallback(process, page);
  for (Frame i = 0; i < parts(); ++i) copy_page(old + i, head + i);
  store(spaces_[process].directory, slot(page), entry_of(head, user | leaf | writable));
  flush(process);
  put_huge(old);
  return Result::ok;
}

/// do_huge_pmd_wp_page_fallback: no huge page is left, so the copy is made of small ones.
Result Counted::fallback(std::uint32_t process, std::uint32_t page) {
  const Frame table = alloc_table();
  if (table == none) return Result::no_memory;
  const Frame old = frame_of(directory_entry(process, page));
  for (Frame i = 0; i < parts(); ++i) {
    const Frame frame = alloc_page();
    if (frame != none) {
      copy_page(old + i, frame);
      store(table, i, entry_of(frame, user | writable));
      continue;
    }
    while (i-- > 0) {
      if (!has(fallback_leak)) put_page(frame_of(load(table, i)));
    }
    put_table(table);
    return Result::no_memory;
  }
  if (!has(stale_huge)) flush(process);
  store(spaces_[process].directory, slot(page), entry_of(table, writable | user));
  put_huge(old);
  return Result::ok;
}

}  // namespace cow::sketches
