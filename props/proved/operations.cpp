#include <algorithm>
#include <array>

#include "props/proved/on_bytes.h"

namespace cow::props::proved {

namespace {

using model::Kind;
using model::Op;

/// Which kinds of operations take which steps. `touches` come by fault.
struct Taken {
  std::string_view step;
  std::vector<Kind> kinds;
};

const std::vector<Kind> writes = {Kind::write, Kind::kernel_write, Kind::force_write, Kind::pin};
const std::vector<Kind> touches = {Kind::read,         Kind::write,       Kind::kernel_read,
                                   Kind::kernel_write, Kind::force_write, Kind::pin};
const std::vector<Kind> forks = {Kind::fork};
const std::vector<Kind> drops = {Kind::unmap, Kind::dontneed, Kind::exit};

const std::array steps = {
    Taken{"demand_zero", touches},
    Taken{"demand_zero_page", {Kind::read, Kind::kernel_read}},
    Taken{"demand_object", touches},
    Taken{"demand_marked", touches},
    Taken{"write_fault", writes},
    Taken{"take_alone", writes},
    Taken{"move_to_copy", writes},
    Taken{"unshare", {Kind::pin}},
    Taken{"make_exclusive", {Kind::pin}},
    Taken{"pin_page", {Kind::pin}},
    Taken{"pin_slowly", {Kind::pin}},
    Taken{"pin_fast", {Kind::pin}},
    Taken{"unpin", {Kind::unpin}},
    Taken{"fork_page", forks},
    Taken{"fork_swapped", forks},
    Taken{"fork_flush", forks},
    Taken{"fork_undo", forks},
    Taken{"unmap_page", drops},
    Taken{"zap_swapped", drops},
    Taken{"exit_page", {Kind::exit}},
    Taken{"protect_page", {Kind::protect}},
    Taken{"swap_out", {Kind::pageout}},
    Taken{"go_out", {Kind::pageout}},
    Taken{"page_out", {Kind::pageout}},
    Taken{"swap_in", touches},
    Taken{"come_back", touches},
    Taken{"move_page", {Kind::remap}},
    Taken{"suspend_page", {Kind::migrate, Kind::merge}},
    Taken{"resume_page", {Kind::migrate, Kind::merge}},
    Taken{"migrate_page", {Kind::migrate}},
    Taken{"migrate_frame", {Kind::migrate}},
    Taken{"migrate_sharer", {Kind::migrate}},
    Taken{"load", {Kind::read}},
    Taken{"store", {Kind::write}},
    Taken{"give_up_page", {Kind::free}},
    Taken{"write_protect_page", {Kind::wp, Kind::unwp}},
    Taken{"guard_page", {Kind::guard}},
    Taken{"unguard_page", {Kind::unguard}},
    Taken{"clear_page_refs", {Kind::clear_refs}},
    Taken{"merge_page", {Kind::merge}},
    Taken{"reach_read", {Kind::kernel_read}},
    Taken{"reach_write", {Kind::kernel_write}},
    Taken{"reach_force", {Kind::force_write}},
    Taken{"fault_read", {Kind::read}},
    Taken{"fault_write", {Kind::write}},
};

/// A value that is nowhere in the state, whose bytes are small numbers.
constexpr std::uint8_t fresh_value = 0x80;

Op operation(Kind kind, const Refuted& refuted, const Built& built) {
  const auto& at = built.slots[static_cast<std::size_t>(refuted.place)];
  Op op;
  op.kind = kind;
  op.proc = static_cast<std::uint8_t>(at.process);
  const auto range = model::shape(kind).range;
  if (model::has_page(range)) op.page = at.page;
  if (range == model::Range::pages) op.count = 1;
  if (range == model::Range::bytes) op.length = 2;
  if (model::shape(kind).value) op.value = fresh_value;
  if (model::shape(kind).child) op.child = static_cast<std::uint8_t>(built.unused_process);
  if (model::shape(kind).to) op.to = built.unused_page;
  if (model::shape(kind).access) {
    op.access = refuted.new_write  ? model::Access::write
                : refuted.new_read ? model::Access::read
                                   : model::Access::none;
  }
  if (kind == Kind::pin && op.access == model::Access::none) op.access = model::Access::read;
  return op;
}

}  // namespace

bool is_taken_by_operations(std::string_view step) {
  return std::ranges::find(steps, step, &Taken::step) != steps.end();
}

std::vector<Op> operations_of(const Refuted& refuted, const Built& built) {
  const auto taken = std::ranges::find(steps, refuted.step, &Taken::step);
  if (taken == steps.end() || refuted.place < 0) return {};
  if (built.slots[static_cast<std::size_t>(refuted.place)].process < 0) return {};
  std::vector<Op> ops;
  for (const auto kind : taken->kinds) {
    auto op = operation(kind, refuted, built);
    while (kind == Kind::pin && op.pin + 1U < model::max_pins &&
           built.reference->pin(op.proc, op.pin).access != model::Access::none) {
      ++op.pin;
    }
    ops.push_back(op);
    if (kind != Kind::pin) continue;
    op.access = op.access == model::Access::write ? model::Access::read : model::Access::write;
    ops.push_back(op);
  }
  return ops;
}

}  // namespace cow::props::proved
