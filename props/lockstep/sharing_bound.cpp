#include "props/lockstep/sharing_bound.h"

#include <algorithm>
#include <utility>

#include "props/lockstep/passed_memory.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;
using model::Status;

namespace {

/// The pages before the one that is refused were made ready.
bool stops_at_a_page(Status status) {
  return status == Status::segfault || status == Status::bus_error || status == Status::trapped;
}

/// A private page has an object of its own while a pin names it.
bool is_pinned(const model::Page& page) {
  return page.object != 0 && page.sharing == model::Sharing::private_ && !model::shows_file(page);
}

}  // namespace

SharingBound::SharingBound(const model::World& world)
    : world_(world),
      fan_(model::huge_pages(world.geometry)),
      pages_(world.procs * world.pages),
      names_(pages_ + world.procs * model::max_pins),
      words_(4 * std::size_t{names_} + 2) {
  reset();
}

void SharingBound::reset() {
  std::fill(words_.begin(), words_.end(), 0U);
  unused_ = 0;
  for (auto t = names_; t > 0; --t) unused(unused_++) = t;
  tokens_ = orphans_ = shared_ = private_ = 0;
  huge_ = 0;
}

void SharingBound::restore(const Reference& reference, std::span<const std::uint32_t> tokens,
                           std::uint8_t huge_seen) {
  reset();
  std::ranges::copy(tokens, words_.begin());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] != 0) ++(i < pages_ ? holders(tokens[i]) : pins(tokens[i]));
  }
  unused_ = 0;
  for (auto t = names_; t > 0; --t) {
    if (holders(t) + pins(t) == 0) unused(unused_++) = t;
    tokens_ += holders(t) + pins(t) > 0 ? 1U : 0U;
    orphans_ += holders(t) == 0 && pins(t) > 0 ? 1U : 0U;
  }
  for (std::uint32_t i = 0; i < pages_; ++i) {
    const auto& page = reference.page(i / world_.pages, i % world_.pages);
    if (page.mapped) ++(page.sharing == model::Sharing::shared ? shared_ : private_);
  }
  huge_ = huge_seen;
}

/// Is the huge block around `page` private and mapped alike, so that one leaf could cover it?
bool SharingBound::alike_block(const Reference& reference, std::uint32_t p,
                               std::uint32_t page) const {
  const auto& here = reference.page(p, page);
  if (here.sharing == model::Sharing::shared) return false;
  const auto first = page - page % fan_;
  for (auto i = first; i < first + fan_; ++i) {
    const auto& other = reference.page(p, i);
    if (!other.mapped || other.huge != here.huge || other.access != here.access ||
        other.sharing == model::Sharing::shared || other.dontfork != here.dontfork ||
        other.wipeonfork != here.wipeonfork || other.file) {
      return false;
    }
  }
  return true;
}

/// And may one cover it? A first touch makes one where the hint is, a collapse anywhere.
bool SharingBound::whole_block(const Reference& reference, std::uint32_t p,
                               std::uint32_t page) const {
  const bool welcome = reference.page(p, page).huge || (huge_ & collapsed) != 0;
  return welcome && alike_block(reference, p, page);
}

/// Huge pages of the pool are copied whole, those of its file at the first write.
std::uint32_t SharingBound::copies_of_pooled(const Reference& before, std::uint32_t p,
                                             std::uint32_t page) const {
  const auto base = page - page % fan_;
  for (auto i = base; i < base + fan_; ++i) {
    if (!alone(p, i) || model::shows_file(before.page(p, i))) return fan_;
  }
  return 0;
}

/// A private page that nobody else has needs no copy; of a huge page the policy may copy all.
std::uint32_t SharingBound::copies_at(const Reference& before, std::uint32_t p,
                                      std::uint32_t page) const {
  if (before.page(p, page).sharing == model::Sharing::shared) return 0;
  if (before.page(p, page).hugetlb) return copies_of_pooled(before, p, page);
  if (model::shows_file(before.page(p, page))) return 1;
  if (world_.huge_cow == model::HugeCow::split || !whole_block(before, p, page)) {
    return alone(p, page) ? 0U : 1U;
  }
  const auto base = page - page % fan_;
  for (auto i = base; i < base + fan_; ++i) {
    if (!alone(p, i)) return fan_;
  }
  return 0;
}

