#include <algorithm>
#include <utility>

#include "props/lockstep/touched_pages.h"
#include "props/shrink/passes.h"

namespace cow::props {

namespace {

using model::Op;
using model::Trace;

Trace without(const Trace& trace, std::size_t first, std::size_t end) {
  Trace rest = trace;
  const auto at = rest.ops.begin();
  rest.ops.erase(at + static_cast<std::ptrdiff_t>(first), at + static_cast<std::ptrdiff_t>(end));
  return rest;
}

/// Removes every operation but the last that `drop` names.
template <class Drop>
bool remove_where(Search& search, Drop drop) {
  Trace rest = search.best();
  const Op last = rest.ops.back();
  rest.ops.pop_back();
  std::erase_if(rest.ops, drop);
  rest.ops.push_back(last);
  return search.attempt(std::move(rest));
}

/// The pages that the last operation is about: a device's are those that its pin was made for.
PageRange pages_of_last(const Trace& trace) {
  const Op& last = trace.ops.back();
  const model::Shape& uses = model::shape(last.kind);
  if (!uses.pin || model::has_page(uses.range)) return touched_pages(last, trace.world);
  const auto made = std::find_if(trace.ops.rbegin(), trace.ops.rend(), [&](const Op& op) {
    return op.kind == model::Kind::pin && op.proc == last.proc && op.pin == last.pin;
  });
  return made != trace.ops.rend() ? touched_pages(*made, trace.world) : PageRange{0, 0};
}

/// Removes what touches pages, but none in the blocks of `block` pages that the last operation
/// touches.
bool remove_elsewhere(Search& search, std::uint32_t block) {
  const model::World world = search.best().world;
  const auto here = pages_of_last(search.best());
  if (here.first == here.end) return false;
  const auto near = [&](const PageRange& there) {
    return there.first != there.end && there.first / block <= (here.end - 1) / block &&
           (there.end - 1) / block >= here.first / block;
  };
  return remove_where(search, [&](const Op& op) {
    const auto there = touched_pages(op, world);
    return there.first != there.end && !near(there) && !near(target_pages(op, world));
  });
}

bool takes_away(const Op& op) {
  using model::Kind;
  return op.kind == Kind::unmap || op.kind == Kind::protect || op.kind == Kind::dontneed ||
         op.kind == Kind::pageout || op.kind == Kind::swapoff || op.kind == Kind::unpin ||
         op.kind == Kind::exec || op.kind == Kind::exit || op.kind == Kind::wait;
}

bool remove_pins(Search& search) {
  bool better = false;
  for (auto p = search.best().world.procs; p-- > 0;) {
    for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
      const auto uses = [&](const Op& op) {
        return model::shape(op.kind).pin && op.proc == p && op.pin == pin;
      };
      better = remove_where(search, uses) || better;
    }
  }
  return better;
}

/// Keeps the last operations only: as few as can be, doubling. Costs no more than two full runs.
bool keep_end(Search& search) {
  for (std::size_t kept = 1; kept < search.size(); kept *= 2) {
    if (search.attempt(without(search.best(), 0, search.size() - kept))) return true;
  }
  return false;
}

/// One sweep over chunks of `least` or more, from the end to the start: a chunk is twice as long
/// as the one before while that works, and the least one again where it does not.
bool sweep(Search& search, std::size_t least) {
  bool better = false;
  auto size = least;
  for (auto end = search.size(); end > 0;) {
    const auto first = end - std::min(end, size);
    const bool gone = search.attempt(without(search.best(), first, end));
    better = better || gone;
    // Where a long chunk fails, the least one still has to be tried.
    if (gone || size == least) end = std::min(first, search.size());
    size = gone ? size * 2 : least;
  }
  return better;
}

/// Removes `left` more operations below `end` from `rest`. True at the first success.
bool remove_subset(Search& search, const Trace& rest, std::size_t end, int left) {
  for (auto i = end; i-- > 0;) {
    Trace candidate = without(rest, i, i + 1);
    if (left == 1 ? search.attempt(std::move(candidate))
                  : remove_subset(search, candidate, i, left - 1)) {
      return true;
    }
  }
  return false;
}

bool remove_subsets(Search& search, int count, std::size_t longest) {
  bool better = false;
  const auto once = [&] {
    const Trace best = search.best();
    return best.ops.size() <= longest && remove_subset(search, best, best.ops.size(), count);
  };
  while (once()) better = true;
  return better;
}

/// True at the first success with operation `from` in the place `to`, and none or one removed.
bool move_to(Search& search, std::size_t from, std::size_t to) {
  Trace moved = without(search.best(), from, from + 1);
  moved.ops.insert(moved.ops.begin() + static_cast<std::ptrdiff_t>(to), search.best().ops[from]);
  return search.attempt(moved) || remove_subset(search, moved, moved.ops.size(), 1);
}

bool move_any(Search& search) {
  const auto size = search.size();
  if (size > triples_up_to) return false;
  for (std::size_t from = 0; from < size; ++from) {
    for (std::size_t to = 0; to < size; ++to) {
      if (to != from && move_to(search, from, to)) return true;
    }
  }
  return false;
}

}  // namespace

bool remove_by_meaning(Search& search) {
  bool better = keep_end(search);
  better = remove_where(search, takes_away) || better;
  better = remove_elsewhere(search, 1) || better;
  better = remove_elsewhere(search, model::huge_pages(search.best().world.geometry)) || better;
  for (int kind = 0; kind < model::kind_count; ++kind) {
    const auto same = [&](const Op& op) { return static_cast<int>(op.kind) == kind; };
    better = remove_where(search, same) || better;
  }
  for (auto p = search.best().world.procs; p-- > 0;) {
    const auto by_or_of = [&](const Op& op) {
      return op.proc == p || (model::shape(op.kind).child && op.child == p);
    };
    better = remove_where(search, by_or_of) || better;
  }
  return remove_pins(search) || better;
}

bool remove_chunks(Search& search) {
  bool better = false;
  for (auto size = search.size() / 2; size > 1; size /= 2) better = sweep(search, size) || better;
  while (sweep(search, 1)) better = true;
  return better;
}

bool remove_together(Search& search) {
  const bool pair = remove_subsets(search, 2, pairs_up_to);
  return remove_subsets(search, 3, triples_up_to) || pair;
}

bool remove_by_moving(Search& search) {
  bool better = false;
  while (move_any(search)) better = true;
  return better;
}

}  // namespace cow::props
