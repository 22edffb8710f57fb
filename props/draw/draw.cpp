#include "props/draw/draw.h"

#include <algorithm>

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;

namespace {
constexpr std::uint64_t draw_salt = 0x5eed, mark_salt = 0x64a2d, family_salt = 0xfa111;

struct Usual {
  Kind kind;
  std::uint32_t often;
};
constexpr std::array<Usual, model::kind_count> usual = {{
    {Kind::map, 12},         {Kind::unmap, 5},    {Kind::protect, 8},     {Kind::remap, 5},
    {Kind::dontneed, 5},     {Kind::advise, 4},   {Kind::pageout, 8},     {Kind::swapoff, 1},
    {Kind::read, 12},        {Kind::write, 34},   {Kind::kernel_read, 3}, {Kind::kernel_write, 6},
    {Kind::force_write, 5},  {Kind::pin, 6},      {Kind::unpin, 3},       {Kind::device_read, 5},
    {Kind::device_write, 6}, {Kind::fork, 12},    {Kind::exec, 1},        {Kind::exit, 6},
    {Kind::split, 4},        {Kind::collapse, 7}, {Kind::migrate, 5},     {Kind::compact, 3},
    {Kind::merge, 6},        {Kind::unmerge, 3},  {Kind::free, 6},        {Kind::wp, 3},
    {Kind::unwp, 4},         {Kind::guard, 4},    {Kind::unguard, 4},     {Kind::clear_refs, 8},
    {Kind::vfork, 10},       {Kind::wait, 6},
}};
static_assert([] {
  for (std::size_t i = 0; i < usual.size(); ++i) {
    if (static_cast<std::size_t>(usual[i].kind) != i) return false;
  }
  return true;
}());

/// What only some traces know at all, and the others need not: guards, and marks of what was
/// written.
constexpr auto first_mark = static_cast<std::size_t>(Kind::guard);
/// Nor these: memory that is lent, and children that are waited for.
constexpr auto first_of_family = static_cast<std::size_t>(Kind::vfork);

constexpr bool rearranges(Kind kind) {
  return kind == Kind::remap || kind == Kind::dontneed || kind == Kind::advise ||
         kind == Kind::wp || kind == Kind::unwp;
}

constexpr bool swaps(Kind kind) {
  return kind == Kind::pageout || kind == Kind::swapoff || kind == Kind::free;
}

}  // namespace

Draw::Draw(const model::World& world, std::uint64_t seed, const Kinds& kinds)
    : world_(world),
      random_(seed ^ draw_salt),
      page_bytes_(model::page_bytes(world.geometry)),
      fan_(model::huge_pages(world.geometry)) {
  draw_weights(kinds, seed);
  blind_percent_ = random_.one_in(4) ? 20 : 4;
  oom_percent_ = random_.one_in(3) ? random_.between(5, 30) : 0;
  huge_percent_ = random_.below(3) * 45;
  shared_percent_ = random_.one_in(3) ? 35 : 8;
  write_percent_ = random_.between(40, 100);
  file_percent_ = random_.one_in(3) ? 40 : 0;
  hot_pages_ = random_.one_in(2) ? world.pages : std::min(world.pages, fan_ * 2);
}

