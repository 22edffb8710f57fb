#include "props/lockstep/fault_bound.h"

#include <algorithm>

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;
using model::Status;

namespace {
constexpr Access needed_by(Kind kind) { return kind == Kind::write ? Access::write : Access::read; }
}  // namespace

FaultBound::FaultBound(const model::World& world)
    : world_(world), ready_(std::size_t{world.procs} * world.pages) {}

void FaultBound::reset() { std::fill(ready_.begin(), ready_.end(), Access::none); }

std::uint32_t FaultBound::faults_allowed(const Op& op) const {
  if (!model::is_access(op.kind) || op.proc >= world_.procs) return 0;
  const auto [first, end] = touched_pages(op, world_);
  const auto* pages = ready_.data() + op.proc * std::size_t{world_.pages};
  const auto unready = [&](Access ready) { return ready < needed_by(op.kind); };
  return static_cast<std::uint32_t>(std::count_if(pages + first, pages + end, unready));
}

void FaultBound::forget(std::uint32_t p, PageRange range) {
  for (auto page = range.first; page < range.end; ++page) ready(p, page) = Access::none;
}

/// Fork takes write permission from private pages, even when memory runs out before its end.
void FaultBound::follow_fork(const Reference& reference, std::uint32_t parent) {
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    if (reference.page(parent, page).sharing == model::Sharing::shared) continue;
    ready(parent, page) = std::min(ready(parent, page), Access::read);
  }
}

void FaultBound::follow(const Reference& reference, const Op& op, Status status) {
  const bool forked = op.kind == Kind::fork && status == Status::no_memory;
  if (op.proc >= world_.procs || (status != Status::ok && !forked)) return;
  if (op.kind == Kind::fork) follow_fork(reference, op.proc);
  if (op.kind == Kind::unmap || op.kind == Kind::protect)
    forget(op.proc, touched_pages(op, world_));
  if (op.kind == Kind::exec || op.kind == Kind::exit) forget(op.proc, {0, world_.pages});
  if (!model::is_access(op.kind)) return;
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    ready(op.proc, page) = std::max(ready(op.proc, page), needed_by(op.kind));
  }
}

}  // namespace cow::props
