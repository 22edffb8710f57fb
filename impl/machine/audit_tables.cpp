#include <fmt/format.h>

#include "impl/machine/audit.h"

// The part of the audit that looks at page tables which processes share: each is counted once,
// and each process sees what all levels of its own path allow.

namespace cow::machine {

using kernel::Law;

/// A table may be reached by several ways, where each is marked as common or lies below a mark.
template <class G>
std::optional<typename Audit<G>::Path> Audit<G>::enter_below(std::uint32_t p, Entry entry,
                                                             Path path) {
  const auto table = entry.frame();
  const bool known = table < m_.config().frames && holders_[table] != 0;
  const bool is_one = table < m_.config().frames && m_.frame_info(table).kind == FrameKind::table;
  if (is_one && !kernel::writer_owns_table(*this, entry)) {
    find(Law::sole_writer, fmt::format("P{} may write through page table {}, which has {} owners",
                                       p, table, owners(table)));
  }
  if (!path.counted && known) return Path{true, false};
  if (!known || entry.writable()) {
    if (!enter_table(p, table)) return std::nullopt;
  } else {
    ++holders_[table];
  }
  return Path{path.common || !entry.writable(), path.counted && !known};
}

template <class G>
void Audit<G>::small_leaf(std::uint32_t p, std::uint64_t page, Entry entry, Path path) {
  if (path.counted && entry.frame() < m_.config().frames) hold(entry.frame());
  note_leaf(p, page, path.common ? entry.as_common() : entry, false);
  const auto user = page - m_.user_first();
  if (!path.common || !path.counted || user >= m_.config().pages || !note(p, user).mapped) return;
  check_sharing(p, user, entry, *note(p, user).area);  // as it is once the table has one owner
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
