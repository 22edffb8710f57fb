#include "props/subjects/shared_object.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "props/subjects/foreign_text.h"
#include "props/subjects/registry.h"

namespace cow::props {

using model::Kind;
using model::Op;
using model::Status;

static_assert(int{COWCHECK_NO_PROCESS} == static_cast<int>(Status::no_process));
static_assert(int{COWCHECK_BUSY} == static_cast<int>(Status::busy));
static_assert(int{COWCHECK_BAD_RANGE} == static_cast<int>(Status::bad_range));
static_assert(int{COWCHECK_OCCUPIED} == static_cast<int>(Status::occupied));
static_assert(int{COWCHECK_NOT_MAPPED} == static_cast<int>(Status::not_mapped));
static_assert(int{COWCHECK_SEGFAULT} == static_cast<int>(Status::segfault));
static_assert(int{COWCHECK_NO_MEMORY} == static_cast<int>(Status::no_memory));
static_assert(int{COWCHECK_INVALID} == static_cast<int>(Status::invalid));
static_assert(int{COWCHECK_NO_PIN} == static_cast<int>(Status::no_pin));
static_assert(int{COWCHECK_KEEPONFORK} == static_cast<int>(model::Advice::keeponfork));
static_assert(COWCHECK_MAX_PINS == model::max_pins && model::max_pins * model::max_procs <= 32);
static_assert(int{COWCHECK_WRITE} == static_cast<int>(model::Access::write));
static_assert(COWCHECK_MAX_PROCESSES == model::max_procs);
static_assert(COWCHECK_MAX_PAGES == model::max_pages(model::Geometry::x86_64));

namespace {

/// What a read's buffer and the guard behind it hold before the call.
constexpr std::uint8_t untouched = 0xa5;
constexpr std::size_t guard_bytes = 64;

/// What foreign code wrote into `room`, whether it ended it or not.
std::string_view up_to_nul(std::span<const char> room) {
  return {room.data(), strnlen(room.data(), room.size())};
}

/// "law: what is wrong", as an audit writes it.
Finding finding_of(const std::string& text) {
  for (int i = 0; i < kernel::law_count; ++i) {
    const auto law = static_cast<Law>(i);
    const std::string prefix = fmt::format("{}: ", kernel::name(law));
    if (text.starts_with(prefix)) return {law, text.substr(prefix.size())};
  }
  return {Law::permission, fmt::format("its audit names no law: \"{}\"", text)};
}

}  // namespace

SharedObject::SharedObject(const Library& library, const model::World& world)
    : library_(library),
      world_(world),
      page_bytes_(model::page_bytes(world.geometry)),
      memory_(nullptr, Destroy{library.functions.destroy}),
      room_(page_bytes_) {
  require_world(library, world);
}

void SharedObject::reset() {
  const cowcheck_world world{page_bytes_, world_.pages,  world_.procs,
                             world_.cpus, world_.frames, model::huge_pages(world_.geometry)};
  memory_.reset();
  memory_.reset(functions().create(&world));
  if (memory_ == nullptr) {
    throw SubjectError(
        fmt::format("{}: create returned null for a world of {} processes with {} "
                    "pages of {} bytes",
                    printable(library_.path, 200), world_.procs, world_.pages, page_bytes_));
  }
  alive_ = 1;
  held_ = 0;
  complaints_.clear();
  findings_.clear();
}

model::Answer SharedObject::perform(const Op& op) {
  const bool named = op.proc < world_.procs && op.child < world_.procs && op.cpu < world_.cpus &&
                     op.pin < model::max_pins;
  const bool asked = named && (functions().flags & COWCHECK_CAN_REFUSE) != 0;
  const auto refusal = nonsense(op);
  if (refusal != Status::ok && !asked) return {refusal, {}};
  auto status = Status::stuck;
  try {
    if (functions().fail_allocation != nullptr) functions().fail_allocation(memory(), op.oom);
    status = checked(op, call(op));
    if (functions().fail_allocation != nullptr) functions().fail_allocation(memory(), 0);
  } catch (...) {
    complain(Law::progress, fmt::format("{} threw an exception", model::name(op.kind)));
  }
  if (status != Status::ok) return {status, {}};
  follow(op);
  if (!model::answers_bytes(op.kind)) return {status, {}};
  return {status, std::span(buffer_).first(fitting_length(op))};
}

/// What a success says about who is alive and which pins are held.
void SharedObject::follow(const Op& op) {
  if (op.kind == Kind::fork) alive_ |= 1U << op.child;
  if (op.kind == Kind::exit) alive_ &= ~(1U << op.proc);
  if (op.kind == Kind::pin) held_ |= pin_bit(op);
  if (op.kind == Kind::unpin) held_ &= ~pin_bit(op);
  if (op.kind != Kind::exec && op.kind != Kind::exit) return;
  held_ &= ~(((1U << model::max_pins) - 1) << op.proc * model::max_pins);
}

int SharedObject::call(const Op& op) {
  const auto& f = functions();
  const auto access = static_cast<std::uint32_t>(op.access);
  switch (op.kind) {
    case Kind::map: {
      std::uint32_t flags = 0;
      if (op.sharing == model::Sharing::shared) flags |= COWCHECK_SHARED;
      if (op.huge) flags |= COWCHECK_HUGE;
      return f.map(memory(), op.proc, op.page, op.count, access, flags);
    }
    case Kind::unmap:
      return f.unmap(memory(), op.proc, op.page, op.count);
    case Kind::protect:
      return f.protect(memory(), op.proc, op.page, op.count, access);
    case Kind::remap:
      return f.remap(memory(), op.proc, op.page, op.count, op.to);
    case Kind::dontneed:
      return f.dontneed(memory(), op.proc, op.page, op.count);
    case Kind::split:
      return f.split(memory(), op.proc, op.page, op.count);
    case Kind::collapse:
      return f.collapse(memory(), op.proc, op.page, op.count);
    case Kind::migrate:
      return f.migrate(memory(), op.proc, op.page, op.count);
    case Kind::merge:
      return f.merge(memory(), op.proc, op.page, op.count);
    case Kind::unmerge:
      return f.unmerge(memory(), op.proc, op.page, op.count);
    case Kind::compact:
      return f.compact(memory(), op.proc);
    case Kind::advise:
      return f.advise(memory(), op.proc, op.page, op.count, static_cast<std::uint32_t>(op.advice));
    case Kind::pageout:
      return f.pageout(memory(), op.proc, op.page, op.count);
    case Kind::swapoff:
      return f.swapoff(memory(), op.proc);
    case Kind::free:
    case Kind::wp:
    case Kind::unwp:
    case Kind::guard:
    case Kind::unguard:
    case Kind::clear_refs:
    case Kind::vfork:
    case Kind::wait:
      return COWCHECK_INVALID;  // never asked
    case Kind::pin:
      return f.pin(memory(), op.proc, op.pin, op.page, access);
    case Kind::unpin:
      return f.unpin(memory(), op.proc, op.pin);
    case Kind::device_read:
    case Kind::device_write:
      return call_device(op);
    case Kind::read:
    case Kind::kernel_read:
      return read(op);
    case Kind::write:
    case Kind::kernel_write:
    case Kind::force_write:
      return write(op);
    case Kind::fork:
      return f.fork(memory(), op.proc, op.child);
    case Kind::exec:
      return f.exec(memory(), op.proc);
    case Kind::exit:
      return f.exit(memory(), op.proc);
  }
  return COWCHECK_BAD_RANGE;
}

void SharedObject::clear_buffer(std::uint32_t length) {
  buffer_.assign(length + guard_bytes, untouched);
}

void SharedObject::fill_buffer(const Op& op) {
  buffer_.resize(fitting_length(op));
  for (std::size_t i = 0; i < buffer_.size(); ++i) {
    buffer_[i] = static_cast<std::uint8_t>(op.value + i);
  }
}

void SharedObject::check_guard(const Op& op) const {
  const auto length = fitting_length(op);
  if (std::ranges::all_of(std::span(buffer_).subspan(length),
                          [](auto byte) { return byte == untouched; })) {
    return;
  }
  complain(Law::permission, fmt::format("{} of {} bytes wrote beyond the end of its buffer",
                                        model::name(op.kind), length));
}

int SharedObject::read(const Op& op) {
  const auto length = fitting_length(op);
  clear_buffer(length);
  const auto& f = functions();
  const int answer = op.kind == Kind::read
                         ? f.read(memory(), op.proc, op.cpu, address(op), buffer_.data(), length)
                         : f.kernel_read(memory(), op.proc, address(op), buffer_.data(), length);
  check_guard(op);
  return answer;
}

int SharedObject::write(const Op& op) {
  fill_buffer(op);
  const auto& f = functions();
  const auto length = fitting_length(op);
  if (op.kind == Kind::write)
    return f.write(memory(), op.proc, op.cpu, address(op), buffer_.data(), length);
  const auto write = op.kind == Kind::force_write ? f.force_write : f.kernel_write;
  return write(memory(), op.proc, address(op), buffer_.data(), length);
}

int SharedObject::call_device(const Op& op) {
  const auto& f = functions();
  const auto length = fitting_length(op);
  if (op.kind == Kind::device_write) {
    fill_buffer(op);
    return f.device_write(memory(), op.proc, op.pin, op.offset, buffer_.data(), length);
  }
  clear_buffer(length);
  const int answer = f.device_read(memory(), op.proc, op.pin, op.offset, buffer_.data(), length);
  check_guard(op);
  return answer;
}

model::Status SharedObject::checked(const Op& op, int answer) const {
  const bool known = (answer >= COWCHECK_OK && answer <= COWCHECK_NO_MEMORY) ||
                     answer == COWCHECK_INVALID || answer == COWCHECK_NO_PIN;
  if (known) return static_cast<Status>(answer);
  complain(Law::progress,
           fmt::format("{} answered {}, which is no status", model::name(op.kind), answer));
  return Status::stuck;
}

void SharedObject::complain(Law law, const std::string& what) const {
  complaints_.push_back({law, what});
}

bool SharedObject::audit() {
  findings_.clear();
  findings_.swap(complaints_);
  if (functions().audit != nullptr) audit_itself();
  return findings_.empty();
}

void SharedObject::audit_itself() {
  std::array<char, 512> text{};
  if (functions().audit(memory(), text.data(), text.size()) == 0) return;
  findings_.push_back(finding_of(printable(up_to_nul(text), text.size())));
}

std::string SharedObject::describe() const {
  if (functions().describe == nullptr) return {};
  std::array<char, 4096> text{};
  functions().describe(memory(), text.data(), text.size());
  return printable(up_to_nul(text), text.size(), true);
}

Seen SharedObject::look(std::uint32_t process, std::uint32_t page) const {
  cowcheck_view view{};
  functions().view(memory(), process, page, &view, room_.data());
  if (view.mapped == 0) return {};
  if (view.access > COWCHECK_WRITE) {
    complain(Law::permission, fmt::format("view of P{} p{} shows access {}, which there is not",
                                          process, page, view.access));
    return {};
  }
  const auto access = static_cast<model::Access>(view.access);
  return {true, access, static_cast<const std::uint8_t*>(view.bytes)};
}

Costs SharedObject::count() const {
  cowcheck_costs c{};
  functions().costs(memory(), &c);
  return {c.copies, c.faults, c.failed_allocations, c.data_frames, c.used_frames, 0};
}

}  // namespace cow::props
