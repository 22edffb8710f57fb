#include "props/export/c_program.h"

#include <fmt/format.h>
#include <span>
#include <vector>

#include "model/reference.h"
#include "props/export/c_runtime.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

namespace {

using model::Kind;
using model::Op;
using model::Status;

constexpr std::uint32_t most_pages = 64;  ///< of a process, looked at at the end

/// The statements of one step, in C, and whose step it is.
struct Step {
  std::uint32_t process;
  std::string comment, code;
};

const char* protection(model::Access access) {
  constexpr const char* names[] = {"PROT_NONE", "PROT_READ", "PROT_READ | PROT_WRITE"};
  return names[static_cast<int>(access)];
}

const char* advice(model::Advice advice) {
  constexpr const char* names[] = {"MADV_DONTFORK", "MADV_DOFORK", "MADV_WIPEONFORK",
                                   "MADV_KEEPONFORK"};
  return names[static_cast<int>(advice)];
}

/// The call of the runtime that the operation is, without its end; empty: Linux has none.
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
    case Kind::merge:
      return fmt::format("hint({}, MADV_MERGEABLE)", range);
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

/// What the buffer of a read has to hold, as runs of bytes that are alike or count up.
std::string expected(std::span<const std::uint8_t> bytes) {
  std::string code;
  for (std::size_t i = 0; i < bytes.size();) {
    auto end = i + 1;
    const int step = end < bytes.size() && bytes[end] == bytes[i] ? 0 : 1;
    while (end < bytes.size() && bytes[end] == static_cast<std::uint8_t>(bytes[end - 1] + step))
      ++end;
    code += fmt::format(" see({}, {}, 0x{:02x}, {});", i, end - i, bytes[i], step);
    i = end;
  }
  return code;
}

bool takes_several_pages(const Op& op, const model::World& world) {
  return op.offset + std::uint64_t{op.length} > model::page_bytes(world.geometry);
}

/// Refusals that are Linux's own, all or nothing.
bool is_refused_by_linux(const Op& op, Status status, const model::World& world) {
  if (status == Status::occupied) return op.kind == Kind::map;
  if (status != Status::segfault) return false;
  if (model::shape(op.kind).pin) return op.kind == Kind::pin;
  return !model::is_store(op.kind) || !takes_several_pages(op, world);
}

/// Linux stores page by page; the reference makes every private page that shows the file the
/// process's own before it writes the first, which may be the file.
std::string owned_first(const Op& op, const model::Reference& reference) {
  std::string code;
  if (!model::is_store(op.kind) || reference.check(op) != Status::ok) return code;
  const auto [first, end] = touched_pages(op, reference.world());
  bool changes_file = false;
  for (auto page = first; page < end; ++page) {
    const auto& at = reference.page(op.proc, page);
    changes_file |= at.object == model::file_object && at.sharing == model::Sharing::shared;
    if (changes_file && model::shows_file(at)) code += fmt::format("done(own({})); ", page);
  }
  return code;
}

/// Performs it on the reference, and says it in C.
Step step_of(const Op& op, model::Reference& reference) {
  const auto status = reference.check(op);
  Step step{op.proc, model::print(op), ""};
  const auto own_first = owned_first(op, reference);
  const auto answer = reference.perform(op);
  if (op.kind == Kind::fork && status == Status::ok) {
    step.code = fmt::format("return spawn({});", op.child);
  } else if (op.kind == Kind::exec && status == Status::ok) {
    step.code = "restart();";
  } else if (op.kind == Kind::exit && status == Status::ok) {
    step.code = "leave();";
  } else if (const auto call = call_of(op); call.empty()) {
    // When Linux drops the page nobody can foresee; marks change nothing that the program sees.
    const bool silent = op.kind == Kind::free || op.kind == Kind::clear_refs;
    step.comment += silent                 ? ": not asked"
                    : status == Status::ok ? ": Linux has no call for it"
                                           : "";
  } else if (status == Status::ok) {
    step.code = fmt::format("{}done({});", own_first, call);
    if (model::answers_bytes(op.kind)) step.code += expected(answer.bytes);
  } else if (is_refused_by_linux(op, status, reference.world())) {
    step.code = fmt::format("refused({});", call);
  }
  if (status != Status::ok && step.code.empty())
    step.comment += fmt::format(": refused, {}; not asked", model::name(status));
  return step;
}

/// At the end every process looks at what it may read.
void add_last_looks(const model::Reference& reference, std::vector<Step>& steps) {
  const auto& world = reference.world();
  const auto bytes = model::page_bytes(world.geometry);
  for (std::uint32_t p = 0; p < world.procs; ++p) {
    Step step{p, fmt::format("P{} looks at its pages", p), ""};
    std::uint32_t looked = 0;
    for (std::uint32_t page = 0; page < world.pages && looked < most_pages; ++page) {
      if (!reference.alive(p) || !model::allows(reference.page(p, page), Kind::read)) continue;
      step.code += fmt::format("\n      done(load({}, 0, {}));", page, bytes) +
                   expected(reference.bytes(p, page));
      ++looked;
    }
    if (!step.code.empty()) steps.push_back(step);
  }
}

std::string heading(const model::TraceText& text) {
  return fmt::format(
      "/* A trace of cowcheck's as system calls (made by cowcheck export-c):\n *\n"
      " *   cc -o trace trace.c && ./trace\n *\n"
      " * Exits with 0 when Linux does what fork, write and exit mean: {} operations. */\n",
      text.trace.ops.size());
}

}  // namespace

std::string c_program(const model::TraceText& text) {
  model::Reference reference(text.trace.world);
  std::vector<Step> steps;
  bool pins = false;
  for (const Op& op : text.trace.ops) {
    auto step = step_of(op, reference);
    pins |= model::shape(op.kind).pin && !step.code.empty();
    steps.push_back(std::move(step));
  }
  add_last_looks(reference, steps);
  std::string owners, cases;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    // A step that is a comment only is nobody's, so whoever is there takes it.
    owners += fmt::format("{}{}", i > 0 ? ", " : "",
                          steps[i].code.empty() ? "-1" : std::to_string(steps[i].process));
    cases += fmt::format("    case {}: /* {} */\n", i, steps[i].comment);
    if (!steps[i].code.empty()) cases += fmt::format("      {}\n", steps[i].code);
    cases += "      break;\n";
  }
  return heading(text) +
         fmt::format("#define PAGE_BYTES {}\n#define PAGES {}\n#define STEPS {}\n",
                     model::page_bytes(text.trace.world.geometry), text.trace.world.pages,
                     steps.size()) +
         std::string(c_runtime::calls) + std::string(pins ? c_runtime::device : "") +
         std::string(c_runtime::processes) +
         fmt::format(
             "static const int owner[STEPS] = {{{}}};\n\n"
             "static int step(int turn) {{\n  now = turn;\n  switch (turn) {{\n{}  }}\n"
             "  return 1;\n}}\n",
             owners, cases) +
         std::string(c_runtime::main);
}

}  // namespace cow::props
