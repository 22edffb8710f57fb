#include <fmt/format.h>

#include "model/trace_text.h"

namespace cow::model {

namespace {

std::string place(const Op& op) {
  return op.offset == 0 ? fmt::format("p{}", op.page) : fmt::format("p{}+{}", op.page, op.offset);
}

/// What stands between the kind and `oom@`, with a blank before each word.
std::string operands(const Op& op) {
  switch (op.kind) {
    case Kind::map:
      return fmt::format(" p{} {} {} {}{}", op.page, op.count, name(op.sharing), name(op.access),
                         op.huge ? " huge" : "");
    case Kind::unmap:
      return fmt::format(" p{} {}", op.page, op.count);
    case Kind::protect:
      return fmt::format(" p{} {} {}", op.page, op.count, name(op.access));
    case Kind::read:
      return fmt::format(" {} {}", place(op), op.length);
    case Kind::write:
      return fmt::format(" {} {} {:#04x}", place(op), op.length, op.value);
    case Kind::fork:
      return fmt::format(" P{}", op.child);
    case Kind::exec:
    case Kind::exit:
      break;
  }
  return {};
}

}  // namespace

std::string print(const Op& op) {
  std::string line = fmt::format("P{}", op.proc);
  if (is_access(op.kind) && op.cpu != 0) line += fmt::format("@{}", op.cpu);
  line += fmt::format(" {}{}", name(op.kind), operands(op));
  if (op.oom != 0) line += fmt::format(" oom@{}", op.oom);
  return line;
}

std::string print(const World& world) {
  return fmt::format("world {} procs={} cpus={} pages={} frames={} huge={}", name(world.geometry),
                     world.procs, world.cpus, world.pages, world.frames, name(world.huge_cow));
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
