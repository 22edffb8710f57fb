#include "model/reference.h"

// Which operations are refused, and with which status: the table in reference.h, row by row.

namespace cow::model {

Status Reference::check(const Op& op) const {
  if (op.proc >= world_.procs || !alive(op.proc)) return Status::no_process;
  if (process(op.proc).waits) return Status::busy;
  if (takes_pages(op.kind)) return check_pages(op);
  if (is_access(op.kind)) return check_access(op);
  if (shape(op.kind).pin) return check_pin(op);
  if (shape(op.kind).child) {
    if (op.child >= world_.procs) return Status::bad_range;
    if (op.kind == Kind::wait && process(op.child).parent != op.proc) return Status::no_process;
    if (alive(op.child)) return Status::busy;
  }
  return Status::ok;
}

Status Reference::check_pages(const Op& op) const {
  const std::uint64_t end = std::uint64_t{op.page} + op.count;
  if (op.count == 0 || end > world_.pages) return Status::bad_range;
  const bool moves = op.kind == Kind::remap;
  const std::uint64_t to_end = std::uint64_t{op.to} + op.count;
  if ((op.file || moves) && to_end > world_.pages) return Status::bad_range;
  if (moves && op.to < end && op.page < to_end) return Status::bad_range;
  if (op.kind == Kind::unmap) return breaks_huge_pages(op) ? Status::invalid : Status::ok;
  for (std::uint32_t p = op.page; p < end; ++p) {
    const bool mapped = page(op.proc, p).mapped;
    if (op.kind == Kind::map && mapped) return Status::occupied;
    if (op.kind != Kind::map && !mapped) return Status::not_mapped;
  }
  for (auto p = op.to; moves && p < to_end; ++p) {
    if (page(op.proc, p).mapped) return Status::occupied;
  }
  if (breaks_huge_pages(op)) return Status::invalid;
  const bool wipes = op.kind == Kind::advise && op.advice == Advice::wipeonfork;
  if (!wipes && !anonymous_only(op.kind)) return Status::ok;
  for (std::uint32_t p = op.page; p < end; ++p) {
    const Page& at = page(op.proc, p);
    if (at.sharing == Sharing::shared || at.file || at.hugetlb) return Status::invalid;
  }
  return Status::ok;
}

/// Would a huge page of the pool lie in the range partly, or be none where it is then?
bool Reference::breaks_huge_pages(const Op& op) const {
  const auto fan = huge_pages(world_.geometry), end = op.page + op.count;
  if (op.kind == Kind::map) {
    const bool whole = op.page % fan == 0 && end % fan == 0 && (!op.file || op.to % fan == 0);
    return op.hugetlb && (world_.pool == 0 || !whole);
  }
  if (is_hint(op.kind) || op.kind == Kind::pageout) return false;
  const bool shifts = op.kind == Kind::remap && op.to % fan != op.page % fan;
  for (auto p = op.page; p < end; ++p) {
    const bool whole = op.page <= p - p % fan && p - p % fan + fan <= end;
    if (page(op.proc, p).hugetlb && (shifts || !whole)) return true;
  }
  return false;
}

Status Reference::check_pin(const Op& op) const {
  if (op.kind == Kind::pin) {
    if (op.pin >= max_pins || op.page >= world_.pages || op.cpu >= world_.cpus)
      return Status::bad_range;
    if (op.access == Access::none) return Status::bad_range;
    if (pin(op.proc, op.pin).access != Access::none) return Status::busy;
    const Page& at = page(op.proc, op.page);
    if (at.access < op.access || at.guard) return Status::segfault;
    if (at.wp && op.access == Access::write) return Status::trapped;
    return at.lost ? Status::bus_error : Status::ok;
  }
  if (op.pin >= max_pins || pin(op.proc, op.pin).access == Access::none) return Status::no_pin;
  if (op.kind == Kind::unpin) return Status::ok;
  const std::uint64_t end = std::uint64_t{op.offset} + op.length;
  if (op.length == 0 || end > page_bytes_) return Status::bad_range;
  const bool forbidden =
      op.kind == Kind::device_write && pin(op.proc, op.pin).access != Access::write;
  return forbidden ? Status::segfault : Status::ok;
}

Status Reference::check_access(const Op& op) const {
  const std::uint64_t begin = std::uint64_t{op.page} * page_bytes_ + op.offset;
  const std::uint64_t end = begin + op.length;
  const std::uint64_t world_end = std::uint64_t{world_.pages} * page_bytes_;
  if (op.length == 0 || op.cpu >= world_.cpus || end > world_end) return Status::bad_range;
  const auto bits = std::countr_zero(page_bytes_);  // a power of two
  for (auto p = static_cast<std::uint32_t>(begin >> bits); std::uint64_t{p} << bits < end; ++p) {
    if (!allows(page(op.proc, p), op.kind)) return Status::segfault;
    if (page(op.proc, p).lost) return Status::bus_error;
    if (page(op.proc, p).wp && is_store(op.kind)) return Status::trapped;
  }
  return Status::ok;
}

}  // namespace cow::model
