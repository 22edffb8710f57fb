#include "props/subjects/historic_subject.h"

namespace cow::props {

using historic::Result;
using model::Kind;
using model::Op;
using model::Status;

HistoricAdapter::HistoricAdapter(const model::World& world,
                                 std::unique_ptr<historic::System> system)
    : world_(world),
      page_bytes_(model::page_bytes(world.geometry)),
      system_(std::move(system)),
      views_(std::size_t{world.procs} * world.pages),
      counts_(world.frames),
      holders_(world.frames),
      mappers_(world.frames) {}

void HistoricAdapter::reset() {
  system_->reset();
  findings_.clear();
  look_again();
}

model::Answer HistoricAdapter::perform(const Op& op) {
  const auto refusal = nonsense(op);
  if (refusal != Status::ok) return {refusal, {}};
  system_->fail_allocation(op.oom);
  const auto result = call(op);
  system_->fail_allocation(0);
  if (system_->panicked()) return {Status::stuck, {}};
  switch (result) {
    case Result::occupied:
      return {Status::occupied, {}};
    case Result::segfault:
      return {Status::segfault, {}};
    case Result::no_memory:
      return {Status::no_memory, {}};
    case Result::ok:
      break;
  }
  if (!model::answers_bytes(op.kind)) return {Status::ok, {}};
  return {Status::ok, buffer_};
}

Status HistoricAdapter::nonsense(const Op& op) const {
  if (op.proc >= world_.procs || !system_->alive(op.proc)) return Status::no_process;
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    return system_->alive(op.child) ? Status::busy : Status::ok;
  }
  const bool pages = model::takes_pages(op.kind);
  if (!pages && !model::is_access(op.kind)) return Status::ok;
  const auto length = pages ? std::uint64_t{op.count} * page_bytes_ : op.length;
  const auto end = std::uint64_t{op.page} * page_bytes_ + (pages ? 0 : op.offset) + length;
  const bool fits = length != 0 && end <= std::uint64_t{world_.pages} * page_bytes_;
  return !fits || op.cpu >= world_.cpus ? Status::bad_range : Status::ok;
}

Result HistoricAdapter::call(const Op& op) {
  switch (op.kind) {
    case Kind::map:
      return system_->map(op.proc, op.page, op.count, static_cast<historic::Right>(op.access),
                          op.huge);
    case Kind::unmap:
      return system_->unmap(op.proc, op.page, op.count);
    case Kind::fork:
      return system_->fork(op.proc, op.child);
    case Kind::exec:
      return system_->exec(op.proc);
    case Kind::exit:
      return system_->exit(op.proc);
    default:
      return access(op);
  }
}

Result HistoricAdapter::access(const Op& op) {
  const auto at = std::uint64_t{op.page} * page_bytes_ + op.offset;
  buffer_.resize(op.length);
  auto value = op.value;
  for (auto& byte : buffer_) byte = value++;
  if (op.kind == Kind::read) return system_->read(op.proc, op.cpu, at, buffer_);
  if (op.kind == Kind::write) return system_->write(op.proc, op.cpu, at, buffer_);
  if (op.kind == Kind::kernel_read) return system_->kernel_read(op.proc, at, buffer_);
  return system_->kernel_write(op.proc, at, buffer_);
}

/// Memory that grows at its end has no holes: a range that would leave one is not asked for.
bool HistoricAdapter::supports_map(const Op& op) const {
  const auto can = system_->abilities();
  if (op.sharing == model::Sharing::shared || op.file || op.hugetlb) return false;
  if (op.access == model::Access::none) return false;
  if (op.access == model::Access::read && !can.read_only) return false;
  if (op.proc >= world_.procs || !system_->alive(op.proc) || !can.ends_only) return true;
  const auto last = std::uint64_t{op.page} + op.count;
  if (op.page < world_.pages && last <= world_.pages && last > system_->room(op.proc)) return false;
  return op.page <= system_->end(op.proc);
}

bool HistoricAdapter::supports(const Op& op) const {
  const auto can = system_->abilities();
  const bool lives = op.proc < world_.procs && system_->alive(op.proc);
  switch (op.kind) {
    case Kind::map:
      return supports_map(op);
    case Kind::unmap:
      if (!lives || !can.ends_only || op.count == 0) return true;
      return std::uint64_t{op.page} + op.count >= system_->end(op.proc);
    case Kind::read:
    case Kind::write:
    case Kind::fork:
      return true;
    case Kind::kernel_read:
    case Kind::kernel_write:
      return can.kernel_reach;
    case Kind::exec:
    case Kind::exit:
      return !lives || system_->may_end(op.proc);
    default:
      return false;
  }
}

Seen HistoricAdapter::seen(std::uint32_t process, std::uint32_t page) const {
  const auto& at = view(process, page);
  if (!at.mapped) return {};
  const bool there = at.present && (at.frame < system_->first_frame() || is_counted(at.frame));
  return {true, static_cast<model::Access>(at.right), there ? system_->bytes(at.frame) : nullptr};
}

Costs HistoricAdapter::costs() const {
  const auto s = system_->spent();
  return {s.copies, s.faults, s.failed_allocations, s.data_frames, s.used_frames, 0};
}

}  // namespace cow::props
