#include <fmt/format.h>

#include "model/trace_text.h"

namespace cow::model {

namespace {

std::string at_offset(std::string place, const Op& op) {
  return op.offset == 0 ? place : fmt::format("{}+{}", place, op.offset);
}

/// Where the operation acts, with a blank before each word.
std::string range(const Op& op) {
  switch (shape(op.kind).range) {
    case Range::pages:
      return fmt::format(" p{} {}", op.page, op.count);
    case Range::page:
      return fmt::format(" p{}", op.page);
    case Range::bytes:
      return fmt::format(" {} {}", at_offset(fmt::format("p{}", op.page), op), op.length);
    case Range::buffer:
      return fmt::format(" {} {}", at_offset(fmt::format("d{}", op.pin), op), op.length);
    case Range::none:
      break;
  }
  return {};
}

/// What stands between the kind and `oom@`, with a blank before each word.
std::string operands(const Op& op) {
  const Shape& uses = shape(op.kind);
  std::string line;
  if (uses.child) line += fmt::format(" P{}", op.child);
  if (uses.pin && uses.range != Range::buffer) line += fmt::format(" d{}", op.pin);
  line += range(op);
  if (uses.to) line += fmt::format(" p{}", op.to);
  if (uses.sharing) line += fmt::format(" {}", name(op.sharing));
  if (uses.access) line += fmt::format(" {}", name(op.access));
  if (uses.advice) line += fmt::format(" {}", name(op.advice));
  if (uses.value) line += fmt::format(" {:#04x}", op.value);
  if (uses.huge && op.huge) line += " huge";
  if (uses.huge && op.hugetlb) line += " hugetlb";
  if (uses.file && op.file) line += fmt::format(" file@p{}", op.to);
  return line;
}

}  // namespace

std::string print(const Op& op) {
  std::string line = fmt::format("P{}", op.proc);
  if (shape(op.kind).cpu && op.cpu != 0) line += fmt::format("@{}", op.cpu);
  line += fmt::format(" {}{}", name(op.kind), operands(op));
  if (op.oom != 0) line += fmt::format(" oom@{}", op.oom);
  return line;
}

std::string print(const World& world) {
  auto line =
      fmt::format("world {} procs={} cpus={} pages={} frames={} huge={}", name(world.geometry),
                  world.procs, world.cpus, world.pages, world.frames, name(world.huge_cow));
  if (world.zero_page != ZeroPage{}) line += fmt::format(" zero={}", name(world.zero_page));
  if (world.pool != 0) line += fmt::format(" pool={}", world.pool);
  if (world.fork != Fork{}) line += fmt::format(" fork={}", name(world.fork));
  if (world.count_bits != 0) line += fmt::format(" count-bits={}", world.count_bits);
  if (world.cpu_pool != 0) line += fmt::format(" cpu-pool={}", world.cpu_pool);
  if (world.asids != 0) line += fmt::format(" asid={}", world.asids);
  if (world.nodes != 1) line += fmt::format(" nodes={}", world.nodes);
  if (world.zswap != 0) line += fmt::format(" zswap={}", world.zswap);
  if (world.flush != Flush{}) line += fmt::format(" flush={}", name(world.flush));
  return line;
}

std::string print(const TraceText& text) {
  std::string file;
  if (!text.heading.empty()) file += text.heading + '\n';
  file += print(text.trace.world) + '\n';
  for (const Op& op : text.trace.ops) file += print(op) + '\n';
  if (!text.verdict.empty()) file += "! " + text.verdict + '\n';
  return file;
}

}  // namespace cow::model
