#include "props/lockstep/sharing_bound.h"

#include <algorithm>

#include "props/lockstep/touched_pages.h"

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;
using model::Status;

SharingBound::SharingBound(const model::World& world)
    : world_(world),
      fan_(model::huge_pages(world.geometry)),
      pages_(std::size_t{world.procs} * world.pages),
      words_(3 * pages_ + 1) {
  reset();
}

void SharingBound::reset() {
  std::fill(words_.begin(), words_.end(), 0U);
  unused_ = 0;
  for (auto t = static_cast<std::uint32_t>(pages_); t > 0; --t) unused(unused_++) = t;
  tokens_ = shared_ = private_ = 0;
  huge_ = false;
}

void SharingBound::restore(const Reference& reference, std::span<const std::uint32_t> tokens,
                           bool huge_seen) {
  reset();
  std::ranges::copy(tokens, words_.begin());
  for (const auto t : tokens) {
    if (t != 0 && holders(t)++ == 0) ++tokens_;
  }
  unused_ = 0;
  for (auto t = static_cast<std::uint32_t>(pages_); t > 0; --t) {
    if (holders(t) == 0) unused(unused_++) = t;
  }
  for (std::uint32_t i = 0; i < pages_; ++i) {
    const auto& page = reference.page(i / world_.pages, i % world_.pages);
    if (page.mapped) ++(page.sharing == model::Sharing::shared ? shared_ : private_);
  }
  huge_ = huge_seen;
}

/// Is the huge block around `page` mapped alike and hinted, so that one leaf may cover it?
bool SharingBound::whole_block(const Reference& reference, std::uint32_t p,
                               std::uint32_t page) const {
  const auto& here = reference.page(p, page);
  if (!here.huge || here.sharing == model::Sharing::shared) return false;
  const auto first = page - page % fan_;
  for (auto i = first; i < first + fan_; ++i) {
    const auto& other = reference.page(p, i);
    if (!other.mapped || !other.huge || other.access != here.access ||
        other.sharing == model::Sharing::shared) {
      return false;
    }
  }
  return true;
}

std::uint32_t SharingBound::copies_allowed(const Reference& before, const Op& op,
                                           Status status) const {
  if (op.kind != Kind::write) return 0;
  if (status != Status::ok && status != Status::segfault) return 0;
  std::uint32_t allowed = 0;
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    if (before.page(op.proc, page).access != model::Access::write) break;
    if (before.page(op.proc, page).sharing == model::Sharing::shared) continue;
    if (world_.huge_cow == model::HugeCow::split || !whole_block(before, op.proc, page)) {
      allowed += alone(op.proc, page) ? 0U : 1U;
      continue;
    }
    const auto base = page - page % fan_;
    for (auto i = base; i < base + fan_; ++i) {
      if (!alone(op.proc, i)) {
        allowed += fan_;
        break;
      }
    }
  }
  return allowed;
}

void SharingBound::give_fresh(std::uint32_t p, std::uint32_t page) {
  const auto t = unused(--unused_);
  token(p, page) = t;
  holders(t) = 1;
  ++tokens_;
}

void SharingBound::drop(std::uint32_t p, std::uint32_t page) {
  auto& t = token(p, page);
  if (t == 0) return;
  if (--holders(t) == 0) {
    unused(unused_++) = t;
    --tokens_;
  }
  t = 0;
}

/// A huge leaf gives every page of its block a frame at once.
void SharingBound::touch_block(const Reference& reference, std::uint32_t p, std::uint32_t page) {
  const bool whole = whole_block(reference, p, page);
  const auto first = whole ? page - page % fan_ : page;
  for (auto i = first; i < first + (whole ? fan_ : 1); ++i) {
    if (token(p, i) == 0) give_fresh(p, i);
  }
}

void SharingBound::after_refusal(const Reference& reference, const Op& op, Status status) {
  if (!model::is_access(op.kind)) return;
  if (op.proc >= world_.procs || !reference.alive(op.proc)) return;
  if (status != Status::segfault && status != Status::no_memory) return;
  const auto needed = op.kind == Kind::write ? Access::write : Access::read;
  auto [first, end] = touched_pages(op, world_);
  auto reached = first;
  while (reached < end && reference.page(op.proc, reached).access >= needed) ++reached;
  touch(reference, op, {first, reached}, status == Status::segfault);
}

std::uint32_t SharingBound::frames_allowed(bool memory_was_short) const {
  if (shared_ > 0) return unbounded;
  return huge_ || memory_was_short ? private_ : tokens_;
}

void SharingBound::touch(const Reference& reference, const Op& op, PageRange range, bool certain) {
  for (auto page = range.first; page < range.end; ++page) {
    if (reference.page(op.proc, page).sharing == model::Sharing::shared) continue;
    touch_block(reference, op.proc, page);
    if (op.kind != Kind::write || !certain || alone(op.proc, page)) continue;
    drop(op.proc, page);
    give_fresh(op.proc, page);
  }
}

void SharingBound::forget(const model::Page& page, std::uint32_t p, std::uint32_t at) {
  if (!page.mapped) return;
  --(page.sharing == model::Sharing::shared ? shared_ : private_);
  drop(p, at);
}

void SharingBound::before(const Reference& reference, const Op& op) {
  PageRange range{0, 0};
  if (op.kind == Kind::unmap) range = touched_pages(op, world_);
  if (op.kind == Kind::exec || op.kind == Kind::exit) range = {0, world_.pages};
  for (auto page = range.first; page < range.end; ++page) {
    forget(reference.page(op.proc, page), op.proc, page);
  }
}

void SharingBound::after(const Reference& reference, const Op& op) {
  if (model::is_access(op.kind)) return touch(reference, op, touched_pages(op, world_), true);
  if (op.kind == Kind::map) {
    (op.sharing == model::Sharing::shared ? shared_ : private_) += op.count;
    huge_ |= op.huge;
  }
  if (op.kind == Kind::fork) follow_fork(reference, op);
}

void SharingBound::follow_fork(const Reference& reference, const Op& op) {
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const auto t = token(op.proc, page);
    token(op.child, page) = t;
    if (t != 0) ++holders(t);
    const auto& at = reference.page(op.proc, page);
    if (at.mapped) ++(at.sharing == model::Sharing::shared ? shared_ : private_);
  }
}

}  // namespace cow::props
