#pragma once

#include <cstdio>
#include <cstring>

#include "impl/machine/byte_machine.h"
#include "props/subjects/cowcheck_subject.h"
#include "props/subjects/embedded.h"

/// The project's own kernel behind the C functions, with everything that is optional: if
/// cowcheck_subject.h says what the reference says, it passes as the embedded subject does.
namespace cow::props::kernel_subject {

struct Memory {
  model::World world;
  Embedded<machine::ByteMachine<machine::Tiny>> kernel;
  std::uint32_t failing = 0;
};

inline Memory& the(void* memory) { return *static_cast<Memory*>(memory); }

inline model::Answer perform(void* memory, model::Kind kind, std::uint32_t process,
                             model::Op op = {}) {
  op.kind = kind;
  op.proc = static_cast<std::uint8_t>(process);
  op.oom = static_cast<std::uint8_t>(the(memory).failing);
  return the(memory).kernel.perform(op);
}
inline int status(const model::Answer& answer) { return static_cast<int>(answer.status); }

inline model::Op access_of(std::uint32_t cpu, std::uint64_t at, std::uint32_t length) {
  model::Op op;
  op.cpu = static_cast<std::uint8_t>(cpu);
  op.page = static_cast<std::uint32_t>(at / 16);
  op.offset = static_cast<std::uint32_t>(at % 16);
  op.length = length;
  return op;
}
inline model::Op pages_of(std::uint32_t page, std::uint32_t count, std::uint32_t access = 0) {
  model::Op op;
  op.page = page;
  op.count = count;
  op.access = static_cast<model::Access>(access);
  return op;
}

inline void* create(const cowcheck_world* w) {
  model::World world;
  world.procs = w->processes;
  world.cpus = w->cpus;
  world.pages = w->pages;
  world.frames = w->frames;
  auto* const m = new Memory{world, Embedded<machine::ByteMachine<machine::Tiny>>(world)};
  m->kernel.reset();
  return m;
}
inline void destroy(void* memory) { delete &the(memory); }

inline int map(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count,
               std::uint32_t access, std::uint32_t flags) {
  auto op = pages_of(page, count, access);
  op.huge = (flags & COWCHECK_HUGE) != 0;
  if ((flags & COWCHECK_SHARED) != 0) op.sharing = model::Sharing::shared;
  return status(perform(memory, model::Kind::map, process, op));
}
inline int unmap(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::unmap, process, pages_of(page, count)));
}
inline int protect(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count,
                   std::uint32_t access) {
  return status(perform(memory, model::Kind::protect, process, pages_of(page, count, access)));
}
inline int read(void* memory, std::uint32_t process, std::uint32_t cpu, std::uint64_t at, void* out,
                std::uint32_t length) {
  const auto answer = perform(memory, model::Kind::read, process, access_of(cpu, at, length));
  if (!answer.bytes.empty()) std::memcpy(out, answer.bytes.data(), answer.bytes.size());
  return status(answer);
}
/// The lockstep writes n, n + 1, n + 2 ..., so the first byte says it all.
inline int write(void* memory, std::uint32_t process, std::uint32_t cpu, std::uint64_t at,
                 const void* bytes, std::uint32_t length) {
  auto op = access_of(cpu, at, length);
  if (length != 0) op.value = *static_cast<const std::uint8_t*>(bytes);
  return status(perform(memory, model::Kind::write, process, op));
}
inline int kernel_read(void* memory, std::uint32_t process, std::uint64_t at, void* out,
                       std::uint32_t length) {
  const auto op = access_of(0, at, length);
  const auto answer = perform(memory, model::Kind::kernel_read, process, op);
  if (!answer.bytes.empty()) std::memcpy(out, answer.bytes.data(), answer.bytes.size());
  return status(answer);
}
template <model::Kind kind>
int write_past_the_processor(void* memory, std::uint32_t process, std::uint64_t at,
                             const void* bytes, std::uint32_t length) {
  auto op = access_of(0, at, length);
  if (length != 0) op.value = *static_cast<const std::uint8_t*>(bytes);
  return status(perform(memory, kind, process, op));
}
inline int fork(void* memory, std::uint32_t process, std::uint32_t child) {
  model::Op op;
  op.child = static_cast<std::uint8_t>(child);
  return status(perform(memory, model::Kind::fork, process, op));
}
inline int exec(void* memory, std::uint32_t process) {
  return status(perform(memory, model::Kind::exec, process));
}
inline int exit(void* memory, std::uint32_t process) {
  return status(perform(memory, model::Kind::exit, process));
}

