#include <algorithm>
#include <cstring>

#include "impl/xv6/xv6.h"

// kernel/trap.c, and copyin and copyout of kernel/vm.c.

namespace cow::xv6 {

using historic::Result;

Xv6::Frame Xv6::copy_of(Pte pte) {
  const Frame made = kalloc();
  if (made != none) std::memcpy(data(made), data(frame_of(pte)), sizes_.page_bytes);
  return made;
}

/// "If there's no free memory, the process should be killed" (lab cow); repaired, it lives.
Result Xv6::out_of_memory(std::uint32_t process) {
  if (has(oom_kills)) exit(process);
  return Result::no_memory;
}

Result Xv6::cowfault(std::uint32_t process, std::uint32_t page) {
  const auto at = walk(procs_[process].pagetable, page);
  const Pte pte = load(at);
  if (is_alone(pte) && !has(always_copies)) {
    store(at, (pte | W) & ~cow);
    return Result::ok;
  }
  const Frame made = copy_of(pte);
  if (made == none) return out_of_memory(process);
  ++counters_.copies;
  store(at, pte_of(made) | V | R | W | U);
  release(page, pte);
  return Result::ok;
}

/// The first touch.
Result Xv6::vmfault(std::uint32_t process, std::uint32_t page) {
  const auto& proc = procs_[process];
  const Frame made = kalloc();
  if (made == none) return out_of_memory(process);
  std::fill_n(data(made), sizes_.page_bytes, std::uint8_t{0});
  const bool writes = proc.right[page] == historic::Right::write;
  if (mappages(proc.pagetable, page, made, R | U | (writes ? W : 0))) return Result::ok;
  kfree(made);
  return out_of_memory(process);
}

Result Xv6::make_ready(std::uint32_t process, std::uint32_t page, bool writes) {
  const auto& proc = procs_[process];
  if (page >= proc.sz) return Result::segfault;
  const auto at = walk(proc.pagetable, page);
  if (at == nowhere || (load(at) & V) == 0) {
    if (writes && proc.right[page] != historic::Right::write) return Result::segfault;
    ++counters_.faults;
    return vmfault(process, page);
  }
  if (!writes || (load(at) & W) != 0) return Result::ok;
  if (!is_cow(proc, page, load(at))) return Result::segfault;
  ++counters_.faults;
  return cowfault(process, page);
}

/// User mode. A process that comes from another CPU, or back from the kernel, meets no old
/// translation, and a fault goes through the kernel too.
Result Xv6::touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
                  std::uint32_t& frame) {
  auto& proc = procs_[process];
  if (proc.cpu != cpu) trap(process);
  proc.cpu = cpu;
  auto& tlb = tlbs_[cpu];
  if (!tlb.entries().empty() && tlb.entries().front().process != process) tlb.flush();
  if (const auto* known = tlb.find(process, page); known && (known->writable || !writes)) {
    frame = known->frame;
    return Result::ok;
  }
  const auto before = counters_.faults;
  const auto result = make_ready(process, page, writes);
  if (counters_.faults != before || result != Result::ok) tlb.flush();
  if (result != Result::ok) return result;
  const Pte pte = load(walk(proc.pagetable, page));
  frame = frame_of(pte);
  tlb.put({process, page, frame, (pte & W) != 0});
  return Result::ok;
}

/// The kernel has tables of its own, so it walks the process's in software and faults by hand.
Result Xv6::reach(std::uint32_t process, std::uint32_t page, bool writes, std::uint32_t& frame) {
  trap(process);
  const auto& proc = procs_[process];
  const auto at = walk(proc.pagetable, page);
  const bool absent = at == nowhere || (load(at) & V) == 0;
  if (absent && has(lazy_is_absent)) return Result::segfault;
  const bool blind = !absent && has(blind_copyout) && proc.right[page] == historic::Right::write;
  const auto result = blind ? Result::ok : make_ready(process, page, writes);
  if (result != Result::ok) return result;
  frame = frame_of(load(walk(proc.pagetable, page)));
  return Result::ok;
}

}  // namespace cow::xv6
