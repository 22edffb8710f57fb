#pragma once

#include <cstdint>

#include "model/op.h"

/// Short names for operations, for code that writes little stories.
namespace cow::fuzz {

/// Pages `first` to `first + count - 1`.
struct Pages {
  std::uint32_t first = 0;
  std::uint32_t count = 1;
};

inline model::Op op_of(model::Kind kind, std::uint8_t proc) {
  model::Op op;
  op.kind = kind;
  op.proc = proc;
  return op;
}
inline model::Op op_of(model::Kind kind, std::uint8_t proc, Pages pages) {
  model::Op op = op_of(kind, proc);
  op.page = pages.first;
  op.count = pages.count;
  return op;
}
inline model::Op map(std::uint8_t proc, Pages pages, bool huge = false) {
  model::Op op = op_of(model::Kind::map, proc, pages);
  op.access = model::Access::write;
  op.huge = huge;
  return op;
}
inline model::Op unmap(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::unmap, proc, pages);
}
inline model::Op protect(std::uint8_t proc, Pages pages, model::Access access) {
  model::Op op = op_of(model::Kind::protect, proc, pages);
  op.access = access;
  return op;
}
inline model::Op remap(std::uint8_t proc, Pages pages, std::uint32_t to) {
  model::Op op = op_of(model::Kind::remap, proc, pages);
  op.to = to;
  return op;
}
inline model::Op dontneed(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::dontneed, proc, pages);
}
inline model::Op split(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::split, proc, pages);
}
inline model::Op collapse(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::collapse, proc, pages);
}
inline model::Op migrate(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::migrate, proc, pages);
}
inline model::Op merge(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::merge, proc, pages);
}
inline model::Op unmerge(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::unmerge, proc, pages);
}
inline model::Op compact(std::uint8_t proc) { return op_of(model::Kind::compact, proc); }
inline model::Op advise(std::uint8_t proc, Pages pages, model::Advice advice) {
  model::Op op = op_of(model::Kind::advise, proc, pages);
  op.advice = advice;
  return op;
}
inline model::Op pageout(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::pageout, proc, pages);
}
inline model::Op give_up(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::free, proc, pages);
}
inline model::Op guard(std::uint8_t proc, Pages pages, bool on) {
  return op_of(on ? model::Kind::guard : model::Kind::unguard, proc, pages);
}
inline model::Op clear_refs(std::uint8_t proc, Pages pages) {
  return op_of(model::Kind::clear_refs, proc, pages);
}
inline model::Op swapoff(std::uint8_t proc) { return op_of(model::Kind::swapoff, proc); }
/// `length` bytes from the start of `page`.
inline model::Op read(std::uint8_t proc, std::uint8_t cpu, std::uint32_t page,
                      std::uint32_t length) {
  model::Op op = op_of(model::Kind::read, proc);
  op.cpu = cpu;
  op.page = page;
  op.length = length;
  return op;
}
inline model::Op write(std::uint8_t proc, std::uint8_t cpu, std::uint32_t page,
                       std::uint32_t length, std::uint8_t value) {
  model::Op op = read(proc, cpu, page, length);
  op.kind = model::Kind::write;
  op.value = value;
  return op;
}
inline model::Op kernel_write(std::uint8_t proc, std::uint32_t page, std::uint32_t length,
                              std::uint8_t value, bool force) {
  model::Op op = write(proc, 0, page, length, value);
  op.kind = force ? model::Kind::force_write : model::Kind::kernel_write;
  return op;
}
/// Of the process's first pin, like the next three.
inline model::Op pin(std::uint8_t proc, std::uint32_t page, model::Access access) {
  model::Op op = op_of(model::Kind::pin, proc);
  op.page = page;
  op.access = access;
  return op;
}
inline model::Op unpin(std::uint8_t proc) { return op_of(model::Kind::unpin, proc); }
inline model::Op device_read(std::uint8_t proc, std::uint32_t length) {
  model::Op op = op_of(model::Kind::device_read, proc);
  op.length = length;
  return op;
}
inline model::Op device_write(std::uint8_t proc, std::uint32_t length, std::uint8_t value) {
  model::Op op = device_read(proc, length);
  op.kind = model::Kind::device_write;
  op.value = value;
  return op;
}
inline model::Op fork(std::uint8_t parent, std::uint8_t child) {
  model::Op op = op_of(model::Kind::fork, parent);
  op.child = child;
  return op;
}
inline model::Op vfork(std::uint8_t parent, std::uint8_t child) {
  model::Op op = fork(parent, child);
  op.kind = model::Kind::vfork;
  return op;
}
inline model::Op wait(std::uint8_t parent, std::uint8_t child) {
  model::Op op = fork(parent, child);
  op.kind = model::Kind::wait;
  return op;
}
inline model::Op exec(std::uint8_t proc) { return op_of(model::Kind::exec, proc); }
inline model::Op exit(std::uint8_t proc) { return op_of(model::Kind::exit, proc); }

}  // namespace cow::fuzz
