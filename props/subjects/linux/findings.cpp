#include "props/lockstep/touched_pages.h"
#include "props/subjects/linux/linux.h"

// What Linux is known to do wrong (impl/linux/findings.md), and so is not asked for.

namespace cow::props::live {

using model::Kind;
using model::Op;

/// O_DIRECT requests make pages dirty when they end (L1, L4).
constexpr std::uint32_t odd_pins = 0xaaaaaaaa;
static_assert(model::max_pins == 2);

/// REQUIRES: `op` makes sense, and agents are at work.
bool Linux::is_known_finding(const Op& op) const {
  const auto writing = writing_ & held_ & pins_of(op.proc);
  const auto by_io_uring = setup_.direct ? writing & odd_pins : writing;
  switch (op.kind) {
    case Kind::pageout:
      return device_wrote_there_ && shows_common_memory(op);  // L1
    case Kind::merge:
      return protection_[op.proc] == Protection::traps;  // L2
    case Kind::wp:
      return (mergeable_ >> op.proc & 1U) != 0;  // L2
    case Kind::clear_refs:
      return writing != 0;  // L3
    case Kind::free:
      return by_io_uring != 0;  // L4
    case Kind::remap:
      return protection_[op.proc] != Protection::none && goes_beside_others(op);  // L5
    case Kind::pin:
      return given_up_[op.proc][op.page] && !is_direct(op);  // L4
    default:
      return false;
  }
}

/// A private page that shows the file names the same memory.
bool Linux::shows_common_memory(const Op& op) const {
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (area(op.proc, page).shared || area(op.proc, page).file) return true;
  }
  return false;
}

/// Does it end where pages are mapped at one side or both?
bool Linux::goes_beside_others(const Op& op) const {
  const auto end = op.to + op.count;
  return (op.to > 0 && area(op.proc, op.to - 1).mapped) ||
         (end < world_.pages && area(op.proc, end).mapped);
}

/// Which pages may be given up still, and who has memory that ksmd may merge. Rather too many.
void Linux::follow_findings(const Op& op) {
  auto& mine = given_up_[op.proc];
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    if (op.kind == Kind::free) mine[page] = true;
    const bool fresh = op.kind == Kind::map || op.kind == Kind::unmap || model::drops(op.kind);
    if (fresh || model::is_store(op.kind)) mine[page] = false;
    if (op.kind == Kind::remap && mine[page]) mine[op.to + page - first] = true;
  }
  if (op.kind == Kind::merge) mergeable_ |= 1U << op.proc;
  if (op.kind == Kind::fork) {
    given_up_[op.child] = mine;
    mergeable_ &= ~(1U << op.child);
    mergeable_ |= (mergeable_ >> op.proc & 1U) << op.child;
  }
  if (op.kind != Kind::exec && op.kind != Kind::exit) return;
  mine.reset();
  mergeable_ &= ~(1U << op.proc);
}

}  // namespace cow::props::live
