#include "impl/agent/cowcheck_agent.h"
#include "props/subjects/linux/linux.h"

// What Linux is asked at all.

namespace cow::props::live {

using model::Kind;
using model::Op;
using model::Status;

/// No process of a number can be asked when there is none, and ranges that are empty or leave the
/// world would meet the agent's own memory: the driver answers these by the reference's table.
Status Linux::nonsense(const Op& op) const {
  if (op.proc >= world_.procs || !lives(op.proc)) return Status::no_process;
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    return lives(op.child) ? Status::busy : Status::ok;
  }
  if (model::shape(op.kind).pin) return nonsense_of_pin(op);
  const bool pages = model::takes_pages(op.kind);
  if (!pages && !model::is_access(op.kind)) return Status::ok;
  const auto length = pages ? std::uint64_t{op.count} * page_bytes_ : op.length;
  const auto end = std::uint64_t{op.page} * page_bytes_ + (pages ? 0 : op.offset) + length;
  const bool fits = length != 0 && end <= std::uint64_t{world_.pages} * page_bytes_;
  if (!fits || op.cpu >= world_.cpus) return Status::bad_range;
  if (op.kind == Kind::map && op.file && std::uint64_t{op.to} + op.count > world_.pages)
    return Status::bad_range;
  if (op.kind != Kind::remap) return Status::ok;
  const auto to_end = std::uint64_t{op.to} + op.count;
  const bool overlaps = op.to < op.page + op.count && op.page < to_end;
  return to_end > world_.pages || overlaps ? Status::bad_range : Status::ok;
}

Status Linux::nonsense_of_pin(const Op& op) const {
  const bool named = op.pin < model::max_pins;
  if (op.kind == Kind::pin) {
    const bool fits = named && op.page < world_.pages && op.cpu < world_.cpus;
    if (!fits || op.access == model::Access::none) return Status::bad_range;
    return (held_ & pin_bit(op)) != 0 ? Status::busy : Status::ok;
  }
  if (!named || (held_ & pin_bit(op)) == 0) return Status::no_pin;
  if (op.kind == Kind::unpin) return Status::ok;
  const bool fits = op.length != 0 && std::uint64_t{op.offset} + op.length <= page_bytes_;
  return fits ? Status::ok : Status::bad_range;
}

namespace {

/// Why this Linux cannot do what the kind says; empty: it can.
const std::string& reason_against(Kind kind, bool direct) {
  static const std::string none;
  const Means& means = Means::get();
  if (model::shape(kind).pin) return direct ? means.no_direct() : means.no_pins;
  if (kind == Kind::force_write) return means.no_force_write;
  if (kind == Kind::free) return means.no_free;
  if (kind == Kind::guard || kind == Kind::unguard) return means.no_guards;
  if (kind == Kind::wp || kind == Kind::unwp) return means.no_wp;
  if (kind == Kind::clear_refs) return means.no_marks;
  if (kind == Kind::merge || kind == Kind::unmerge) return means.no_merge;
  return none;
}

}  // namespace

bool Linux::supports(const Op& op) const {
  if (op.oom != 0 || op.kind == Kind::swapoff || op.hugetlb) return false;
  if (static_cast<int>(op.kind) >= int{COWAGENT_KINDS}) return false;
  if (!reason_against(op.kind, is_direct(op)).empty()) return false;
  if (!is_running() || nonsense(op) != Status::ok) return true;
  const bool known = !setup_.known_findings && is_known_finding(op);
  const bool limited = !known && !(can_protect(op) && can_pin(op));
  if (known) count(Event::known);
  if (limited) count(Event::limited);
  return !known && !limited;
}

/// A process's writes are trapped or noted. They are noted of private memory only, so what else
/// there is keeps no marks. An older Linux traps only what was touched, which nobody may do where
/// nothing is allowed.
bool Linux::can_protect(const Op& op) const {
  const auto now = protection_[op.proc];
  const bool touches = setup_.populates || Means::get().populates;
  for (auto page = op.page; op.kind == Kind::wp && touches && page < op.page + op.count; ++page) {
    if (area(op.proc, page).mapped && area(op.proc, page).access == model::Access::none)
      return false;
  }
  if (op.kind == Kind::wp || op.kind == Kind::unwp) return now != Protection::notes;
  if (op.kind != Kind::clear_refs) return true;
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (area(op.proc, page).shared || area(op.proc, page).file) return false;
  }
  return now != Protection::traps;
}

/// io_uring pins for writing only (FOLL_WRITE | FOLL_LONGTERM), so a pin for reading is taken
/// where the page may be written.
bool Linux::can_pin(const Op& op) const {
  if (is_direct(op)) return can_be_direct(op);
  if (op.kind != Kind::pin || op.access != model::Access::read) return true;
  if (area(op.proc, op.page).access == model::Access::read) return false;
  return why_not_forced(op.proc, op.page) != Status::trapped;
}

}  // namespace cow::props::live
