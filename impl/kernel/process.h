#pragma once

#include "impl/kernel/eager.h"
#include "impl/kernel/hugetlb_range.h"
#include "impl/kernel/on_demand.h"
#include "impl/kernel/pin.h"
#include "impl/kernel/range.h"
#include "impl/kernel/vfork.h"

/// fork, exec, exit and wait.
namespace cow::kernel {

/// Drops all mappings and areas. The root table stays.
template <class M>
void drop_space(M& m, typename M::Process p) {
  const auto all = span<M>(M::levels);
  give_promises_back(m, p, m.user_first(), m.user_end());
  if (m.shares_tables()) drop_common(m, p, m.root(p), M::levels - 1, 0, 0, all, false);
  zap_range(m, p, m.user_first(), m.user_end());
  auto list = m.areas(p);
  remove_areas(m, list, m.user_first(), m.user_end());
  if (!m.shares_tables()) return;
  auto rest = Usage{};  // of the tables that went as they were
  m.charge(p, rest -= m.usage(p));
}

/// Is there no room in the count of what the entry names for the child's reference?
template <class M>
bool is_full(const M& m, const typename M::Entry& entry) {
  if (entry.swapped()) return !m.can_get_slot(entry.slot());
  return entry.present() && !m.can_get(entry.frame()) && !M::Decisions::copies_on_fork(m, entry);
}

/// Gives the child a page that is counted as often as can be: a copy, or nothing where the child
/// finds it in the object again, or the zero page's zeroes. Nobody writes to what so many share.
template <class M>
Status fork_full(M& m, typename M::Place parent, typename M::Place child, const Area& area,
                 std::uint64_t page) {
  m.note(Event::saturated);
  if (!is_own(m, area, page, m.load(parent))) return Status::ok;
  return copy_for_child(m, parent, child, area);
}

/// The `count` entries of one PTE table from `page` on.
template <class M>
bool fork_entries(M& m, typename M::Process parent, typename M::Process child, const Area& area,
                  typename M::Frame table, std::uint64_t page, std::uint32_t count) {
  const auto twin = make_table(m, m.root(child), page, 0);
  if (!twin) return false;
  TableLock<M> outer(m, table), inner(m, *twin);
  Tab<M> tab(m, child);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto from = m.place(parent, table, 0, page + i);
    const auto to = m.place(child, *twin, 0, page + i);
    const auto before = m.peek_at(table, from.index);
    const bool copies = m.copies_eagerly() && is_own(m, area, page + i, m.load(from));
    const bool full = !copies && m.counts_narrowly() && is_full(m, m.load(from));
    const auto status = full     ? fork_full(m, from, to, area, page + i)
                        : copies ? copy_for_child(m, from, to, area)
                                 : fork_page(m, from, to, area);
    if (status != Status::ok) return false;
    tab.inherited(page + i, before, m.peek_at(*twin, to.index), 0);
  }
  return true;
}

/// One huge leaf; with a pin on some sub-page it is split, and its pages forked one by one.
template <class M>
bool fork_leaf(M& m, typename M::Process parent, typename M::Process child, const Area& area,
               typename M::Frame table, std::uint64_t page) {
  const auto from = m.place(parent, table, 1, page);
  if (area.hugetlb) return fork_hugetlb(m, from, child, area);
  if (m.copies_eagerly() && !m.is_zero(m.load(from).frame()))
    return copy_leaf_for_child(m, child, area, m.load(from), page);
  bool split = false;
  {
    TableLock<M> lock(m, table);
    split = M::Decisions::splits_on_fork(m, m.load(from));
    const auto split_leaf = [&] { return split_huge(m, from); };
    if (split && watch_split(m, from, split_leaf) != Status::ok) return false;
  }
  if (split) {
    const auto small = walk(m, m.root(parent), page).table;
    return fork_entries(m, parent, child, area, small, page, M::fan);
  }
  if (m.counts_narrowly() && !m.can_get_huge(m.load(from).frame())) {
    m.note(Event::saturated);
    const auto leaf = m.load(from);
    return m.is_zero(leaf.frame()) || copy_leaf_for_child(m, child, area, leaf, page);
  }
  const auto twin = make_table(m, m.root(child), page, 1);
  if (!twin) return false;
  TableLock<M> outer(m, table), inner(m, *twin);
  Tab<M> tab(m, child);
  const auto before = m.peek_at(table, from.index);
  fork_huge(m, from, m.place(child, *twin, 1, page), area);
  tab.inherited(page, before, m.peek_at(*twin, from.index), 1);
  return true;
}

/// Gives the child, in [first, end) of one area, what the parent has. False when memory ran out.
template <class M>
bool fork_area(M& m, typename M::Process parent, typename M::Process child, const Area& area,
               std::uint64_t first, std::uint64_t end) {
  if (M::Decisions::wipes_on_fork(m, area)) return true;
  return for_each_leaf(
      m, m.root(parent), first, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        return fork_entries(m, parent, child, area, table, page, count);
      },
      [&](auto table, std::uint64_t page) {
        return fork_leaf(m, parent, child, area, table, page);
      });
}

