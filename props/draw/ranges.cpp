#include <algorithm>

#include "props/draw/draw.h"

namespace cow::props {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;

namespace {

/// How many pages of the range are mapped, from its first one on; at least 1.
std::uint32_t mapped_run(const Reference& reference, const Op& op) {
  std::uint32_t covered = 0;
  while (covered < op.count && reference.page(op.proc, op.page + covered).mapped) ++covered;
  return std::max(1U, covered);
}

}  // namespace

/// Whole huge pages that are free, or any if none is; of the file's first two often.
Op Draw::draw_map_hugetlb(const Reference& reference, Op op) {
  op.hugetlb = true;
  op.access = draw_access_right();
  const auto blocks = world_.pages / fan_, start = random_.below(blocks);
  const auto is_free = [&](std::uint32_t block) {
    return block < blocks && !reference.page(op.proc, block * fan_).mapped &&
           !reference.page(op.proc, block * fan_ + fan_ - 1).mapped;
  };
  auto block = start;
  for (std::uint32_t i = 0; i < blocks && !is_free(block); ++i) block = (start + i) % blocks;
  op.page = block * fan_;
  op.count = random_.one_in(4) && is_free(block + 1) ? 2 * fan_ : fan_;
  if (random_.one_in(4)) op.sharing = model::Sharing::shared;
  op.file = random_.one_in(3);
  if (op.file) op.to = std::min(random_.below(2) * fan_, world_.pages - op.count);
  return op;
}

/// Of what lies in the pool mostly whole huge pages: all else is refused.
void Draw::whole_hugetlb(const Reference& reference, Op& op) {
  if (!reference.page(op.proc, op.page).hugetlb || random_.one_in(8)) return;
  op.page -= op.page % fan_;
  op.count = std::min(world_.pages - op.page, fan_ * (random_.one_in(4) ? 2 : 1));
}

Op Draw::draw_map(const Reference& reference, Op op) {
  if (world_.pool > 0 && random_.one_in(2)) return draw_map_hugetlb(reference, op);
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
  if (random_.percent(file_percent_)) of_file(op);
  return op;
}

/// The same pages of the file come often, so that private and shared mappings of them meet.
void Draw::of_file(Op& op) {
  op.file = true;
  if (random_.one_in(2)) op.sharing = model::Sharing::shared;
  op.to = random_.percent(70) ? op.page % 4 : random_.below(world_.pages);
  op.count = std::min(op.count, world_.pages - op.to);
}

/// Of a huge page the whole, half of the time.
void Draw::whole_huge_page(const Reference& reference, Op& op) {
  if (!reference.page(op.proc, op.page).huge || random_.one_in(2)) return;
  op.page -= op.page % fan_;
  op.count = fan_;
}

Op Draw::draw_range(const Reference& reference, Op op) {
  op.page = draw_page(reference, op.proc, true);
  const bool frees = op.kind == Kind::free || (op.kind == Kind::pageout && draws(Kind::free));
  if (frees && random_.one_in(2)) op.page %= fan_;  // so that these two meet
  op.count = draw_count(op.page);
  whole_hugetlb(reference, op);
  if (op.kind == Kind::unmap) return op;
  if (op.kind == Kind::protect) {
    op.access = random_.one_in(2) ? Access::write : draw_access_right();
  } else {
    whole_huge_page(reference, op);
  }
  op.count = mapped_run(reference, op);
  return op;
}

/// Mostly anonymous private pages, since no others can be given up or write-protected.
Op Draw::draw_anonymous(const Reference& reference, Op op) {
  op = draw_range(reference, op);
  const auto refused = [&](std::uint32_t page) {
    const auto& at = reference.page(op.proc, page);
    return at.sharing == model::Sharing::shared || at.file;
  };
  if (random_.one_in(20)) return op;
  if (refused(op.page)) op.kind = Kind::dontneed;
  std::uint32_t alike = 1;
  while (alike < op.count && refused(op.page + alike) == refused(op.page)) ++alike;
  op.count = alike;
  return op;
}

/// Mostly whole huge pages that are mapped whole, hinted or not.
Op Draw::draw_hint(const Reference& reference, Op op) {
  op.page = draw_page(reference, op.proc, true);
  op.count = draw_count(op.page);
  if (random_.one_in(3)) {
    op.count = mapped_run(reference, op);
    return op;
  }
  const auto blocks = world_.pages / fan_, start = random_.below(blocks);
  for (std::uint32_t i = 0; i < blocks; ++i) {
    op.page = (start + i) % blocks * fan_;
    op.count = fan_;
    if (mapped_run(reference, op) == fan_) break;
  }
  return op;
}

/// Free pages from a random place on: as many as the operation has, or the longest run. When
/// `aligned`, they lie in their huge page as the operation's pages do.
Draw::Room Draw::find_room(const Reference& reference, const Op& op, bool aligned) {
  const auto pages = random_.one_in(3) ? world_.pages : hot_pages_;
  const auto start = random_.below(pages);
  Room run, best;
  for (std::uint32_t i = 0; i < 2 * pages && best.count < op.count; ++i) {
    const auto page = (start + i) % pages;
    if (page == 0 || reference.page(op.proc, page).mapped) run.count = 0;
    if (reference.page(op.proc, page).mapped) continue;
    if (run.count == 0) {
      if (aligned && page % fan_ != op.page % fan_) continue;
      run.page = page;
    }
    ++run.count;
    if (run.count > best.count) best = run;
  }
  return best;
}

Op Draw::draw_remap(const Reference& reference, Op op) {
  op.page = draw_page(reference, op.proc, true);
  op.count = draw_count(op.page);
  whole_huge_page(reference, op);
  whole_hugetlb(reference, op);
  op.count = mapped_run(reference, op);
  const bool aligned = random_.one_in(2) || reference.page(op.proc, op.page).hugetlb;
  Room room = find_room(reference, op, aligned);
  if (room.count == 0) room = find_room(reference, op, false);
  if (room.count == 0) room = {random_.below(world_.pages), op.count};
  op.to = room.page;
  op.count = std::min(op.count, room.count);
  return op;
}

Op Draw::draw_advise(const Reference& reference, Op op) {
  op.page = draw_page(reference, op.proc, true);
  op.count = draw_count(op.page);
  op.advice = static_cast<model::Advice>(random_.below(model::advice_count));
  whole_huge_page(reference, op);
  whole_hugetlb(reference, op);
  op.count = mapped_run(reference, op);
  const auto shared = [&](std::uint32_t page) {
    const auto& at = reference.page(op.proc, page);
    return at.sharing == model::Sharing::shared || at.hugetlb;
  };
  if (op.advice != model::Advice::wipeonfork || random_.one_in(10)) return op;
  if (shared(op.page)) op.advice = model::Advice::dontfork;
  std::uint32_t alike = 1;
  while (alike < op.count && shared(op.page + alike) == shared(op.page)) ++alike;
  op.count = alike;
  return op;
}

}  // namespace cow::props
