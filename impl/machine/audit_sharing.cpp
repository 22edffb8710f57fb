#include <fmt/format.h>

#include "impl/machine/audit.h"

// The part of the audit that looks at pins, and at who has a frame to itself.

namespace cow::machine {

using kernel::Law;

template <class G>
void Audit<G>::note_pins(std::uint32_t p) {
  for (std::uint32_t slot = 0; slot < pins_per_process; ++slot) {
    const auto& pin = m_.pins(p).at[slot];
    if (pin.access == kernel::Access::none) continue;
    if (!m_.alive(p)) find(Law::no_leak, fmt::format("P{} has exited and holds pin d{}", p, slot));
    if (is_free(pin.frame)) {
      find(Law::no_dangling,
           fmt::format("d{} of P{} pins frame {}, which is free", slot, p, pin.frame));
    }
    if (pin.frame >= m_.config().frames) continue;
    hold(pin.frame);
    ++pins_[pin.frame];
  }
}

template <class G>
void Audit<G>::check_sharing(std::uint32_t p, std::uint64_t user, Entry entry, const Area& area) {
  const auto frame = entry.frame();
  if (!kernel::writer_is_exclusive(*this, entry, area) ||
      !kernel::exclusive_is_alone(*this, entry, area)) {
    const auto mapped = mappings(frame);
    find(Law::sole_writer,
         fmt::format("P{} p{} {} frame {}, which {}", p, user,
                     entry.writable() ? "may write" : "has to itself", frame,
                     mapped == 1 ? "is not marked so" : fmt::format("has {} holders", mapped)));
  }
  if (!kernel::exclusive_is_not_cached(*this, entry)) {
    find(Law::sole_writer,
         fmt::format("P{} p{} has to itself frame {}, which is in the swap cache", p, user, frame));
  }
  if (!kernel::merged_is_common(*this, entry)) {
    find(Law::sole_writer,
         fmt::format("P{} p{} has to itself frame {}, which merges offer", p, user, frame));
  }
  if (!kernel::pinned_is_dirty(*this, entry)) {
    find(Law::pin_stable,
         fmt::format("P{} p{} may be dropped, but its frame {} is pinned", p, user, frame));
  }
  if (!kernel::pinned_is_exclusive(*this, entry, area)) {
    find(Law::pin_stable,
         fmt::format("P{} p{} maps the pinned frame {}, but not for itself alone", p, user, frame));
  }
}

/// The same for a huge leaf: one leaf, and no PTE into any of its sub-pages.
template <class G>
void Audit<G>::check_huge_sharing(std::uint32_t p, std::uint64_t page, Entry entry, bool shared) {
  const auto head = entry.frame();
  std::uint32_t pinned = 0;
  for (Frame f = head; f < head + M::fan; ++f) pinned += pins(f);
  const auto mapped = m_.M::huge_references(head) - pinned;
  const bool unmarked = entry.writable() && !entry.exclusive() && !shared;
  if (unmarked || (entry.exclusive() && (mapped != 1 || shared))) {
    find(Law::sole_writer,
         fmt::format("P{} {} the huge page at frame {}, which {}", p,
                     entry.writable() ? "may write" : "has to itself", head,
                     mapped == 1 ? "is not marked so" : fmt::format("has {} holders", mapped)));
  }
  if (pinned != 0 && !entry.dirty()) {
    find(Law::pin_stable,
         fmt::format("P{} p{} may be dropped, but is part of a huge page of which a page is pinned",
                     p, page - m_.user_first()));
  }
  if (pinned != 0 && !entry.exclusive() && !shared && !of_object(head)) {
    find(Law::pin_stable, fmt::format("P{} p{} maps a pinned huge page, but not for itself alone",
                                      p, page - m_.user_first()));
  }
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
