#include <algorithm>
#include <cstring>

#include "impl/linux011/linux011.h"

// What mm/memory.c does about single pages.

namespace cow::linux011 {

using historic::Result;

/// The highest free one, cleared; 0 when there is none.
Linux011::Address Linux011::get_free_page() {
  if (allocation_fails()) return 0;
  for (auto nr = mem_map_.size(); nr-- > 0;) {
    if (mem_map_[nr] != 0) continue;
    mem_map_[nr] = 1;
    const auto frame = low_mem_ + static_cast<Address>(nr) * sizes_.page_bytes;
    std::fill_n(memory_.begin() + frame, sizes_.page_bytes, std::uint8_t{0});
    return frame;
  }
  ++counters_.failed_allocations;
  return 0;
}

/// Low memory is not counted.
void Linux011::free_page(Address frame) {
  if (frame < low_mem_) return;
  auto& count = mem_map_[map_nr(frame)];
  if (count == 0) return panic();  // "trying to free free page"
  --count;
}

bool Linux011::put_page(Address frame, std::uint32_t linear) {
  const Entry directory = load(directory_entry(linear));
  if ((directory & present) == 0) {
    const Address table = get_free_page();
    if (table == 0) return false;
    store(directory_entry(linear), table | 7);
  }
  store(table_entry(linear), frame | 7);
  return true;  // "no need for invalidate": what is not present is not cached
}

Result Linux011::get_empty_page(std::uint32_t process, std::uint32_t linear) {
  const Address frame = get_free_page();
  if (frame != 0 && put_page(frame, linear)) return Result::ok;
  free_page(frame);
  return oom(process);
}

/// Nobody is asked whether the page was ever wanted: what lies in the slot's limit may be touched.
Result Linux011::do_no_page(std::uint32_t process, std::uint32_t page) {
  const auto limit = is_first(process) ? first_pages_ : slot_entries * sizes_.fan;
  if (page >= (has(any_address) ? limit : tasks_[process].brk)) return Result::segfault;
  if (is_first(process)) return put_first(page), Result::ok;
  return get_empty_page(process, linear(process, page));
}

/// Task 0's pages were always there; here one appears when somebody asks.
void Linux011::put_first(std::uint32_t page) {
  const Address frame = first_page_ + page * sizes_.page_bytes;
  if ((load(table_entry(page)) & present) != 0) return;
  std::fill_n(memory_.begin() + frame, sizes_.page_bytes, std::uint8_t{0});
  store(table_entry(page), frame | 7);
}

Result Linux011::un_wp_page(std::uint32_t process, Address table_entry) {
  const Address old_page = frame_of(load(table_entry));
  if (old_page >= low_mem_ && mem_map_[map_nr(old_page)] == 1) {
    store(table_entry, load(table_entry) | writable);
    invalidate();
    return Result::ok;
  }
  const Address new_page = get_free_page();
  if (new_page == 0) return oom(process);
  if (old_page >= low_mem_ && !has(uncounted_copy)) --mem_map_[map_nr(old_page)];
  store(table_entry, new_page | 7);
  invalidate();
  std::memcpy(memory_.data() + new_page, memory_.data() + old_page, sizes_.page_bytes);
  ++counters_.copies;
  return Result::ok;
}

/// Before the kernel writes: the 386 does not hold it to the entry's write permission.
Result Linux011::write_verify(std::uint32_t process, std::uint32_t linear) {
  const Address at = table_entry(linear);
  if (at == 0 || (load(at) & (present | writable)) != present) return Result::ok;
  return un_wp_page(process, at);
}

/// "out of memory", do_exit(SIGSEGV); or, repaired, the access is refused and the process lives.
Result Linux011::oom(std::uint32_t process) {
  if (has(oom_kills)) exit(process);
  return Result::no_memory;
}

/// The processor: user mode. There is one, so the CPU's number says nothing.
Result Linux011::touch(std::uint32_t process, std::uint32_t, std::uint32_t page, bool writes,
                       std::uint32_t& frame) {
  auto& tlb = tlbs_[0];
  if (const auto* known = tlb.find(process, page); known && (known->writable || !writes)) {
    frame = known->frame;
    return Result::ok;
  }
  const auto at = linear(process, page);
  const auto entry = [&] { return table_entry(at) == 0 ? Entry{0} : load(table_entry(at)); };
  Result result = Result::ok;
  if ((entry() & present) == 0) {
    ++counters_.faults;
    result = do_no_page(process, page);
  } else if (writes && (entry() & writable) == 0) {
    ++counters_.faults;
    result = un_wp_page(process, table_entry(at));
  }
  if (result != Result::ok) return result;
  frame = frame_of(entry()) / sizes_.page_bytes;
  tlb.put({process, page, frame, (entry() & writable) != 0});
  return Result::ok;
}

/// The kernel: verify_area, then put_fs_byte. sys_pipe alone leaves out the first.
Result Linux011::reach(std::uint32_t process, std::uint32_t page, bool writes,
                       std::uint32_t& frame) {
  const auto at = linear(process, page);
  const bool verified = !has(pipe_unverified) || kernel_length_ != 8;
  if (writes && verified) {
    const auto result = write_verify(process, at);
    if (result != Result::ok) return result;
  }
  if (table_entry(at) == 0 || (load(table_entry(at)) & present) == 0) {
    ++counters_.faults;
    const auto result = do_no_page(process, page);
    if (result != Result::ok) return result;
  }
  frame = frame_of(load(table_entry(at))) / sizes_.page_bytes;
  return Result::ok;
}

}  // namespace cow::linux011