/// May the count of the token's frame be full before the child has all its pages? Merged pages of
/// one process share a frame, too.
bool SharingBound::may_fill(std::uint32_t parent, std::uint32_t t) const {
  if (world_.count_bits == 0) return false;
  std::uint32_t count = holders(t) + pins(t) - 1;
  for (std::uint32_t page = 0; page < world_.pages; ++page)
    count += token(parent, page) == t ? 1U : 0U;
  return count >= (1U << world_.count_bits) - 1;
}

/// Pinned private pages are copied for the child: the pin is the parent's. So are those that are
/// counted as often as a narrow count can tell. An eager fork copies all.
std::uint32_t SharingBound::copies_at_fork(const Reference& before, std::uint32_t parent) const {
  std::uint32_t allowed = 0;
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const auto& at = before.page(parent, page);
    const auto t = token(parent, page);
    const bool copied = is_pinned(at) || (t != 0 && (is_eager() || may_fill(parent, t)));
    const auto whole = at.hugetlb && !is_eager() ? fan_ : 1U;  // an eager fork counts each anyway
    allowed += copied && !at.dontfork && !at.wipeonfork ? whole : 0U;
  }
  return allowed;
}

std::uint32_t SharingBound::copies_allowed(const Reference& before, const Op& op,
                                           Status status) const {
  if (status != Status::ok && !stops_at_a_page(status)) return 0;
  if (op.kind == Kind::fork) return copies_at_fork(before, op.proc);
  if (model::is_hint(op.kind)) return status == Status::ok ? copies_of_hint(before, op) : 0;
  if (!model::is_store(op.kind) && op.kind != Kind::pin) return 0;
  std::uint32_t allowed = 0;
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    if (!may_touch(before.page(op.proc, page), op) || before.page(op.proc, page).lost) break;
    allowed += copies_at(before, op.proc, page);
  }
  return allowed;
}

std::uint32_t SharingBound::take_unused() {
  const auto t = unused(--unused_);
  ++tokens_;
  return t;
}

void SharingBound::free_if_unused(std::uint32_t t) {
  if (holders(t) + pins(t) > 0) return;
  unused(unused_++) = t;
  --tokens_;
}

void SharingBound::give_fresh(std::uint32_t p, std::uint32_t page) {
  token(p, page) = take_unused();
  holders(token(p, page)) = 1;
}

void SharingBound::drop(std::uint32_t p, std::uint32_t page) {
  const auto t = std::exchange(token(p, page), 0U);
  if (t == 0) return;
  if (--holders(t) == 0 && pins(t) > 0) ++orphans_;
  free_if_unused(t);
}

void SharingBound::unpin(std::uint32_t p, std::uint32_t pin) {
  const auto t = std::exchange(pin_token(p, pin), 0U);
  if (t == 0) return;
  if (--pins(t) == 0 && holders(t) == 0) --orphans_;
  free_if_unused(t);
}

/// The frame of a shared page is its object's and has no token; the pin gets one to itself.
void SharingBound::follow_pin(const Reference& reference, const Op& op) {
  touch(reference, op, touched_pages(op, world_), true);
  auto t = token(op.proc, op.page);
  if (t == 0) t = take_unused(), ++orphans_;
  pin_token(op.proc, op.pin) = t;
  ++pins(t);
}

void SharingBound::follow_remap(const Op& op) {
  for (std::uint32_t i = 0; i < op.count; ++i) {
    token(op.proc, op.to + i) = std::exchange(token(op.proc, op.page + i), 0U);
  }
}

/// A huge leaf gives every page of its block a frame at once.
void SharingBound::touch_block(const Reference& reference, std::uint32_t p, std::uint32_t page) {
  const bool whole = reference.page(p, page).huge && whole_block(reference, p, page);
  const auto first = whole ? page - page % fan_ : page;
  for (auto i = first; i < first + (whole ? fan_ : 1); ++i) {
    if (token(p, i) == 0) give_fresh(p, i);
  }
}

