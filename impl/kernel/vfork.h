#pragma once

#include <algorithm>
#include <utility>

#include "impl/kernel/account.h"
#include "impl/kernel/may_act.h"
#include "impl/kernel/range.h"

/// vfork: the child has the parent's memory, not a copy, until it execs or exits; until then the
/// parent waits. All that makes up an address space passes to the child's name and back: tables,
/// areas, charge (4.3BSD: vpassvm). So whatever acts on memory finds it under the name that acts,
/// and the parent has an empty space meanwhile. Linux shares the mm_struct (CLONE_VM) and lets the
/// parent wait for mm_release. Nobody can tell the two apart while the parent does nothing.
///
/// Pins are not memory: they stay with the name that took them.
namespace cow::kernel {

/// Passes all that `from` has mapped to `to`, which has nothing mapped, and gets its empty root in
/// exchange. Whoever walks the tables under the old name has done so before the new one has them,
/// and no TLB finds anything of them by the old name. REQUIRES: both spaces are held alone, and no
/// processor begins an access of `to`.
template <class M>
void pass_space(M& m, typename M::Process from, typename M::Process to) {
  const auto root = m.root(from);
  m.set_root(from, m.root(to));
  m.flush_process(from);
  auto list = m.areas(from), passed = m.areas(to);
  std::copy_n(list.at, list.size, passed.at);
  passed.size = std::exchange(list.size, 0);
  const auto usage = m.usage(from);
  auto rest = Usage{};
  m.charge(from, rest -= usage);
  m.charge(to, usage);
  m.set_root(to, root);
}

/// Linux: vfork(2), clone(2) with CLONE_VM and CLONE_VFORK.
template <class M>
Status vfork(M& m, typename M::Process parent, typename M::Process child) {
  if (const auto status = may_act(m, parent); status != Status::ok) return status;
  if (!m.valid_process(child)) return Status::bad_range;
  if (child == parent) return Status::busy;
  BothPinsLock<M> pins(m, parent, child);
  BothSpacesLock<M> lock(m, parent, child);
  if (const auto status = may_act(m, parent); status != Status::ok) return status;
  if (m.alive(child)) return Status::busy;
  const auto root = m.allocate_table();
  if (!root.ok) return Status::no_memory;
  m.start(child, root.frame);
  m.suspend(parent);
  pass_space(m, parent, child);
  m.set_parent(child, parent);
  m.set_lender(child, parent);
  m.publish(child);
  return Status::ok;
}

/// What was lent to the process goes back, as it is, and its lender goes on. REQUIRES: both spaces
/// are held alone, and the pins of the process.
template <class M>
void give_back(M& m, typename M::Process p, typename M::Process lender) {
  m.note(Event::give_back);
  pass_space(m, p, lender);
  m.forget_lender(p);
  m.wake(lender);
}

}  // namespace cow::kernel
