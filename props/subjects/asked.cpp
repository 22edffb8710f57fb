#include "props/subjects/shared_object.h"

// What a subject in a shared object is asked at all.

namespace cow::props {

using model::Kind;
using model::Op;
using model::Status;

bool SharedObject::supports(const Op& op) const {
  const auto& f = functions();
  const bool pins = f.pin != nullptr && f.unpin != nullptr && f.device_read != nullptr;
  if (op.kind == Kind::device_write) return pins && f.device_write != nullptr;
  if (model::shape(op.kind).pin) return pins;
  if (op.kind == Kind::unmap) return f.unmap != nullptr;
  if (op.kind == Kind::protect) return f.protect != nullptr;
  if (op.kind == Kind::remap) return f.remap != nullptr;
  if (op.kind == Kind::dontneed) return f.dontneed != nullptr;
  if (op.kind == Kind::advise) return f.advise != nullptr;
  if (op.kind == Kind::kernel_read) return f.kernel_read != nullptr;
  if (op.kind == Kind::kernel_write) return f.kernel_write != nullptr;
  if (op.kind == Kind::force_write) return f.force_write != nullptr;
  if (op.kind == Kind::split) return f.split != nullptr;
  if (op.kind == Kind::collapse) return f.collapse != nullptr;
  if (op.kind == Kind::migrate) return f.migrate != nullptr;
  if (op.kind == Kind::compact) return f.compact != nullptr;
  if (op.kind == Kind::merge) return f.merge != nullptr;
  if (op.kind == Kind::unmerge) return f.unmerge != nullptr;
  if (op.kind == Kind::pageout) return f.pageout != nullptr;
  if (op.kind == Kind::swapoff) return f.swapoff != nullptr;
  if (model::anonymous_only(op.kind) || op.kind >= Kind::clear_refs) return false;  // not offered
  if (op.kind == Kind::exec) return f.exec != nullptr;
  if (op.kind != Kind::map) return true;
  if (op.file || op.hugetlb) return false;
  const bool shared = op.sharing == model::Sharing::shared;
  return (!shared || (f.flags & COWCHECK_CAN_SHARE) != 0) &&
         (op.access == model::Access::write || f.protect != nullptr);
}

model::Status SharedObject::nonsense(const Op& op) const {
  if (op.proc >= world_.procs || (alive_ >> op.proc & 1U) == 0) return Status::no_process;
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    return (alive_ >> op.child & 1U) != 0 ? Status::busy : Status::ok;
  }
  if (model::shape(op.kind).pin) return nonsense_of_pin(op);
  const bool pages = model::takes_pages(op.kind);
  if (!pages && !model::is_access(op.kind)) return Status::ok;
  const auto length = pages ? std::uint64_t{op.count} * page_bytes_ : op.length;
  const auto end = std::uint64_t{op.page} * page_bytes_ + (pages ? 0 : op.offset) + length;
  const bool fits = length != 0 && end <= std::uint64_t{world_.pages} * page_bytes_;
  if (!fits || op.cpu >= world_.cpus) return Status::bad_range;
  if (op.kind != Kind::remap) return Status::ok;
  const auto to_end = std::uint64_t{op.to} + op.count;
  const bool overlaps = op.to < op.page + op.count && op.page < to_end;
  return to_end > world_.pages || overlaps ? Status::bad_range : Status::ok;
}

model::Status SharedObject::nonsense_of_pin(const Op& op) const {
  const bool held = op.pin < model::max_pins && (held_ & pin_bit(op)) != 0;
  if (op.kind == Kind::pin) {
    const bool named = op.pin < model::max_pins && op.page < world_.pages;
    if (!named || op.access == model::Access::none) return Status::bad_range;
    return held ? Status::busy : Status::ok;
  }
  if (!held) return Status::no_pin;
  if (op.kind == Kind::unpin) return Status::ok;
  const bool fits = op.length != 0 && std::uint64_t{op.offset} + op.length <= page_bytes_;
  return fits ? Status::ok : Status::bad_range;
}

}  // namespace cow::props
