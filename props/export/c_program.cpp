#include "props/export/c_program.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <vector>

#include "model/reference.h"
#include "props/export/c_call.h"
#include "props/export/c_runtime.h"
#include "props/export/direct_pins.h"
#include "props/export/uncertain.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

namespace {

using model::Kind;
using model::Op;
using model::Status;

constexpr std::uint32_t most_pages = 64;  ///< of a process, looked at at the end

constexpr std::uint32_t device = ~0U;  ///< as whose step: nobody's

/// The statements of one step, in C, and whose step it is.
struct Step {
  std::uint32_t process;
  std::string comment, code;
};

/// What the buffer of a read has to hold, as runs of bytes that are alike or count up; `or_zero`:
/// which of them may be zeroes instead.
std::string expected(std::span<const std::uint8_t> bytes, const std::vector<bool>& or_zero) {
  std::string code;
  for (std::size_t i = 0; i < bytes.size();) {
    auto end = i + 1;
    const int step = end < bytes.size() && bytes[end] == bytes[i] ? 0 : 1;
    while (end < bytes.size() && or_zero[end] == or_zero[i] &&
           bytes[end] == static_cast<std::uint8_t>(bytes[end - 1] + step))
      ++end;
    code += fmt::format(" {}({}, {}, 0x{:02x}, {});", or_zero[i] ? "see_or_zero" : "see", i,
                        end - i, bytes[i], step);
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
  if (status != Status::segfault && status != Status::trapped) return false;
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
Step step_of(const Op& op, model::Reference& reference, Uncertain& uncertain, DirectPins& direct) {
  const auto status = reference.check(op);
  if (status == Status::ok) uncertain.follow(op, reference);
  const bool is_direct = direct.takes(op);
  Step step{is_direct && DirectPins::is_the_device_s(op) ? device : op.proc, model::print(op), ""};
  if (status == Status::ok) direct.follow(op);
  const auto own_first = owned_first(op, reference);
  const auto answer = reference.perform(op);
  if (op.kind == Kind::fork && status == Status::ok) {
    step.code = fmt::format("return spawn({});", op.child);
  } else if (op.kind == Kind::exec && status == Status::ok) {
    step.code = "restart();";
  } else if (op.kind == Kind::exit && status == Status::ok) {
    step.code = "leave();";
  } else if (const auto call = is_direct ? direct.call_of(op) : call_of(op); call.empty()) {
    const auto* const why =
        op.kind == Kind::wait ? ": nothing to see" : ": Linux has no call for it";
    step.comment += status == Status::ok ? why : "";
  } else if (status == Status::ok) {
    step.code = fmt::format("{}done({});", own_first, call);
    if (op.kind == Kind::device_read) {
      step.code += expected(answer.bytes, std::vector<bool>(op.length));
    } else if (model::answers_bytes(op.kind)) {
      step.code += expected(answer.bytes, uncertain.among(op.proc, op.page, op.offset, op.length));
    }
  } else if (is_refused_by_linux(op, status, reference.world())) {
    step.code = fmt::format("refused({});", call);
  }
  if (status != Status::ok && step.code.empty())
    step.comment += fmt::format(": refused, {}; not asked", model::name(status));
  return step;
}

/// At the end every process looks at what it may read; who had its writes noted (`noting`), at
/// that.
void add_last_looks(const model::Reference& reference, const Uncertain& uncertain,
                    const std::vector<bool>& noting, std::vector<Step>& steps) {
  const auto& world = reference.world();
  const auto bytes = model::page_bytes(world.geometry);
  for (std::uint32_t p = 0; p < world.procs; ++p) {
    Step step{p, fmt::format("P{} looks at its pages", p), ""};
    std::uint32_t looked = 0;
    for (std::uint32_t page = 0; page < world.pages && looked < most_pages; ++page) {
      if (!reference.alive(p) || !model::allows(reference.page(p, page), Kind::read)) continue;
      if (noting[p] && model::was_written(reference.page(p, page)))
        step.code += fmt::format("\n      done(counts_as_written({}));", page);
      step.code += fmt::format("\n      done(load({}, 0, {}));", page, bytes) +
                   expected(reference.bytes(p, page), uncertain.among(p, page, 0, bytes));
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

/// Which parts of the runtime the steps need, beside what all do.
struct Needs {
  bool io_uring = false, protection = false;
  std::size_t direct_files = 0;
};

std::string runtime(const Needs& needs) {
  std::string code(c_runtime::calls);
  if (needs.io_uring) code += c_runtime::device;
  if (needs.direct_files > 0)
    code += fmt::format("#define DIRECT {}\n{}", needs.direct_files, c_runtime::direct);
  if (needs.protection) code += c_runtime::protection;
  return code + std::string(c_runtime::processes);
}

/// A step that is a comment only is nobody's, and so is the device's: the first process takes it.
std::string text_of(const std::vector<Step>& steps) {
  std::string owners, cases;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [process, comment, code] = steps[i];
    const bool nobodys = code.empty() || process == device;
    owners += fmt::format("{}{}", i > 0 ? ", " : "", nobodys ? "-1" : std::to_string(process));
    cases += fmt::format("    case {}: /* {} */\n", i, comment);
    if (!code.empty()) cases += fmt::format("      {}\n", code);
    cases += "      break;\n";
  }
  return fmt::format(
      "static const int owner[STEPS] = {{{}}};\n\n"
      "static int step(int turn) {{\n  now = turn;\n  switch (turn) {{\n{}  }}\n"
      "  return 1;\n}}\n",
      owners, cases);
}

}  // namespace

std::string_view beyond_c(const model::Trace& trace) {
  if (std::ranges::any_of(trace.ops, &Op::hugetlb)) return "huge pages of a pool";
  const auto lent = std::ranges::find(trace.ops, Kind::vfork, &Op::kind);
  return lent != trace.ops.end() ? "vfork" : "";
}

std::string c_program(const model::TraceText& text, bool direct) {
  model::Reference reference(text.trace.world);
  Uncertain uncertain(text.trace.world);
  DirectPins direct_pins(direct);
  std::vector<Step> steps;
  std::vector<bool> noting(text.trace.world.procs);
  Needs needs;
  for (const Op& op : text.trace.ops) {
    if (reference.check(op) == Status::ok) {
      if (auto code = direct_pins.before(op); !code.empty())
        steps.push_back({device, "the device lets go", std::move(code)});
    }
    auto step = step_of(op, reference, uncertain, direct_pins);
    const bool asked = !step.code.empty();
    const bool notes = asked && op.kind == Kind::clear_refs;
    if (notes || (asked && op.kind == Kind::exit)) noting[op.proc] = notes;
    needs.io_uring |= asked && model::shape(op.kind).pin && !direct_pins.takes(op);
    needs.protection |= notes || (asked && (op.kind == Kind::wp || op.kind == Kind::unwp));
    steps.push_back(std::move(step));
  }
  needs.direct_files = direct_pins.files();
  add_last_looks(reference, uncertain, noting, steps);
  return heading(text) +
         fmt::format("#define PAGE_BYTES {}\n#define PAGES {}\n#define STEPS {}\n",
                     model::page_bytes(text.trace.world.geometry), text.trace.world.pages,
                     steps.size()) +
         runtime(needs) + text_of(steps) + std::string(c_runtime::main);
}

}  // namespace cow::props
