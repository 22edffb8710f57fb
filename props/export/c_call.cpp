#include "props/export/c_call.h"

#include <fmt/format.h>

namespace cow::props {

using model::Kind;
using model::Op;

namespace {

const char* protection(model::Access access) {
  constexpr const char* names[] = {"PROT_NONE", "PROT_READ", "PROT_READ | PROT_WRITE"};
  return names[static_cast<int>(access)];
}

const char* advice(model::Advice advice) {
  constexpr const char* names[] = {"MADV_DONTFORK", "MADV_DOFORK", "MADV_WIPEONFORK",
                                   "MADV_KEEPONFORK"};
  return names[static_cast<int>(advice)];
}

}  // namespace

std::string call_of(const Op& op) {
  const auto range = fmt::format("{}, {}", op.page, op.count);
  const auto bytes = fmt::format("{}, {}, {}", op.page, op.offset, op.length);
  switch (op.kind) {
    case Kind::map:
      return fmt::format("map({}, {}, {}, {}, {})", range, protection(op.access),
                         op.sharing == model::Sharing::shared ? "MAP_SHARED" : "MAP_PRIVATE",
                         op.huge ? 1 : 0, op.file ? static_cast<int>(op.to) : -1);
    case Kind::unmap:
      return fmt::format("munmap(at({}), bytes({}))", op.page, op.count);
    case Kind::protect:
      return fmt::format("mprotect(at({}), bytes({}), {})", op.page, op.count,
                         protection(op.access));
    case Kind::remap:
      return fmt::format("move({}, {})", range, op.to);
    case Kind::dontneed:
      return fmt::format("madvise(at({}), bytes({}), MADV_DONTNEED)", op.page, op.count);
    case Kind::guard:
      return fmt::format("madvise(at({}), bytes({}), 102 /* MADV_GUARD_INSTALL */)", op.page,
                         op.count);
    case Kind::unguard:
      return fmt::format("madvise(at({}), bytes({}), 103 /* MADV_GUARD_REMOVE */)", op.page,
                         op.count);
    case Kind::advise:
      return fmt::format("madvise(at({}), bytes({}), {})", op.page, op.count, advice(op.advice));
    case Kind::pageout:
      return fmt::format("hint({}, MADV_PAGEOUT)", range);
    case Kind::free:
      return fmt::format("madvise(at({}), bytes({}), MADV_FREE)", op.page, op.count);
    case Kind::wp:
    case Kind::unwp:
      return fmt::format("protect({}, TRAPS, {})", range, op.kind == Kind::wp ? 1 : 0);
    case Kind::clear_refs:
      return fmt::format("protect({}, NOTES, 1)", range);
    case Kind::merge:
      return fmt::format("merge({})", range);
    case Kind::unmerge:
      return fmt::format("hint({}, MADV_UNMERGEABLE)", range);
    case Kind::collapse:
      return fmt::format("hint({}, 25 /* MADV_COLLAPSE */)", range);
    case Kind::write:
      return fmt::format("store({}, {})", bytes, op.value);
    case Kind::kernel_write:
      return fmt::format("kernel_store({}, {})", bytes, op.value);
    case Kind::force_write:
      return fmt::format("force({}, {})", bytes, op.value);
    case Kind::read:
      return fmt::format("load({})", bytes);
    case Kind::kernel_read:
      return fmt::format("kernel_load({})", bytes);
    case Kind::pin:
      return fmt::format("pin({}, {})", op.pin, op.page);
    case Kind::unpin:
      return fmt::format("unpin({})", op.pin);
    case Kind::device_write:
      return fmt::format("device_store({}, {}, {}, {})", op.pin, op.offset, op.length, op.value);
    case Kind::device_read:
      return fmt::format("device_load({}, {}, {})", op.pin, op.offset, op.length);
    default:
      return {};
  }
}

}  // namespace cow::props
