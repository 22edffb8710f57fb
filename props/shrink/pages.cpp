#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "props/lockstep/touched_pages.h"
#include "props/shrink/passes.h"
#include "props/shrink/ranges.h"

namespace cow::props {

namespace {

using model::Op;
using model::Trace;

/// Where `at` lands when `length` places from `first` on are cut out.
std::uint64_t land(std::uint64_t at, std::uint64_t first, std::uint64_t length) {
  if (at <= first) return at;
  return at <= first + length ? first : at - length;
}

/// Some pages that are cut out of the address space.
struct Cut {
  std::uint64_t page, count;

  Extent operator()(const Extent& range, std::uint64_t units) const {
    return {land(range.first, page * units, count * units),
            land(range.end, page * units, count * units)};
  }
};

/// Empty when the operation's range is wholly in the cut. A remap moves as many pages as are left
/// at both its ends.
std::optional<Op> without(Op op, const Cut& cut, const model::World& world) {
  const model::Shape& uses = model::shape(op.kind);
  if (!model::has_page(uses.range)) return op;
  const auto was = range_of(op, world);
  auto now = cut(was, units_per_page(op, world));
  if (uses.to) {
    const auto target = cut({op.to, std::uint64_t{op.to} + op.count}, 1);
    now.end = std::min(now.end, now.first + (target.end - target.first));
    op.to = static_cast<std::uint32_t>(target.first);
  }
  if (now.first == now.end && was.first != was.end) return std::nullopt;
  set_range(op, now, world);
  return op;
}

Trace without(const Trace& trace, const Cut& cut) {
  Trace out{trace.world, {}};
  for (const Op& op : trace.ops) {
    if (const auto rest = without(op, cut, trace.world)) out.ops.push_back(*rest);
  }
  return out;
}

/// Page 0 and where ranges start and end: between two neighbours all pages are used alike.
std::set<std::uint32_t> borders(const Trace& trace) {
  std::set<std::uint32_t> found{0};
  for (const Op& op : trace.ops) {
    for (const auto range : {touched_pages(op, trace.world), target_pages(op, trace.world)}) {
      if (range.first == range.end) continue;
      found.insert(range.first);
      found.insert(range.end);
    }
  }
  return found;
}

/// Cuts all of the `length` pages from `first` on, or a part: halves, quarters and so on to one
/// page, and whole huge pages, so that what lies above can keep its alignment.
bool cut_part(Search& search, std::uint32_t first, std::uint32_t length) {
  const auto fan = model::huge_pages(search.best().world.geometry);
  for (auto part = length; part > 0; part /= 2) {
    if (search.attempt(without(search.best(), {first, part}))) return true;
    const auto whole = part - part % fan;
    if (whole > 0 && whole < part && search.attempt(without(search.best(), {first, whole})))
      return true;
  }
  return false;
}

Trace moved(Trace trace, std::uint32_t from, std::uint32_t to) {
  for (Op& op : trace.ops) {
    if (op.page == from) op.page = to;
    if (op.to == from) op.to = to;
  }
  return trace;
}

/// One operation over both ranges; empty when the two do different things.
std::optional<Op> merged(const Op& a, const Op& b, const model::World& world) {
  if (!has_extent(a) || a.kind != b.kind || a.proc != b.proc) return std::nullopt;
  const bool moves = model::shape(a.kind).to;  // then both must move equally far
  if (a.pin != b.pin || (moves && a.to - a.page != b.to - b.page)) return std::nullopt;
  const auto x = range_of(a, world), y = range_of(b, world);
  const Extent both{std::min(x.first, y.first), std::max(x.end, y.end)};
  if (both.end - both.first > UINT32_MAX) return std::nullopt;
  Op op = a;
  set_range(op, both, world);
  if (moves) op.to = std::min(a.to, b.to);
  return op;
}

/// Puts the merged operation in the place of either.
bool merge_at(Search& search, std::size_t i, std::size_t j) {
  for (const auto& [keep, drop] : {std::pair{i, j}, std::pair{j, i}}) {
    Trace candidate = search.best();
    auto& ops = candidate.ops;
    const auto op = merged(ops[keep], ops[drop], candidate.world);
    if (!op) return false;
    ops[keep] = *op;
    ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(drop));
    if (search.attempt(std::move(candidate))) return true;
  }
  return false;
}

bool merge_any(Search& search) {
  if (search.size() > pairs_up_to) return false;
  for (std::size_t j = 1; j < search.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (merge_at(search, i, j)) return true;
    }
  }
  return false;
}

/// Without the remap `i`, but what the operations of [first, end) do to the pages that it moved
/// they do to where it moved them, and the other way round.
Trace without_move(const Trace& trace, std::size_t i, std::size_t first, std::size_t end) {
  const Op& move = trace.ops[i];
  const auto swapped = [&](std::uint32_t page) {
    if (page - move.to < move.count) return page - move.to + move.page;
    return page - move.page < move.count ? page - move.page + move.to : page;
  };
  Trace stays{trace.world, {}};
  for (std::size_t j = 0; j < trace.ops.size(); ++j) {
    if (j == i) continue;
    auto& op = stays.ops.emplace_back(trace.ops[j]);
    if (j < first || j >= end) continue;
    if (model::has_page(model::shape(op.kind).range)) op.page = swapped(op.page);
    if (model::shape(op.kind).to) op.to = swapped(op.to);
  }
  return stays;
}

}  // namespace

bool cut_pages(Search& search) {
  bool better = false;
  std::uint32_t from = 0;
  for (;;) {
    const auto found = borders(search.best());
    const auto next = found.upper_bound(from);
    if (next == found.end()) return better;
    if (cut_part(search, from, *next - from))
      better = true;
    else
      from = *next;
  }
}

bool fold_pages(Search& search) {
  bool better = false;
  if (search.size() > pairs_up_to) return false;
  std::set<std::uint32_t> pages;
  for (const Op& op : search.best().ops) {
    pages.insert(op.page);
    pages.insert(op.to);
  }
  for (auto from = pages.rbegin(); from != pages.rend(); ++from) {
    for (auto to = pages.begin(); *to != *from; ++to) {
      if (!search.attempt(moved(search.best(), *from, *to))) continue;
      better = true;
      break;
    }
  }
  return better;
}

bool stay_in_place(Search& search) {
  bool better = false;
  for (std::size_t i = 0; i + 1 < search.best().ops.size();) {
    const auto& trace = search.best();
    const bool shorter = model::shape(trace.ops[i].kind).to &&
                         (search.attempt(without_move(trace, i, i, trace.ops.size())) ||
                          search.attempt(without_move(trace, i, 0, i)));
    better = better || shorter;
    if (!shorter) ++i;
  }
  return better;
}

bool merge_ranges(Search& search) {
  bool better = false;
  while (merge_any(search)) better = true;
  return better;
}

}  // namespace cow::props