/// What is left out of `kinds` costs nothing, and changes no other number that is drawn here.
void Draw::draw_weights(const Kinds& kinds, std::uint64_t seed) {
  const bool advice = random_.one_in(2), devices = random_.one_in(2), hints = random_.one_in(2);
  const bool swap = random_.one_in(2);
  for (std::size_t i = 0; i < first_mark; ++i) {
    const auto [kind, often] = usual[i];
    const bool indispensable = kind == Kind::map || kind == Kind::pin;
    const bool missing = random_.one_in(10) && !indispensable;
    const auto weight = 1 + often * random_.between(1, 4) / 2;
    const bool wanted = (advice || !rearranges(kind)) && (devices || !model::shape(kind).pin) &&
                        (hints || !model::is_hint(kind)) && (swap || !swaps(kind));
    weights_[i] = wanted && !missing && kinds[i] ? weight : 0;
    total_weight_ += weights_[i];
  }
  // One trace in four has guards, one in four asks what was written: from numbers of their own.
  Random own(seed ^ mark_salt);
  const bool guards = own.one_in(4), asks = own.one_in(4);
  for (auto i = first_mark; i < first_of_family; ++i) {
    const bool wanted = usual[i].kind == Kind::clear_refs ? asks : guards;
    weights_[i] = wanted && kinds[i] ? usual[i].often * own.between(1, 4) / 2 : 0;
    total_weight_ += weights_[i];
  }
  Random family(seed ^ family_salt);
  const bool lends = family.one_in(3);
  for (auto i = first_of_family; i < usual.size(); ++i) {
    weights_[i] = lends && kinds[i] ? usual[i].often * family.between(1, 4) / 2 : 0;
    total_weight_ += weights_[i];
  }
}

Op Draw::next(const Reference& reference) {
  Op op = random_.percent(blind_percent_) ? blind(reference) : guided(reference);
  if (random_.percent(oom_percent_)) op.oom = static_cast<std::uint8_t>(random_.between(1, 6));
  return op;
}

Kind Draw::draw_kind() {
  auto at = random_.below(total_weight_);
  std::size_t kind = 0;
  while (at >= weights_[kind]) at -= weights_[kind++];
  return static_cast<Kind>(kind);
}

std::uint32_t Draw::draw_living(const Reference& reference) {
  auto at = random_.below(reference.living());
  std::uint32_t p = 0;
  while (!reference.alive(p) || at-- != 0) ++p;
  while (reference.process(p).waits && !random_.one_in(12)) p = borrower(reference, p);
  return p;
}

/// Who has the memory of a process that waits.
std::uint32_t Draw::borrower(const Reference& reference, std::uint32_t proc) const {
  std::uint32_t p = 0;
  while (reference.process(p).lender != proc) ++p;
  return p;
}

Access Draw::draw_access_right() {
  if (random_.percent(write_percent_)) return Access::write;
  return random_.one_in(4) ? Access::none : Access::read;
}

/// A hot page that is mapped, or not, as asked; any hot page when a few tries find none.
std::uint32_t Draw::draw_page(const Reference& reference, std::uint32_t proc, bool mapped) {
  auto page = random_.below(hot_pages_);
  for (std::uint32_t tries = 0; tries < world_.pages; ++tries) {
    if (reference.page(proc, page).mapped == mapped) return page;
    page = tries % 4 == 3 ? random_.below(hot_pages_) : (page + 1) % hot_pages_;
  }
  return page;
}

/// Mostly one page or a few, sometimes whole huge pages, and in a wide world half of it or all.
std::uint32_t Draw::draw_count(std::uint32_t page) {
  const auto left = world_.pages - page;
  if (world_.pages > 6 * fan_ && random_.one_in(5)) return random_.between((left + 1) / 2, left);
  if (random_.one_in(4)) return std::min(left, fan_ * random_.between(1, 2));
  return std::min(left, random_.one_in(2) ? 1 : random_.between(1, fan_ + 1));
}

