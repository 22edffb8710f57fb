#include "props/export/direct_pins.h"

#include <fmt/format.h>

namespace cow::props {

using model::Kind;
using model::Op;

std::size_t DirectPins::file_of(std::uint32_t process, std::uint32_t pin) {
  return files_.try_emplace({process, pin}, files_.size()).first->second;
}

std::string DirectPins::call_of(const Op& op) {
  const auto file = file_of(op.proc, op.pin);
  if (op.kind == Kind::pin)
    return fmt::format("hold({}, {}, {})", file, op.page,
                       op.access == model::Access::write ? 1 : 0);
  if (op.kind == Kind::device_read)
    return fmt::format("direct_load({}, {}, {})", file, op.offset, op.length);
  if (op.kind == Kind::device_write)
    return fmt::format("direct_store({}, {}, {}, {})", file, op.offset, op.length, op.value);
  return fmt::format("let_go({})", file);
}

void DirectPins::follow(const Op& op) {
  if (!takes(op)) return;
  if (op.kind == Kind::pin) held_[file_of(op.proc, op.pin)] = op.proc;
  if (op.kind == Kind::unpin) held_.erase(file_of(op.proc, op.pin));
}

std::string DirectPins::before(const Op& op) {
  std::string code;
  if (op.kind != Kind::exec && op.kind != Kind::exit) return code;
  for (auto at = held_.begin(); at != held_.end();) {
    const bool its = at->second == op.proc;
    if (its) code += fmt::format("{}done(let_go({}));", code.empty() ? "" : " ", at->first);
    at = its ? held_.erase(at) : std::next(at);
  }
  return code;
}

}  // namespace cow::props