/// Gives the child all that the parent has, sharing tables where it may. False when memory ran out.
template <class M>
bool fork_on_demand(M& m, typename M::Process parent, typename M::Process child) {
  const auto list = m.areas(parent);
  return share_tables(m, parent, child, [&](std::uint64_t first, std::uint64_t end) {
    for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
      const Area& area = list.at[i];
      if (area.dontfork) continue;
      const auto from = std::max(first, area.first), to = std::min(end, area.end);
      if (!fork_area(m, parent, child, area, from, to)) return false;
    }
    return true;
  });
}

/// Before an eager fork copies: what it is to copy stays as it is from now on.
template <class M>
void hold_space(M& m, typename M::Process parent) {
  const auto list = m.areas(parent);
  for (std::uint32_t i = 0; i < list.size; ++i) hold_area(m, parent, list.at[i]);
  m.flush_process(parent);
}

/// Ends a process whose mappings are gone. First nobody can begin to use its root table, then
/// nobody uses it any more, then it is put. Nobody waits for its children any more (Linux gives
/// them to init), but its parent may for it.
template <class M>
void end_process(M& m, typename M::Process p) {
  m.end(p);
  for (typename M::Process child = 0; m.valid_process(child); ++child) m.orphan(child, p);
  m.flush_walks();
  m.put_root(p);
}

/// Forks, with both names locked. When memory runs out on the way the half-made child is dropped
/// like any other. Write permission that the parent lost stays lost, which costs a fault and is
/// safe; giving it back could take a frame from another sharer (row G2).
template <class M>
Status fork(M& m, typename M::Process parent, typename M::Process child) {
  if (const auto status = may_act(m, parent); status != Status::ok) return status;
  if (!m.valid_process(child)) return Status::bad_range;
  if (child == parent) return Status::busy;
  std::optional<PinsLock<M>> pins;  // whether a table may be shared depends on them
  if (m.shares_tables()) pins.emplace(m, parent);
  SpaceLock<M> first(m, std::min(parent, child)), second(m, std::max(parent, child));
  if (const auto status = may_act(m, parent); status != Status::ok) return status;
  if (m.alive(child)) return Status::busy;
  const auto root = m.allocate_table();
  if (!root.ok) return Status::no_memory;
  m.start(child, root.frame);
  const auto from = m.areas(parent);
  auto to = m.areas(child);
  bool complete = true;
  m.begin_write_protection(parent);
  if (m.copies_eagerly()) hold_space(m, parent);
  for (std::uint32_t i = 0; complete && i < from.size; ++i) {
    if (from.at[i].dontfork) continue;
    if (from.at[i].has_object() && !m.can_get_table(from.at[i].object)) {
      complete = refuse_reference(m) == Status::ok;
      break;
    }
    get_object(m, from.at[i]);
    insert_area(to, from.at[i].of_child());
    const Area& area = from.at[i];
    if (!m.shares_tables()) complete = fork_area(m, parent, child, area, area.first, area.end);
  }
  if (complete && m.shares_tables()) complete = fork_on_demand(m, parent, child);
  m.flush_process(parent);
  m.end_write_protection(parent);
  if (complete && m.shares_tables()) inherit_usage(m, parent, child);
  if (complete) {
    merge_areas(m, to);  // without what the pool owes the parent, two may be alike
    m.set_parent(child, parent);
    return m.publish(child), Status::ok;
  }
  drop_space(m, child);
  end_process(m, child);
  return Status::no_memory;
}

/// Drops all that the process has, or gives back what it was lent, and `ends` it or not.
template <class M>
Status leave(M& m, typename M::Process p, bool ends) {
  if (!m.valid_process(p)) return Status::no_process;
  PinsLock<M> pins(m, p);  // only who holds them lends to the process, or takes that back
  const auto lender = m.lender(p);
  const bool borrows = m.valid_process(lender);
  BothSpacesLock<M> lock(m, p, borrows ? lender : p);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  drop_pins(m, p);
  if (borrows) {
    give_back(m, p, lender);
  } else {
    drop_space(m, p);
  }
  if (ends) end_process(m, p);
  return Status::ok;
}

template <class M>
Status exec(M& m, typename M::Process p) {
  return leave(m, p, false);
}

template <class M>
Status exit(M& m, typename M::Process p) {
  return leave(m, p, true);
}

/// Forgets a child that has exited, whose name its parent may wait for until then. It never blocks
/// (Linux: waitpid(2) with WNOHANG): busy, while the child lives.
template <class M>
Status wait(M& m, typename M::Process p, typename M::Process child) {
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (!m.valid_process(child)) return Status::bad_range;
  BothSpacesLock<M> lock(m, p, child);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (m.parent(child) != p) return Status::no_process;
  if (m.alive(child)) return Status::busy;
  m.orphan(child, p);
  return Status::ok;
}

}  // namespace cow::kernel
