#include <algorithm>

#include "props/lockstep/sharing_bound.h"
#include "props/lockstep/touched_pages.h"

// What the hints about frames may cost, and what they make uncertain.

namespace cow::props {

using model::Kind;
using model::Op;
using model::Reference;

bool SharingBound::has_pin(const Reference& reference, std::uint32_t p, std::uint32_t page) const {
  const auto& at = reference.page(p, page);
  if (at.sharing == model::Sharing::private_ && !model::shows_file(at)) return at.object != 0;
  for (std::uint32_t proc = 0; proc < world_.procs; ++proc) {
    for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
      const auto& held = reference.pin(proc, pin);
      if (held.object == at.object && held.number == at.number) return true;
    }
  }
  return false;
}

std::uint32_t SharingBound::touched_in_block(std::uint32_t p, std::uint32_t first) const {
  std::uint32_t touched = 0;
  for (auto i = first; i < first + fan_; ++i) touched += token(p, i) != 0 ? 1U : 0U;
  return touched;
}

/// Visits the first page of each block that a collapse may make huge: one that somebody touched.
/// (One that is pinned, too, must stay as it is, but that is another law.)
template <class Visit>
void SharingBound::for_each_collapsible(const Reference& reference, const Op& op,
                                        Visit visit) const {
  for (auto first = (op.page + fan_ - 1) / fan_ * fan_; first + fan_ <= op.page + op.count;
       first += fan_) {
    const bool may = alike_block(reference, op.proc, first);
    if (may && touched_in_block(op.proc, first) != 0) visit(first);
  }
}

/// A page that has no frame needs no copy. What is shared may have one, whoever touched it.
std::uint32_t SharingBound::copies_of_hint(const Reference& before, const Op& op) const {
  if (op.kind == Kind::compact) return fan_ - 1;
  std::uint32_t allowed = 0;
  if (op.kind == Kind::collapse) {
    for_each_collapsible(before, op,
                         [&](auto first) { allowed += touched_in_block(op.proc, first); });
  }
  for (auto page = op.page; op.kind == Kind::unmerge && page < op.page + op.count; ++page) {
    allowed += alone(op.proc, page) ? 0U : 1U;
  }
  if (op.kind != Kind::migrate) return allowed;
  for (auto page = op.page; page < op.page + op.count; ++page) {
    const auto& at = before.page(op.proc, page);
    const bool common = at.sharing == model::Sharing::shared || model::shows_file(at);
    const bool has_frame = common || token(op.proc, page) != 0;
    allowed += has_frame && !has_pin(before, op.proc, page) ? 1U : 0U;
  }
  return allowed;
}

/// Whether a page shares its frame still is uncertain now, so tokens stay; but each page of the
/// block may have a frame, which a fork would share.
void SharingBound::follow_collapse(const Reference& reference, const Op& op) {
  for_each_collapsible(reference, op, [&](auto first) {
    for (auto i = first; i < first + fan_; ++i) {
      if (token(op.proc, i) == 0) give_fresh(op.proc, i);
    }
    huge_ |= reference.page(op.proc, first).huge ? hinted : collapsed;
  });
}

/// What has a frame of its process's own that no device holds.
bool SharingBound::may_join(const Reference& reference, std::uint32_t p, std::uint32_t page) const {
  return token(p, page) != 0 && reference.page(p, page).object == 0;
}

/// Which of the pages share a frame from now on nobody says, so all of them may.
void SharingBound::follow_merge(const Reference& reference, const Op& op) {
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (!may_join(reference, op.proc, page)) continue;
    const auto bytes = reference.bytes(op.proc, page);
    for (std::uint32_t i = 0; i < pages_; ++i) {
      const auto p = i / world_.pages, other = i % world_.pages;
      const auto t = token(op.proc, page);
      if (!may_join(reference, p, other) || token(p, other) == t) continue;
      if (!std::ranges::equal(bytes, reference.bytes(p, other))) continue;
      drop(p, other);
      token(p, other) = t;
      ++holders(t);
    }
  }
}

}  // namespace cow::props
