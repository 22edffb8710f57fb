#include "fuzz/fields.h"

#include <algorithm>
#include <array>

namespace cow::fuzz {

using model::Kind;
using model::Op;
using props::Random;

namespace {

Op& draw_op(model::Trace& trace, Random& random) {
  return trace.ops[random.below(static_cast<std::uint32_t>(trace.ops.size()))];
}

std::uint8_t draw_name(const model::World& world, Random& random) {
  return static_cast<std::uint8_t>(random.below(world.procs));
}

/// The process becomes another's: who acts elsewhere, a child of some fork, or anybody.
void change_process(Op& op, const Op& other, const model::World& world, Random& random) {
  if (model::shape(op.kind).child && random.one_in(2)) {
    op.child = random.one_in(2) ? other.proc : draw_name(world, random);
    return;
  }
  op.proc = model::begets(other.kind) ? other.child : other.proc;
  if (random.one_in(4)) op.proc = draw_name(world, random);
}

/// The page becomes another operation's, the next, or the first of a huge page; so does where pages
/// go to.
void change_page(Op& op, const Op& other, const model::World& world, Random& random) {
  const auto fan = model::huge_pages(world.geometry);
  const auto has_to = [](const Op& any) { return model::shape(any.kind).to || any.file; };
  std::uint32_t& page = has_to(op) && random.one_in(2) ? op.to : op.page;
  const auto theirs = has_to(other) && random.one_in(2) ? other.to : other.page;
  const std::array pages = {theirs, page + 1, page - page % fan, page + fan,
                            random.below(world.pages)};
  page = pages[random.below(pages.size())] % world.pages;
}

/// Lengths and counts go to where borders are: one, a page, a huge page, one more or less.
void change_amount(Op& op, const model::World& world, Random& random) {
  const bool pages = model::takes_pages(op.kind);
  const auto unit = pages ? model::huge_pages(world.geometry) : model::page_bytes(world.geometry);
  const std::array amounts = {1U, 2U, unit - 1, unit, unit + 1, 2 * unit};
  (pages ? op.count : op.length) = amounts[random.below(amounts.size())];
}

/// What only some kinds look at; whoever encodes the trace drops it for the others.
void change_detail(Op& op, const model::World& world, Random& random) {
  const auto bytes = model::page_bytes(world.geometry);
  const std::array offsets = {0U, 1U, bytes - 1, random.below(bytes)};
  switch (random.below(9)) {
    case 0:
      op.cpu = static_cast<std::uint8_t>(random.below(world.cpus));
      break;
    case 1:
      op.access = static_cast<model::Access>(random.below(model::access_count));
      break;
    case 2:
      op.offset = offsets[random.below(offsets.size())];
      break;
    case 3:
      if (world.pool > 0 && random.one_in(2)) {
        op.hugetlb = !op.hugetlb;
        break;
      }
      op.huge = !op.huge;
      break;
    case 4:
      op.sharing = static_cast<model::Sharing>(random.below(model::sharing_count));
      break;
    case 5:
      op.pin = static_cast<std::uint8_t>(random.below(model::max_pins));
      break;
    case 6:
      op.advice = static_cast<model::Advice>(random.below(model::advice_count));
      break;
    case 7:
      op.file = !op.file;
      break;
    default:
      op.value = static_cast<std::uint8_t>(random.next());
  }
}

}  // namespace

void change_field(model::Trace& trace, Random& random) {
  Op& op = draw_op(trace, random);
  const Op other = draw_op(trace, random);
  switch (random.below(6)) {
    case 0:
      op.kind = static_cast<Kind>(random.below(model::kind_count));
      break;
    case 1:
      return change_process(op, other, trace.world, random);
    case 2:
      return change_page(op, other, trace.world, random);
    case 3:
      return change_amount(op, trace.world, random);
    case 4:
      return change_detail(op, trace.world, random);
    default:
      op.oom = static_cast<std::uint8_t>(random.one_in(2) ? 0 : random.between(1, 8));
  }
}

void change_world(model::World& world, Random& random) {
  switch (random.below(9)) {
    case 0:
      world.frames =
          std::max(8U, model::default_world(world.geometry).frames * random.between(1, 10) / 8);
      break;
    case 1:
      world.huge_cow =
          world.huge_cow == model::HugeCow::split ? model::HugeCow::copy : model::HugeCow::split;
      break;
    case 2:
      world.zero_page = world.zero_page == model::ZeroPage::frame ? model::ZeroPage::page
                                                                  : model::ZeroPage::frame;
      break;
    case 3:
      world.cpus = random.between(1, 4);
      world.pool = random.below(4);
      break;
    case 4:
      world.fork = static_cast<model::Fork>(random.below(3));
      break;
    case 5:
      world.count_bits = world.count_bits == 0 ? 2 : 0;
      break;
    case 6:
      world.cpu_pool = world.cpu_pool == 0 ? 2 : 0;
      break;
    case 7:
      world.asids = world.asids == 0 ? 2 : 0;
      world.nodes = random.between(1, 2);
      world.zswap = random.below(2);
      world.flush = random.one_in(2) ? model::Flush::batched : model::Flush::at_once;
      break;
    default:
      world.procs = random.between(2, 6);
  }
  if (!model::complaint(world).empty()) world.pool = 0;
}

}  // namespace cow::fuzz
