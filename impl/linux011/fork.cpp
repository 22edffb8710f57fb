#include "impl/linux011/linux011.h"

// copy_page_tables and free_page_tables (mm/memory.c), and who calls them.

namespace cow::linux011 {

using historic::Result;

/// Of `count` entries: both may read what is there, and whoever writes faults. Low memory is the
/// kernel's own: it is not counted, and task 0 keeps its write permission.
void Linux011::copy_table(Address from, Address to, std::uint32_t count) {
  for (; count-- > 0; from += 4, to += 4) {
    const Entry entry = load(from);
    if ((entry & present) == 0) continue;
    const Entry shared = entry & ~writable;
    store(to, shared);
    if (frame_of(entry) < low_mem_) continue;
    if (!has(parent_writable)) store(from, shared);
    ++mem_map_[map_nr(frame_of(entry))];  // a byte: 64 tasks never make it overflow
  }
}

/// False: out of memory, and what was copied so far is left to the caller.
bool Linux011::copy_page_tables(std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t i = 0; i < slot_entries; ++i) {
    const Entry directory = load(directory_entry(linear(from, i * sizes_.fan)));
    if ((directory & present) == 0) continue;
    const Address table = get_free_page();
    if (table == 0) return false;
    store(directory_entry(linear(to, i * sizes_.fan)), table | 7);
    copy_table(frame_of(directory), table, is_first(from) ? first_pages_ : sizes_.fan);
  }
  if (!has(no_invalidate)) invalidate();
  return true;
}

void Linux011::free_page_tables(std::uint32_t process) {
  for (std::uint32_t i = 0; i < slot_entries; ++i) {
    const Address at = directory_entry(linear(process, i * sizes_.fan));
    const Address table = frame_of(load(at));
    if ((load(at) & present) == 0) continue;
    for (std::uint32_t nr = 0; nr < sizes_.fan; ++nr) {
      const Entry entry = load(table + 4 * nr);
      if ((entry & present) != 0) free_page(frame_of(entry));
      store(table + 4 * nr, 0);
    }
    free_page(table);
    store(at, 0);
  }
  invalidate();
}

/// copy_process and copy_mem: a task_struct, then the tables; either may find no memory.
Result Linux011::fork(std::uint32_t process, std::uint32_t child) {
  const Address structure = get_free_page();
  if (structure == 0) return Result::no_memory;
  if (!copy_page_tables(process, child)) {
    free_page_tables(child);
    free_page(structure);
    return Result::no_memory;
  }
  tasks_[child] = {true, tasks_[process].brk, structure};
  return Result::ok;
}

/// do_execve gives the task an empty slot again.
Result Linux011::exec(std::uint32_t process) {
  free_page_tables(process);
  tasks_[process].brk = 0;
  return Result::ok;
}

/// do_exit, and release when somebody waits for it.
Result Linux011::exit(std::uint32_t process) {
  free_page_tables(process);
  free_page(tasks_[process].structure);
  tasks_[process] = {};
  return Result::ok;
}

Result Linux011::map(std::uint32_t process, std::uint32_t page, std::uint32_t count,
                     historic::Right, bool) {
  if (page < tasks_[process].brk) return Result::occupied;
  if (is_first(process)) {
    for (auto i = page; i < page + count; ++i) put_first(i);
  }
  tasks_[process].brk = page + count;
  return Result::ok;
}

/// sys_brk moves the end of memory down. Repaired, it also frees what lies above.
Result Linux011::unmap(std::uint32_t process, std::uint32_t page, std::uint32_t) {
  if (page >= tasks_[process].brk) return Result::ok;
  tasks_[process].brk = page;
  if (!has(brk_keeps)) free_above(process, page);
  return Result::ok;
}

void Linux011::free_above(std::uint32_t process, std::uint32_t page) {
  for (auto i = page; i < slot_entries * sizes_.fan; ++i) {
    const Address at = table_entry(linear(process, i));
    if (at == 0 || (load(at) & present) == 0) continue;
    free_page(frame_of(load(at)));
    store(at, 0);
  }
  invalidate();
}

}  // namespace cow::linux011
