#include <algorithm>
#include <cstring>
#include <utility>

#include "impl/xv6/xv6.h"

// kernel/vm.c and the traps that lead to it.

namespace cow::xv6 {

using historic::Result;
using historic::Right;

Xv6::Pte Xv6::load(std::size_t at) const {
  Pte pte;
  std::memcpy(&pte, memory_.data() + at, sizeof pte);
  return pte;
}

void Xv6::store(std::size_t at, Pte pte) { std::memcpy(memory_.data() + at, &pte, sizeof pte); }

std::size_t Xv6::walk(Frame pagetable, std::uint32_t page) const {
  for (auto span = sizes_.fan * sizes_.fan; span > 1; span /= sizes_.fan) {
    const Pte pte = load(slot(pagetable, page / span % sizes_.fan));
    if ((pte & V) == 0) return nowhere;
    pagetable = frame_of(pte);
  }
  return slot(pagetable, page % sizes_.fan);
}

/// Makes the tables that are missing; what it made stays when the next one finds no memory.
std::size_t Xv6::walk_and_allocate(Frame pagetable, std::uint32_t page) {
  for (auto span = sizes_.fan * sizes_.fan; span > 1; span /= sizes_.fan) {
    const auto at = slot(pagetable, page / span % sizes_.fan);
    if ((load(at) & V) == 0) {
      const Frame made = uvmcreate();
      if (made == none) return nowhere;
      store(at, pte_of(made) | V);
    }
    pagetable = frame_of(load(at));
  }
  return slot(pagetable, page % sizes_.fan);
}

Xv6::Frame Xv6::uvmcreate() {
  const Frame table = kalloc();
  if (table == none) return none;
  std::fill_n(data(table), frame_bytes_, std::uint8_t{0});
  ++tables_;
  return table;
}

bool Xv6::mappages(Frame pagetable, std::uint32_t page, Frame frame, Pte flags) {
  const auto at = walk_and_allocate(pagetable, page);
  if (at == nowhere) return false;
  if ((load(at) & V) != 0) panic();  // "remap"
  store(at, pte_of(frame) | flags | V);
  return true;
}

void Xv6::uvmunmap(Frame pagetable, std::uint32_t page, std::uint32_t count) {
  for (; count-- > 0; ++page) {
    const auto at = walk(pagetable, page);
    if (at == nowhere || (load(at) & V) == 0) continue;
    const Pte gone = load(at);
    store(at, 0);
    release(page, gone);
  }
}

/// All leaves must be gone.
void Xv6::freewalk(Frame pagetable, int level) {
  for (std::uint32_t i = 0; level > 0 && i < sizes_.fan; ++i) {
    const Pte pte = load(slot(pagetable, i));
    if ((pte & V) != 0) freewalk(frame_of(pte), level - 1);
  }
  --tables_;
  kfree(pagetable);
}

/// The parent's entry and the child's lose the write permission alike.
bool Xv6::share(Frame child, std::uint32_t page, std::size_t at) {
  if ((load(at) & W) != 0 || has(cow_on_read_only)) store(at, (load(at) & ~W) | cow);
  const Pte pte = load(at);
  if (has(counts_first)) ++references_[frame_of(pte)];
  if (!mappages(child, page, frame_of(pte), flags_of(pte))) return false;
  if (!has(counts_first)) ++references_[frame_of(pte)];
  return true;
}

bool Xv6::is_cow(const Proc&, std::uint32_t, Pte pte) const { return (pte & cow) != 0; }

void Xv6::release(std::uint32_t, Pte gone) { kfree(frame_of(gone)); }

bool Xv6::uvmcopy(Proc& old, Frame made) {
  for (std::uint32_t page = 0; page < old.sz; ++page) {
    const auto at = walk(old.pagetable, page);
    if (at == nowhere || (load(at) & V) == 0) continue;  // not touched yet
    if (share(made, page, at)) continue;
    uvmunmap(made, 0, page);
    return false;
  }
  return true;
}

/// Whoever returns to user mode flushes its processor's TLB (trampoline.S, userret), and so does
/// whoever comes from there (uservec): so uvmcopy need not.
Result Xv6::fork(std::uint32_t process, std::uint32_t child) {
  trap(process);
  const Frame made = uvmcreate();
  if (made == none) return Result::no_memory;
  auto& old = procs_[process];
  if (!uvmcopy(old, made)) {
    freewalk(made, 2);
    return Result::no_memory;
  }
  procs_[child] = {true, old.sz, made, old.cpu, old.right};
  return Result::ok;
}

Result Xv6::exec(std::uint32_t process) {
  trap(process);
  uvmunmap(procs_[process].pagetable, 0, procs_[process].sz);
  procs_[process].sz = 0;
  return Result::ok;
}

Result Xv6::exit(std::uint32_t process) {
  exec(process);
  procs_[process].alive = false;
  freewalk(std::exchange(procs_[process].pagetable, none), 2);
  return Result::ok;
}

/// sbrk, lazily; or a segment of exec, for reading.
Result Xv6::map(std::uint32_t process, std::uint32_t page, std::uint32_t count, Right right, bool) {
  trap(process);
  auto& proc = procs_[process];
  if (page < proc.sz) return Result::occupied;
  std::fill_n(proc.right.begin() + page, count, right);
  proc.sz = page + count;
  return Result::ok;
}

Result Xv6::unmap(std::uint32_t process, std::uint32_t page, std::uint32_t) {
  trap(process);
  auto& proc = procs_[process];
  if (page >= proc.sz) return Result::ok;
  uvmunmap(proc.pagetable, page, proc.sz - page);
  proc.sz = page;
  return Result::ok;
}

historic::PageView Xv6::look(std::uint32_t process, std::uint32_t page) const {
  const auto& proc = procs_[process];
  if (!proc.alive) return {};
  historic::PageView view;
  const auto at = walk(proc.pagetable, page);
  view.entry = at == nowhere ? 0 : load(at);
  view.present = (view.entry & V) != 0;
  view.writable = (view.entry & W) != 0;
  view.frame = frame_of(view.entry);
  view.mapped = page < proc.sz || view.present;
  view.right = page < proc.sz ? proc.right[page] : view.present ? Right::read : Right::none;
  if (view.present && (view.writable || is_cow(proc, page, view.entry))) view.right = Right::write;
  return view;
}

}  // namespace cow::xv6