void SharingBound::after_refusal(const Reference& reference, const Op& op, Status status) {
  if (!reaches_pages(op.kind)) return;
  if (op.proc >= world_.procs || !reference.alive(op.proc)) return;
  if (!stops_at_a_page(status) && status != Status::no_memory) return;
  auto [first, end] = touched_pages(op, world_);
  auto reached = first;
  while (reached < end && may_touch(reference.page(op.proc, reached), op)) ++reached;
  // Where the pool had nothing the reference does not know, so that what came before is not sure.
  touch(reference, op, {first, reached}, stops_at_a_page(status) && status != Status::bus_error);
}

std::uint32_t SharingBound::frames_allowed(bool memory_was_short) const {
  if (shared_ > 0) return unbounded;
  const bool certain = huge_ == 0 && !memory_was_short && world_.count_bits == 0;
  return !certain ? private_ + orphans_ : tokens_;
}

void SharingBound::touch(const Reference& reference, const Op& op, PageRange range, bool certain) {
  const auto pooled = [&](std::uint32_t page) { return reference.page(op.proc, page).hugetlb; };
  if (range.first < range.end && pooled(range.first)) range.first -= range.first % fan_;
  if (range.first < range.end && pooled(range.end - 1)) {
    range.end += (fan_ - range.end % fan_) % fan_;
  }
  for (auto page = range.first; page < range.end; ++page) {
    const auto& at = reference.page(op.proc, page);
    if (at.sharing == model::Sharing::shared || model::shows_file(at)) continue;
    touch_block(reference, op.proc, page);
    const bool owns = model::is_store(op.kind) || op.kind == Kind::pin;
    if (!owns || !certain || alone(op.proc, page)) continue;
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
  const auto [from, to] = passed_memory(reference, op);
  for (std::uint32_t page = 0; from != to && page < world_.pages; ++page)
    std::swap(token(from, page), token(to, page));
  const bool ends = op.kind == Kind::exec || op.kind == Kind::exit;
  if (op.kind == Kind::unmap) range = touched_pages(op, world_);
  if (ends && from == to) range = {0, world_.pages};
  for (auto page = range.first; page < range.end; ++page) {
    forget(reference.page(op.proc, page), op.proc, page);
  }
  if (op.kind == Kind::unpin) unpin(op.proc, op.pin);
  for (std::uint32_t pin = 0; ends && pin < model::max_pins; ++pin) unpin(op.proc, pin);
}

void SharingBound::after(const Reference& reference, const Op& op) {
  if (model::is_access(op.kind)) return touch(reference, op, touched_pages(op, world_), true);
  if (op.kind == Kind::map) {
    (op.sharing == model::Sharing::shared ? shared_ : private_) += op.count;
    if (op.huge) huge_ |= hinted;
  }
  if (op.kind == Kind::pin) follow_pin(reference, op);
  if (op.kind == Kind::remap) follow_remap(op);
  if (op.kind == Kind::collapse) follow_collapse(reference, op);
  if (op.kind == Kind::merge) follow_merge(reference, op);
  if (op.kind == Kind::merge || op.kind == Kind::unmerge) huge_ |= merged;
  if (model::drops(op.kind)) {  // shared pages have no token
    for (auto page = op.page; page < op.page + op.count; ++page) drop(op.proc, page);
  }
  if (op.kind == Kind::fork) follow_fork(reference, op);
}

void SharingBound::follow_fork(const Reference& reference, const Op& op) {
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const auto& at = reference.page(op.proc, page);
    if (!at.mapped || at.dontfork) continue;
    ++(at.sharing == model::Sharing::shared ? shared_ : private_);
    const auto t = token(op.proc, page);
    if (t == 0 || at.wipeonfork) continue;
    if (is_pinned(at) || is_eager()) {
      give_fresh(op.child, page);
    } else {
      token(op.child, page) = t;
      ++holders(t);
    }
  }
}

}  // namespace cow::props
