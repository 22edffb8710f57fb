#include "props/draw/draw.h"

#include <algorithm>

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;

namespace {
constexpr std::uint64_t draw_salt = 0x5eed;
constexpr std::uint32_t longest_run = 80;  ///< pages; more than a TLB holds
}  // namespace

Draw::Draw(const model::World& world, std::uint64_t seed)
    : world_(world),
      random_(seed ^ draw_salt),
      page_bytes_(model::page_bytes(world.geometry)),
      fan_(model::huge_pages(world.geometry)) {
  //                                  map unmap protect read write fork exec exit
  constexpr std::array<std::uint32_t, model::kind_count> usual = {12, 5, 8, 12, 34, 12, 1, 6};
  for (std::size_t i = 0; i < usual.size(); ++i) {
    const bool missing = i != 0 && random_.one_in(10);
    weights_[i] = missing ? 0 : 1 + usual[i] * random_.between(1, 4) / 2;
    total_weight_ += weights_[i];
  }
  blind_percent_ = random_.one_in(4) ? 20 : 4;
  oom_percent_ = random_.one_in(3) ? random_.between(5, 30) : 0;
  huge_percent_ = random_.below(3) * 45;
  shared_percent_ = random_.one_in(3) ? 35 : 8;
  write_percent_ = random_.between(40, 100);
  hot_pages_ = random_.one_in(2) ? world.pages : std::min(world.pages, fan_ * 2);
}

model::World draw_world(const model::World& base, std::uint64_t seed) {
  Random random(seed);
  model::World world = base;
  world.huge_cow = random.one_in(3) ? model::HugeCow::copy : model::HugeCow::split;
  if (random.one_in(3)) {  // an odd number, so that the last huge page has no room
    const auto few = base.frames * random.between(1, 7) / 8;
    world.frames = few - std::min(few, random.below(model::huge_pages(base.geometry)));
    world.frames = std::max(8U, world.frames);
  }
  if (base.geometry != model::Geometry::tiny || !random.one_in(4)) return world;
  const bool crowd = random.one_in(8);  // as many holders as a frame can have
  world.procs = crowd ? model::max_procs : random.between(2, 6);
  world.cpus = random.between(1, crowd ? model::max_cpus : 4);
  world.pages = 8 * random.between(1, crowd ? 8 : 3);
  if (crowd) world.frames = std::min(model::max_frames, world.frames * 8);
  return world;
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
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (reference.alive(p) && at-- == 0) return p;
  }
  return 0;
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

/// Mostly one page or a few, sometimes whole huge pages.
std::uint32_t Draw::draw_count(std::uint32_t page) {
  const auto left = world_.pages - page;
  if (random_.one_in(4)) return std::min(left, fan_ * random_.between(1, 2));
  return std::min(left, random_.one_in(2) ? 1 : random_.between(1, fan_ + 1));
}

/// One statement a draw, since compilers evaluate the arguments of a call in any order.
Op Draw::guided(const Reference& reference) {
  Op op;
  op.kind = draw_kind();
  op.proc = static_cast<std::uint8_t>(draw_living(reference));
  switch (op.kind) {
    case Kind::map:
      return draw_map(reference, op);
    case Kind::unmap:
    case Kind::protect:
      return draw_range(reference, op);
    case Kind::read:
    case Kind::write:
      return draw_access(reference, op);
    case Kind::fork:
      return draw_fork(reference, op);
    case Kind::exec:
      return op;
    case Kind::exit:  // the last process exits only at the end
      return reference.living() > 1 ? op : draw_fork(reference, op);
    default:
      break;
  }
  return op;
}

Op Draw::draw_map(const Reference& reference, Op op) {
  op.huge = random_.percent(huge_percent_);
  op.access = draw_access_right();
  if (random_.percent(shared_percent_)) op.sharing = model::Sharing::shared;
  op.page = draw_page(reference, op.proc, false);
  if (op.huge && random_.percent(70)) op.page -= op.page % fan_;
  const auto wanted =
      op.huge && random_.percent(70) ? fan_ * random_.between(1, 2) : draw_count(op.page);
  const auto end = std::min(world_.pages, op.page + wanted);
  op.count = 1;
  while (op.page + op.count < end && !reference.page(op.proc, op.page + op.count).mapped) {
    ++op.count;
  }
  return op;
}

Op Draw::draw_range(const Reference& reference, Op op) {
  op.page = draw_page(reference, op.proc, true);
  op.count = draw_count(op.page);
  if (op.kind != Kind::protect) return op;
  op.access = random_.one_in(2) ? Access::write : draw_access_right();
  std::uint32_t covered = 0;
  while (covered < op.count && reference.page(op.proc, op.page + covered).mapped) ++covered;
  op.count = std::max(1U, covered);
  return op;
}

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
  const auto needed = op.kind == Kind::write ? Access::write : Access::read;
  std::uint32_t count = 1;
  while (count < longest_run && op.page + count < world_.pages &&
         reference.page(op.proc, op.page + count).access >= needed) {
    ++count;
  }
  return count;
}

Op Draw::draw_access(const Reference& reference, Op op) {
  op.cpu = static_cast<std::uint8_t>(random_.below(world_.cpus));
  op.page = draw_usable(reference, op.proc, op.kind == Kind::write ? Access::write : Access::read);
  if (!reference.page(op.proc, op.page).mapped && !random_.one_in(8)) {
    Op map;  // nothing is mapped here: make it so
    map.kind = Kind::map;
    map.proc = op.proc;
    return draw_map(reference, map);
  }
  if (op.kind == Kind::write) op.value = static_cast<std::uint8_t>(random_.between(1, 255));
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
  return op;
}

Op Draw::draw_fork(const Reference& reference, Op op) {
  op.kind = Kind::fork;
  op.child = static_cast<std::uint8_t>(random_.below(world_.procs));
  for (std::uint32_t tries = 0; tries < world_.procs && reference.alive(op.child); ++tries) {
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
  if (op.kind == Kind::fork) op.child = static_cast<std::uint8_t>(random_.below(world_.procs));
  if (op.kind == Kind::map || op.kind == Kind::protect) op.access = draw_access_right();
  if (op.kind == Kind::map) op.huge = random_.one_in(2);
  if (model::takes_pages(op.kind)) {
    op.page = random_.below(world_.pages);
    op.count = random_.below(world_.pages / 2);
  } else if (model::is_access(op.kind)) {
    op.cpu = static_cast<std::uint8_t>(random_.below(world_.cpus));
    op.page = random_.below(world_.pages);
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
  if (model::is_access(op.kind)) op.length += far;
}

}  // namespace cow::props
