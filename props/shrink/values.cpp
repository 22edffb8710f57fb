#include <array>
#include <utility>
#include <vector>

#include "props/shrink/passes.h"
#include "props/shrink/ranges.h"

namespace cow::props {

namespace {

using model::Access;
using model::Kind;
using model::Op;
using model::Sharing;
using model::Trace;

/// The operation as one of another kind: what that does not use is gone.
Op as(Kind kind, const Op& op) {
  const model::Shape& uses = model::shape(kind);
  Op other;
  other.kind = kind;
  other.proc = op.proc;
  other.oom = op.oom;
  if (uses.child) other.child = op.child;
  if (uses.pin) other.pin = op.pin;
  if (uses.access) other.access = op.access;
  if (uses.value) other.value = op.value;
  if (model::has_page(uses.range)) other.page = op.page;
  if (uses.range == model::Range::pages) other.count = op.count;
  if (model::has_offset(uses.range)) other.offset = op.offset, other.length = op.length;
  if (uses.cpu) other.cpu = op.cpu;
  if (uses.range == model::Range::bytes && op.kind == Kind::pin) other.length = 1;
  return other;
}

/// A kind that needs fewer words for much of the same effect.
void plainer_kind(Op& op) {
  if (op.kind == Kind::collapse) op = as(Kind::migrate, op);
  if (op.kind == Kind::write || op.kind == Kind::kernel_read) op = as(Kind::read, op);
  if (op.kind == Kind::kernel_write) op = as(Kind::write, op);
  if (op.kind == Kind::force_write) op = as(Kind::kernel_write, op);
  if (op.kind == Kind::device_write) op = as(Kind::device_read, op);
  if (op.kind == Kind::pin) op = as(Kind::read, op);
  if (op.kind == Kind::exec) op.kind = Kind::exit;
  if (op.kind == Kind::vfork) op.kind = Kind::fork;
  if (op.kind == Kind::protect || op.kind == Kind::dontneed || op.kind == Kind::remap ||
      op.kind == Kind::pageout) {
    op = as(Kind::unmap, op);
  }
}
/// A page that a child does not get may as well be gone; one that was moved, fresh where it was.
void next_plainer_kind(Op& op) {
  if (op.kind == Kind::advise) op = as(Kind::unmap, op);
  if (op.kind == Kind::remap) op = as(Kind::dontneed, op);
  if (op.kind == Kind::pin) {
    op = as(Kind::write, op);
    op.length = 1;
    op.value = 1;
  }
}
void no_oom(Op& op) { op.oom = 0; }
void no_huge(Op& op) { op.huge = false; }
void no_hugetlb(Op& op) { op.hugetlb = false; }
void no_file(Op& op) {
  if (op.file) op.file = false, op.to = 0;
}
void make_private(Op& op) { op.sharing = Sharing::private_; }
void make_writable(Op& op) {
  if (model::shape(op.kind).access) op.access = Access::write;
}
void first_pin(Op& op) { op.pin = 0; }
void first_cpu(Op& op) { op.cpu = 0; }
void first_advice(Op& op) { op.advice = model::Advice::dontfork; }
void one_page(Op& op) { op.count = op.count > 1 ? 1 : op.count; }
void one_byte(Op& op) { op.length = op.length > 1 ? 1 : op.length; }
void no_offset(Op& op) { op.offset = 0; }
void value_one(Op& op) {
  if (model::shape(op.kind).value) op.value = 1;
}

constexpr std::array plain = {&plainer_kind, &next_plainer_kind, &no_oom,       &no_huge,
                              &no_hugetlb,   &no_file,           &make_private, &make_writable,
                              &first_pin,    &first_advice,      &first_cpu,    &one_page,
                              &one_byte,     &no_offset,         &value_one};

/// Lower values of a field: the lowest, then ever closer to the present one, up to one less.
template <class T>
void lower(std::vector<Op>& out, const Op& op, T Op::*field, T lowest) {
  if (op.*field <= lowest) return;
  for (auto step = static_cast<T>(op.*field - lowest); step > 0; step = static_cast<T>(step / 2)) {
    out.push_back(op);
    out.back().*field = static_cast<T>(op.*field - step);
  }
}

void lower_advice(std::vector<Op>& out, const Op& op) {
  for (int advice = 1; advice < static_cast<int>(op.advice); ++advice) {
    out.push_back(op);
    out.back().advice = static_cast<model::Advice>(advice);
  }
}

/// The same for the range: keeps its last places, then its first ones.
void shorter(std::vector<Op>& out, const Op& op, const model::World& world) {
  const auto [first, end] = range_of(op, world);
  if (!has_extent(op) || end - first <= 1) return;
  for (auto step = end - first - 1; step > 0; step /= 2) {
    for (const Extent part : {Extent{first + step, end}, Extent{first, end - step}}) {
      if (part.first >= range_limit(op, world)) continue;
      out.push_back(op);
      set_range(out.back(), part, world);
    }
  }
}

/// All simpler forms of one operation that differ in one field or in the range; boldest first.
std::vector<Op> simpler_forms(const Op& op, const model::World& world) {
  std::vector<Op> out;
  for (const auto simplify : plain) {
    Op form = op;
    simplify(form);
    if (form != op) out.push_back(form);
  }
  if (op.access == Access::none && model::shape(op.kind).access) {
    out.push_back(op);
    out.back().access = Access::read;
  }
  shorter(out, op, world);
  lower<std::uint8_t>(out, op, &Op::oom, 0);
  lower<std::uint8_t>(out, op, &Op::proc, 0);
  lower<std::uint8_t>(out, op, &Op::child, 0);
  lower<std::uint8_t>(out, op, &Op::cpu, 0);
  lower<std::uint8_t>(out, op, &Op::pin, 0);
  lower_advice(out, op);
  lower<std::uint32_t>(out, op, &Op::page, 0);
  lower<std::uint32_t>(out, op, &Op::to, 0);
  lower<std::uint32_t>(out, op, &Op::offset, 0);
  lower<std::uint8_t>(out, op, &Op::value, 2);
  return out;
}

/// True at the first success with operation `i`.
bool simplify_at(Search& search, std::size_t i) {
  if (i >= search.size()) return false;
  const Trace& best = search.best();
  for (const Op& form : simpler_forms(best.ops[i], best.world)) {
    Trace candidate = best;
    candidate.ops[i] = form;
    if (search.attempt(std::move(candidate))) return true;
  }
  return false;
}

/// True at the first operation that is not needed once operation `i` writes all of its page.
bool strengthen_at(Search& search, std::size_t i) {
  Trace stronger = search.best();
  Op& op = stronger.ops[i];
  if (!model::is_access(op.kind)) return false;
  op.kind = Kind::write;
  op.value = 1;
  op.offset = 0;
  op.length = model::page_bytes(stronger.world.geometry);
  for (auto j = stronger.ops.size(); j-- > 0;) {
    Trace candidate = stronger;
    candidate.ops.erase(candidate.ops.begin() + static_cast<std::ptrdiff_t>(j));
    if (j != i && search.attempt(std::move(candidate))) return true;
  }
  return false;
}

}  // namespace

bool simplify_all(Search& search) {
  bool better = false;
  for (const auto simplify : plain) {
    Trace candidate = search.best();
    for (Op& op : candidate.ops) simplify(op);
    better = search.attempt(std::move(candidate)) || better;
  }
  return better;
}

bool simplify_single(Search& search) {
  bool better = false;
  for (auto i = search.size(); i-- > 0;) {
    while (simplify_at(search, i)) better = true;
  }
  return better;
}

bool strengthen_accesses(Search& search) {
  bool better = false;
  for (auto i = search.size(); i-- > 0;) {
    if (search.size() > pairs_up_to || i >= search.size()) continue;
    better = strengthen_at(search, i) || better;
  }
  return better;
}

}  // namespace cow::props
