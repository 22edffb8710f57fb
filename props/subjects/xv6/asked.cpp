#include <algorithm>
#include <fmt/format.h>

#include "props/subjects/xv6/xv6.h"

// What xv6 is asked at all, and what is said about the rest.

namespace cow::props::xv6 {

using model::Kind;
using model::Op;
using model::Status;

namespace {
constexpr bool can_do(Kind kind) {
  switch (kind) {
    case Kind::map:
    case Kind::unmap:
    case Kind::read:
    case Kind::write:
    case Kind::kernel_read:
    case Kind::kernel_write:
    case Kind::fork:
    case Kind::exec:
    case Kind::exit:
      return true;
    default:
      return false;
  }
}
}  // namespace

/// So many that all processes together fit into the small memory, even when fork copies all.
std::uint32_t Xv6::most_pages() const {
  return std::min(world_.pages, world_.geometry == model::Geometry::tiny ? 32U : 16U);
}

/// The driver answers by the reference's table what makes no sense to ask.
Status Xv6::nonsense(const Op& op) const {
  if (op.proc >= std::min(world_.procs, processes) || !lives(op.proc)) return Status::no_process;
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    return op.child < processes && lives(op.child) ? Status::busy : Status::ok;
  }
  const bool pages = model::takes_pages(op.kind);
  if (!pages && !model::is_access(op.kind)) return Status::ok;
  const auto length = pages ? std::uint64_t{op.count} * page_bytes_ : op.length;
  const auto end = std::uint64_t{op.page} * page_bytes_ + (pages ? 0 : op.offset) + length;
  const bool fits = length != 0 && end <= std::uint64_t{world_.pages} * page_bytes_;
  return fits && op.cpu < world_.cpus ? Status::ok : Status::bad_range;
}

bool Xv6::supports(const Op& op) const {
  if (!can_do(op.kind) || op.oom != 0) return false;
  if (op.kind == Kind::map && (op.file || op.hugetlb || op.sharing == model::Sharing::shared ||
                               op.access != model::Access::write))
    return false;
  if (nonsense(op) != Status::ok) return true;
  const auto mapped = pages_[op.proc];
  if (op.kind == Kind::fork) return op.child < processes;
  if (op.kind == Kind::unmap) return op.page >= mapped || op.page + op.count >= mapped;
  if (op.kind == Kind::map)
    return op.page < mapped || (op.page == mapped && op.page + op.count <= most_pages());
  if (!model::is_access(op.kind)) return true;
  const auto range = touched_pages(op, world_);
  return (range.end - range.first) * page_bytes_ <= COWXV6_LONGEST;
}

Op Xv6::adapt(Op op) const {
  op.oom = 0;
  if (op.kind == Kind::fork) op.child = static_cast<std::uint8_t>(op.child % processes);
  if (op.proc >= processes) return op;
  const auto mapped = pages_[op.proc], most = most_pages();
  if (op.kind == Kind::map) {
    op.file = op.hugetlb = false;
    op.to = 0;
    op.sharing = model::Sharing::private_;
    op.access = model::Access::write;
    if (op.page > mapped && op.count > 0 && mapped < most) {
      op.page = mapped;
      op.count = std::min({op.count, most - mapped, 8U});
    }
  }
  if (op.kind == Kind::unmap && op.page < mapped && op.count > 0)
    op.count = std::max(op.count, mapped - op.page);
  return op;
}

std::vector<std::string> Xv6::notes() const {
  std::vector<std::string> notes = {fmt::format("xv6 of {}, on one processor", image_.tree)};
  if (image_.memory != 0)
    notes.push_back(fmt::format(
        "its memory is {} KiB (PHYSTOP, in the copy), counted when all processes have exited{}",
        image_.memory >> 10, image_.size == Memory::least ? "" : "; with less it does not work"));
  else
    notes.push_back(fmt::format("leaks are not looked for, since {}",
                                image_.size == Memory::its_own
                                    ? "it does not come up with a PHYSTOP that is soon counted"
                                    : "kernel/memlayout.h has no PHYSTOP"));
  notes.push_back(
      fmt::format("left out: more than {} processes or {} pages, and all but the heap: "
                  "protect, remap, shared memory, files, pins, hints, oom@k",
                  processes, most_pages()));
  return notes;
}

std::vector<std::string> Xv6::event_names() const {
  return {"page looked at", image_.memory != 0 ? "memory counted" : "translated count",
          "translated try", "trace played at once", "translated one by one"};
}

std::string Xv6::describe() const {
  std::string text;
  for (std::uint32_t p = 0; begun_ && p < processes; ++p) {
    if (!lives(p)) continue;
    text += fmt::format("  P{}\n", p);
    if (pages_[p] > 0) text += fmt::format("   p0..p{} heap\n", pages_[p] - 1);
  }
  return text;
}

}  // namespace cow::props::xv6
