#pragma once

#include "impl/kernel/walk.h"
#include "impl/machine/block.h"

/// What a checked machine watches while an operation runs. The audit comes after it and cannot see
/// in which order things were done; another CPU can.
namespace cow::machine {

/// An entry is about to change: its table must be locked. And since a processor may cache what an
/// entry allows at any time, needed or not (Intel SDM 3A, 4.10.2.3), one does so now: a flush that
/// came before the change, or never comes, leaves it behind.
template <class M>
void check_store(M& m, const typename M::Place& at, typename M::Entry entry) {
  if (at.table >= m.config().frames) return;
  if (m.frame_info(at.table).locked == 0) m.complain(kernel::Law::progress, 7, at.table);
  const auto old = m.load(at);
  if (old.present()) m.header().replaced = old.frame();
  m.header().installed = entry.present() ? entry.frame() : none;
  if (at.process == none || !old.present() || !old.readable()) return;
  auto seen = old;
  if (m.shares_tables()) {  // what all levels allow, unless the table is in nobody's tree now
    const auto found = kernel::walk<M>(m, m.root(at.process), at.page);
    if (found.common && found.table == at.table) seen = found.entry;
  }
  m.tlb_fill(static_cast<typename M::Cpu>(at.page % m.config().cpus), at.process, at.page, seen);
}

/// Does the page table of `p`, who can use the translation, still say what it says?
template <class M>
bool is_backed(const M& m, typename M::Process p, const Translation& t) {
  if (!m.alive(p)) return false;
  const auto at = kernel::walk<M>(m, m.root(p), t.page);
  return at.entry.present() && at.entry.frame() == t.frame;
}

/// A holder of `count` frames from `first` on has let go: no TLB may reach them, so that anybody
/// could use it, by a page that was unmapped, nor reach a free one: whoever is given the frame next
/// would be seen (rows C2, C13).
template <class M>
void check_unreachable(M& m, typename M::Frame first, std::uint32_t count) {
  if (first >= m.config().frames) return;
  for (typename M::Cpu cpu = 0; cpu < m.config().cpus; ++cpu) {
    for (std::uint32_t i = 0; i < M::tlb_entries; ++i) {
      const auto& t = m.translation(cpu, i);
      const std::uint32_t pages = M::is_huge_translation(i) ? M::fan : 1;
      if (t.valid == 0 || t.frame >= first + count || first >= t.frame + pages) continue;
      const auto user = m.user_of(cpu, t);
      if (user == none) continue;
      if (m.is_free(t.frame) || !is_backed(m, user, t)) {
        m.complain(kernel::Law::tlb_coherent, 8, t.frame);
      }
    }
  }
}

/// It may only after its entry has changed: else another CPU still finds the frame there (rows B11,
/// C2).
template <class M>
void check_put(M& m, typename M::Frame first, std::uint32_t count) {
  if (first >= m.config().frames) return;
  if (m.header().replaced != first) m.complain(kernel::Law::exact_count, 9, first);
  check_unreachable(m, first, count);
}

}  // namespace cow::machine
