#include "props/lockstep/fault_bound.h"

#include <algorithm>
#include <utility>

#include "props/lockstep/passed_memory.h"

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;
using model::Status;

FaultBound::FaultBound(const model::World& world)
    : world_(world), ready_(std::size_t{world.procs} * world.pages) {}

void FaultBound::reset() { std::fill(ready_.begin(), ready_.end(), Access::none); }

std::uint32_t FaultBound::faults_allowed(const Op& op) const {
  if (!reaches_pages(op.kind) || op.proc >= world_.procs) return 0;
  const auto [first, end] = touched_pages(op, world_);
  const auto* pages = ready_.data() + op.proc * std::size_t{world_.pages};
  const auto enough =
      op.kind == Kind::pin || model::is_store(op.kind) ? Access::write : Access::read;
  const auto unready = [&](Access ready) { return ready < enough; };
  return static_cast<std::uint32_t>(std::count_if(pages + first, pages + end, unready));
}

void FaultBound::forget(std::uint32_t p, PageRange range) {
  for (auto page = range.first; page < range.end; ++page) ready(p, page) = Access::none;
}

void FaultBound::move(const Op& op) {
  const auto from = touched_pages(op, world_);
  for (auto page = from.first; page < from.end; ++page) {
    ready(op.proc, op.to + (page - op.page)) = ready(op.proc, page);
  }
  forget(op.proc, from);
}

/// Fork takes write permission from private pages, even when memory runs out before its end; but
/// not from those that the child does not get or gets anew, and not from those that pins hold. On
/// demand it takes it from whole tables, shared pages and all.
void FaultBound::follow_fork(const Reference& reference, std::uint32_t parent) {
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const auto& at = reference.page(parent, page);
    const bool in_common =
        world_.fork == model::Fork::on_demand && at.mapped && at.sharing == model::Sharing::shared;
    if ((at.object != 0 && !in_common) || at.dontfork || at.wipeonfork) continue;
    ready(parent, page) = std::min(ready(parent, page), Access::read);
  }
}

/// Whoever has the bytes of one of the pages may share a frame with it now, or both the zero page.
/// The first page of zeroes in the range has met all others: among thousands of untouched pages of
/// 4 KiB to compare each with each took 38 % of a run.
void FaultBound::follow_merge(const Reference& reference, const Op& op) {
  const auto lose = [&](std::uint32_t p, std::uint32_t page) {
    ready(p, page) = std::min(ready(p, page), Access::read);
  };
  const auto all_zero = [&](std::uint32_t p, std::uint32_t page) {
    return reference.page(p, page).fresh ||
           std::ranges::all_of(reference.bytes(p, page), [](auto byte) { return byte == 0; });
  };
  bool met_zeroes = false;
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (reference.page(op.proc, page).object != 0) continue;
    const auto bytes = reference.bytes(op.proc, page);
    const bool zero = all_zero(op.proc, page);
    if (zero && world_.zero_page == model::ZeroPage::page) lose(op.proc, page);
    if (zero && std::exchange(met_zeroes, true)) continue;
    for (std::uint32_t i = 0; i < world_.procs * world_.pages; ++i) {
      const auto p = i / world_.pages, other = i % world_.pages;
      if (p == op.proc && other == page) continue;
      const auto& at = reference.page(p, other);
      if (!at.mapped || at.object != 0) continue;
      if (zero ? !all_zero(p, other) : !std::ranges::equal(bytes, reference.bytes(p, other)))
        continue;
      lose(p, other);
      lose(op.proc, page);
    }
  }
}

void FaultBound::before(const Reference& reference, const Op& op) {
  const auto [from, to] = passed_memory(reference, op);
  for (std::uint32_t page = 0; from != to && page < world_.pages; ++page) {
    std::swap(ready(from, page), ready(to, page));
  }
}

void FaultBound::follow(const Reference& reference, const Op& op, Status status) {
  const bool forked = op.kind == Kind::fork && status == Status::no_memory;
  if (op.proc >= world_.procs || (status != Status::ok && !forked)) return;
  if (op.kind == Kind::fork) follow_fork(reference, op.proc);
  if (op.kind == Kind::unmap || op.kind == Kind::protect || model::drops(op.kind) ||
      op.kind == Kind::pageout || op.kind == Kind::wp || op.kind == Kind::unwp ||
      op.kind == Kind::clear_refs)
    forget(op.proc, touched_pages(op, world_));
  if (op.kind == Kind::remap) move(op);
  if (op.kind == Kind::merge) follow_merge(reference, op);
  if (op.kind == Kind::exec || op.kind == Kind::exit) forget(op.proc, {0, world_.pages});
  if (!reaches_pages(op.kind)) return;
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    // A forced write goes to a page that its process has to itself, and makes it no more writable.
    const bool forced = op.kind == Kind::force_write;
    const auto granted = forced ? Access::none : access_needed(op);
    ready(op.proc, page) = std::max(ready(op.proc, page), granted);
  }
}

}  // namespace cow::props