/// One statement a draw, since compilers evaluate the arguments of a call in any order.
Op Draw::guided(const Reference& reference) {
  Op op;
  op.kind = draw_kind();
  op.proc = static_cast<std::uint8_t>(draw_living(reference));
  // Who borrows memory soon gives it back, so that others need not wait for long.
  const bool borrows = reference.process(op.proc).lender != model::nobody;
  if (borrows && random_.one_in(6)) op.kind = random_.one_in(2) ? Kind::exec : Kind::exit;
  switch (op.kind) {
    case Kind::map:
      return draw_map(reference, op);
    case Kind::unmap:
    case Kind::protect:
    case Kind::dontneed:
    case Kind::pageout:
    case Kind::clear_refs:
      return draw_range(reference, op);
    case Kind::free:
    case Kind::wp:
    case Kind::unwp:
    case Kind::guard:
    case Kind::unguard:
      return draw_anonymous(reference, op);
    case Kind::split:
    case Kind::collapse:
    case Kind::migrate:
    case Kind::merge:
    case Kind::unmerge:
      return draw_hint(reference, op);
    case Kind::remap:
      return draw_remap(reference, op);
    case Kind::advise:
      return draw_advise(reference, op);
    case Kind::read:
    case Kind::write:
    case Kind::kernel_read:
    case Kind::kernel_write:
    case Kind::force_write:
      return draw_access(reference, op);
    case Kind::pin:
      return draw_pin(reference, op);
    case Kind::unpin:
    case Kind::device_read:
    case Kind::device_write:
      return draw_device(reference, op);
    case Kind::fork:
    case Kind::vfork:
      return draw_fork(reference, op);
    case Kind::wait:
      return draw_wait(reference, op);
    case Kind::exec:
    case Kind::compact:
    case Kind::swapoff:
      return op;
    case Kind::exit:  // the last process exits only at the end
      if (reference.living() > 1) return op;
      op.kind = Kind::fork;
      return draw_fork(reference, op);
  }
  return op;
}

Op Draw::draw_fork(const Reference& reference, Op op) {
  op.child = static_cast<std::uint8_t>(random_.below(world_.procs));
  for (std::uint32_t tries = 0; tries < world_.procs && reference.alive(op.child); ++tries) {
    op.child = static_cast<std::uint8_t>((op.child + 1U) % world_.procs);
  }
  return op;
}

/// Mostly one of its own children, the dead first.
Op Draw::draw_wait(const Reference& reference, Op op) {
  op.child = static_cast<std::uint8_t>(random_.below(world_.procs));
  if (random_.one_in(4)) return op;
  for (std::uint32_t tries = 0; tries < 2 * world_.procs; ++tries) {
    const auto& child = reference.process(op.child);
    if (child.parent == op.proc && (!child.alive || tries >= world_.procs)) break;
    op.child = static_cast<std::uint8_t>((op.child + 1U) % world_.procs);
  }
  return op;
}

/// Any operation at all, in or just outside the world.
Op Draw::blind(const Reference& reference) {
  Op op;
  op.kind = draw_kind();
  op.proc = static_cast<std::uint8_t>(random_.below(world_.procs));
  if (op.kind == Kind::exit && reference.alive(op.proc) && random_.percent(90))
    op.kind = Kind::read;
  const model::Shape& uses = model::shape(op.kind);
  if (uses.child) op.child = static_cast<std::uint8_t>(random_.below(world_.procs));
  if (uses.access) op.access = draw_access_right();
  if (uses.advice) op.advice = static_cast<model::Advice>(random_.below(model::advice_count));
  if (uses.pin) op.pin = static_cast<std::uint8_t>(random_.below(model::max_pins));
  if (uses.huge) op.huge = random_.one_in(2);
  if (uses.huge && world_.pool > 0) op.hugetlb = random_.one_in(2);
  if (uses.value) op.value = static_cast<std::uint8_t>(random_.below(256));
  if (uses.file) op.file = random_.percent(file_percent_);
  if (uses.to || op.file) op.to = random_.below(world_.pages);
  if (model::has_page(uses.range)) op.page = random_.below(world_.pages);
  if (uses.range == model::Range::pages) op.count = random_.below(world_.pages / 2);
  if (uses.cpu) op.cpu = static_cast<std::uint8_t>(random_.below(world_.cpus));
  if (model::has_offset(uses.range)) {
    op.offset = random_.below(page_bytes_);
    op.length = random_.below(3 * page_bytes_);
  }
  if (random_.one_in(4)) leave_world(op);
  return op;
}

/// Makes a range end far outside the world, where sums and narrow types wrap (rows E15, G13).
/// Where it starts stays in the world: a trace file has no other names.
void Draw::leave_world(Op& op) {
  const auto far = 1U << random_.between(8, 31);
  if (model::takes_pages(op.kind)) op.count += far;
  if (model::has_offset(model::shape(op.kind).range)) op.length += far;
}

}  // namespace cow::props