/// Shows a copy, as a subject must whose memory has no address here.
inline void view(void* memory, std::uint32_t process, std::uint32_t page, cowcheck_view* view,
                 void* room) {
  const Seen seen = the(memory).kernel.seen(process, page);
  view->mapped = seen.mapped ? 1 : 0;
  view->access = static_cast<std::uint32_t>(seen.access);
  if (seen.bytes != nullptr) view->bytes = std::memcpy(room, seen.bytes, 16);
}
inline int audit(void* memory, char* text, std::uint32_t room) {
  if (the(memory).kernel.audit()) return 0;
  const auto finding = the(memory).kernel.findings().front();
  std::snprintf(text, room, "%s: %s", kernel::name(finding.law).data(), finding.text.c_str());
  return 1;
}
inline void costs(void* memory, cowcheck_costs* costs) {
  const Costs c = the(memory).kernel.costs();
  *costs = {c.copies, c.faults, c.failed_allocations, c.data_frames, c.used_frames};
}

inline int remap(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count,
                 std::uint32_t to) {
  auto op = pages_of(page, count);
  op.to = to;
  return status(perform(memory, model::Kind::remap, process, op));
}
inline int dontneed(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::dontneed, process, pages_of(page, count)));
}
inline int advise(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count,
                  std::uint32_t advice) {
  auto op = pages_of(page, count);
  op.advice = static_cast<model::Advice>(advice);
  return status(perform(memory, model::Kind::advise, process, op));
}
inline int split(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::split, process, pages_of(page, count)));
}
inline int collapse(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::collapse, process, pages_of(page, count)));
}
inline int migrate(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::migrate, process, pages_of(page, count)));
}
inline int compact(void* memory, std::uint32_t process) {
  return status(perform(memory, model::Kind::compact, process, {}));
}
inline model::Op buffer_of(std::uint32_t pin, std::uint32_t offset, std::uint32_t length) {
  model::Op op;
  op.pin = static_cast<std::uint8_t>(pin);
  op.offset = offset;
  op.length = length;
  return op;
}
inline int pin(void* memory, std::uint32_t process, std::uint32_t pin, std::uint32_t page,
               std::uint32_t access) {
  auto op = buffer_of(pin, 0, 0);
  op.page = page;
  op.access = static_cast<model::Access>(access);
  return status(perform(memory, model::Kind::pin, process, op));
}
inline int unpin(void* memory, std::uint32_t process, std::uint32_t pin) {
  return status(perform(memory, model::Kind::unpin, process, buffer_of(pin, 0, 0)));
}
inline int device_read(void* memory, std::uint32_t process, std::uint32_t pin, std::uint32_t offset,
                       void* out, std::uint32_t length) {
  const auto op = buffer_of(pin, offset, length);
  const auto answer = perform(memory, model::Kind::device_read, process, op);
  if (!answer.bytes.empty()) std::memcpy(out, answer.bytes.data(), answer.bytes.size());
  return status(answer);
}
inline int device_write(void* memory, std::uint32_t process, std::uint32_t pin,
                        std::uint32_t offset, const void* bytes, std::uint32_t length) {
  auto op = buffer_of(pin, offset, length);
  if (length != 0) op.value = *static_cast<const std::uint8_t*>(bytes);
  return status(perform(memory, model::Kind::device_write, process, op));
}

inline int pageout(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::pageout, process, pages_of(page, count)));
}
inline int merge(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::merge, process, pages_of(page, count)));
}
inline int unmerge(void* memory, std::uint32_t process, std::uint32_t page, std::uint32_t count) {
  return status(perform(memory, model::Kind::unmerge, process, pages_of(page, count)));
}
inline int swapoff(void* memory, std::uint32_t process) {
  return status(perform(memory, model::Kind::swapoff, process));
}

inline void fail_allocation(void* memory, std::uint32_t k) { the(memory).failing = k; }
inline void describe(void* memory, char* text, std::uint32_t room) {
  std::snprintf(text, room, "%s", the(memory).kernel.describe().c_str());
}

inline cowcheck_subject subject() {
  return {COWCHECK_VERSION,
          sizeof(cowcheck_subject),
          "the kernel",
          COWCHECK_CAN_SHARE | COWCHECK_CAN_REFUSE,
          16,
          0,
          create,
          destroy,
          map,
          read,
          write,
          fork,
          exit,
          unmap,
          protect,
          exec,
          view,
          audit,
          costs,
          fail_allocation,
          describe,
          remap,
          dontneed,
          advise,
          pin,
          unpin,
          device_read,
          device_write,
          kernel_read,
          write_past_the_processor<model::Kind::kernel_write>,
          write_past_the_processor<model::Kind::force_write>,
          split,
          collapse,
          migrate,
          compact,
          pageout,
          swapoff,
          merge,
          unmerge};
}

}  // namespace cow::props::kernel_subject
