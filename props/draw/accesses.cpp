#include <algorithm>

#include "props/draw/draw.h"

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;

namespace {

constexpr std::uint32_t longest_run = 80;  ///< pages; more than a TLB holds

Op of_kind(Kind kind, std::uint8_t proc) {
  Op op;
  op.kind = kind;
  op.proc = proc;
  return op;
}

}  // namespace

/// A mapped page that allows what is needed, most of the time.
std::uint32_t Draw::draw_usable(const Reference& reference, std::uint32_t proc, Access needed) {
  auto page = draw_page(reference, proc, true);
  for (std::uint32_t tries = 0; tries < 6 && random_.percent(95); ++tries) {
    if (reference.page(proc, page).access >= needed) break;
    page = draw_page(reference, proc, true);
  }
  return page;
}

/// How many pages from `op.page` on the access may use, up to `longest_run`.
std::uint32_t Draw::usable_run(const Reference& reference, const Op& op) const {
  std::uint32_t count = 1;
  while (count < longest_run && op.page + count < world_.pages &&
         model::allows(reference.page(op.proc, op.page + count), op.kind)) {
    ++count;
  }
  return count;
}

Op Draw::draw_access(const Reference& reference, Op op) {
  if (model::shape(op.kind).cpu) op.cpu = static_cast<std::uint8_t>(random_.below(world_.cpus));
  const bool stores = model::is_store(op.kind) && op.kind != Kind::force_write;
  const auto needed = stores ? Access::write : Access::read;
  op.page = draw_usable(reference, op.proc, needed);
  if (draws(Kind::pin) && random_.one_in(3)) op.page = draw_pinned(reference, op, needed);
  if (!reference.page(op.proc, op.page).mapped && !random_.one_in(8)) {
    return draw_map(reference, of_kind(Kind::map, op.proc));  // nothing is mapped here: make it so
  }
  if (model::is_store(op.kind)) op.value = static_cast<std::uint8_t>(random_.between(1, 255));
  switch (random_.below(20)) {
    case 0:
    case 1:  // across the next border
      op.offset = page_bytes_ - random_.between(1, std::min(8U, page_bytes_));
      op.length = random_.between(1, 2 * page_bytes_);
      break;
    case 2:  // a whole page
      op.length = page_bytes_;
      break;
    case 3:  // all that is usable from here on, so that its end evicts its start from the TLB
      op.length = usable_run(reference, op) * page_bytes_;
      break;
    default:
      op.offset = random_.below(page_bytes_);
      op.length = random_.between(1, std::min(4U, page_bytes_ - op.offset));
  }
  if (model::is_store(op.kind)) as_before(op);
  return op;
}

/// Now and then what was stored last is stored again, elsewhere.
void Draw::as_before(Op& op) {
  if (draws(Kind::merge) && last_store_.length != 0 && random_.one_in(4)) {
    op.offset = last_store_.offset;
    op.length = last_store_.length;
    op.value = last_store_.value;
  }
  if (world_.zswap != 0 && last_store_.proc == op.proc && random_.one_in(4)) as_before_beside(op);
  last_store_ = op;
}

/// The other half of a tiny page gets what the one has got, so that one word fills the page, and
/// swap need not compress it.
void Draw::as_before_beside(Op& op) {
  const auto half = page_bytes_ / 2;
  if (last_store_.offset % half + last_store_.length > half) return;
  op.page = last_store_.page;
  op.offset = (last_store_.offset + half) % page_bytes_;
  op.length = last_store_.length;
  op.value = last_store_.value;
}

/// A page that some device holds, or whoever shares it since a fork; else the operation's.
std::uint32_t Draw::draw_pinned(const Reference& reference, const Op& op, Access needed) {
  const auto holder = random_.one_in(2) ? op.proc : random_.below(world_.procs);
  const auto pin = reference.pin(holder, random_.below(model::max_pins));
  if (pin.access == Access::none) return op.page;
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const auto& at = reference.page(holder, page);
    if (at.object != pin.object || at.number != pin.number) continue;
    return reference.page(op.proc, page).access >= needed ? page : op.page;
  }
  return op.page;
}

/// Mostly a free pin for a page that allows it. When none is free, something is done with one.
Op Draw::draw_pin(const Reference& reference, Op op) {
  const auto held = [&] { return reference.pin(op.proc, op.pin).access != Access::none; };
  op.pin = static_cast<std::uint8_t>(random_.below(model::max_pins));
  for (std::uint32_t tries = 0; tries < model::max_pins && held(); ++tries) {
    op.pin = static_cast<std::uint8_t>((op.pin + 1U) % model::max_pins);
  }
  if (held() && random_.percent(85)) {
    constexpr std::array others = {Kind::unpin, Kind::device_read, Kind::device_write};
    const auto kind = others[random_.below(others.size())];
    if (draws(kind)) return draw_device(reference, of_kind(kind, op.proc));
  }
  op.cpu = static_cast<std::uint8_t>(random_.below(world_.cpus));
  op.access = random_.one_in(3) ? Access::read : Access::write;
  op.page = draw_usable(reference, op.proc, op.access);
  const auto& page = reference.page(op.proc, op.page);
  if (!page.mapped && !random_.one_in(8)) return draw_map(reference, of_kind(Kind::map, op.proc));
  if (page.access == Access::read && random_.percent(75)) op.access = Access::read;
  return op;
}

/// Gives `op` a pin that is held, from its own process on, and that allows what it does if there is
/// such a one. False: no process holds any.
bool Draw::take_held_pin(const Reference& reference, Op& op) {
  const auto needed = op.kind == Kind::device_write ? Access::write : Access::read;
  const auto pins = world_.procs * model::max_pins;
  const auto start = op.proc * model::max_pins + random_.below(model::max_pins);
  for (const auto wanted : {needed, Access::read}) {
    for (std::uint32_t i = 0; i < pins; ++i) {
      const auto at = (start + i) % pins;
      op.proc = static_cast<std::uint8_t>(at / model::max_pins);
      op.pin = static_cast<std::uint8_t>(at % model::max_pins);
      if (reference.pin(op.proc, op.pin).access >= wanted) return true;
    }
  }
  return false;
}

/// An unpin or a device access. When no pin is held, it mostly becomes a pin.
Op Draw::draw_device(const Reference& reference, Op op) {
  const auto proc = op.proc;
  if (!take_held_pin(reference, op)) {
    op.proc = proc;
    if (random_.percent(90)) return draw_pin(reference, of_kind(Kind::pin, proc));
  }
  if (op.kind == Kind::unpin) return op;
  const bool refuses = reference.pin(op.proc, op.pin).access == Access::read;
  if (op.kind == Kind::device_write && refuses && draws(Kind::device_read) && random_.percent(80))
    op.kind = Kind::device_read;
  if (op.kind == Kind::device_write) op.value = static_cast<std::uint8_t>(random_.between(1, 255));
  op.length = page_bytes_;
  if (random_.one_in(8)) return op;
  op.offset = random_.below(page_bytes_);
  op.length = random_.between(1, std::min(4U, page_bytes_ - op.offset));
  return op;
}

}  // namespace cow::props
