#include "props/proved/on_bytes.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/explore/engine.h"
#include "props/lockstep/written_pages.h"
#include "props/museum/museum.h"
#include "props/proved/beside.h"

namespace cow::props::proved {

namespace {

using model::Kind;
using model::Status;
using Sequences = std::vector<std::vector<model::Op>>;

/// Nowhere in a built state, nor what the step writes.
constexpr std::uint8_t probe_value = 0x90;

/// Operations from the built state, on the subject beside the reference.
class Trial {
 public:
  Trial(explore::Explorable& subject, const Built& built)
      : subject_(subject), reference_(*built.reference) {
    subject.reset();
    std::ranges::copy(built.machine->block_bytes(), subject.machine().block_bytes().begin());
  }

  /// What is wrong after the first operation after which something is, a line each: "law: what".
  std::vector<std::string> run(const std::vector<model::Op>& ops) {
    for (const auto& op : ops) {
      judge(op, perform(op));
      if (!found_.empty()) break;
    }
    return std::move(found_);
  }

 private:
  void add(kernel::Law law, const std::string& text) {
    found_.push_back(fmt::format("{}: {}", kernel::name(law), text));
  }
  /// The subject's answer.
  Status perform(const model::Op& op) {
    const auto want = reference_.check(op);
    const auto got = subject_.perform(op);
    const bool is_short = op.oom > 0 && got.status == Status::no_memory;
    if (got.status != want && !is_short) {
      add(kernel::Law::permission, fmt::format("it answers {}, where {} is right",
                                               model::name(got.status), model::name(want)));
    }
    if (got.status != Status::ok || want != Status::ok) return got.status;
    if (!std::ranges::equal(got.bytes, reference_.perform(op).bytes)) {
      add(kernel::Law::isolation, "it reads other bytes");
    }
    return got.status;
  }
  void judge(const model::Op& op, Status status) {
    Audit audit(subject_.machine());
    if (!audit.look_properly()) {
      for (const auto& finding : audit.findings()) add(finding.law, finding.text);
    }
    const auto differs = seen_otherwise(subject_.machine(), audit, reference_);
    if (!differs.text.empty()) add(differs.law, differs.text);
    std::vector<Finding> untold;
    WrittenPages<explore::Explorable>::look(subject_, reference_, op, status, untold);
    for (const auto& finding : untold) add(finding.law, finding.text);
    if (subject_.broke_promise()) add(kernel::Law::frugal, "it leaves undone what it promises");
  }

  explore::Explorable& subject_;
  model::Reference reference_;
  std::vector<std::string> found_;
};

bool names(const std::vector<std::string>& findings, std::string_view law) {
  return std::ranges::any_of(findings, [&](const std::string& finding) {
    return finding.starts_with(fmt::format("{}:", law));
  });
}

/// Each as it is, and with an allocation that fails.
Sequences with_failures(const std::vector<model::Op>& ops) {
  Sequences all;
  for (std::uint8_t oom = 0; oom <= 2; ++oom) {
    for (auto op : ops) {
      op.oom = oom;
      all.push_back({op});
    }
  }
  return all;
}

/// Where the step showed nothing, what comes behind it may: somebody touches the page, or it goes.
Sequences with_probes(const Sequences& firsts) {
  Sequences all;
  for (const auto& first : firsts) {
    model::Op probe;
    probe.proc = first[0].proc;
    probe.page = first[0].kind == Kind::remap ? first[0].to : first[0].page;
    for (const auto kind :
         {Kind::write, Kind::force_write, Kind::read, Kind::pageout, Kind::device_write}) {
      probe.kind = kind;
      probe.length = kind == Kind::pageout ? 0 : 2;
      probe.count = kind == Kind::pageout ? 1 : 0;
      probe.value = model::shape(kind).value ? probe_value : 0;
      if (kind == Kind::device_write) probe.page = 0;
      all.push_back({first[0], probe});
    }
  }
  return all;
}

std::string list(const std::vector<model::Op>& ops, const char* between) {
  std::string text;
  for (const auto& op : ops) text += (text.empty() ? "" : between) + model::print(op);
  return text;
}

const char* why_nothing(const OnBytes& found, std::string_view law) {
  if (found.interrupted) return ": it takes other CPUs in the middle of it";
  if (law == kernel::name(kernel::Law::frugal)) return ": costs are not judged here";
  return ": they do not come by the refuted path here, or terms and bytes differ";
}

}  // namespace

OnBytes run_on_bytes(const std::string& subject, const Refuted& refuted, std::string_view law) {
  OnBytes result;
  if (!is_taken_by_operations(refuted.step)) {
    result.why_not = "no operation on one small page takes this step";
    return result;
  }
  if (subject != "embedded" && find_exhibit(subject.substr(subject.find(':') + 1)) == nullptr) {
    result.why_not = "it takes more than one CPU";  // an exhibit of races
    return result;
  }
  const auto built = rebuild(refuted.before);
  result.why_not = built.why_not;
  if (!result.why_not.empty()) return result;
  result.interrupted = refuted.interrupted;
  result.tried = operations_of(refuted, built);
  if (result.tried.empty()) {
    result.why_not = "the step is called for no process's page";
    return result;
  }
  explore::Scope scope;
  scope.world = built.world;
  const auto opened = explore::open_subject(subject, scope);
  const auto firsts = with_failures(result.tried);
  for (const auto& sequences : {firsts, with_probes(firsts)}) {
    for (const auto& ops : sequences) {
      auto findings = Trial(*opened, built).run(ops);
      const bool expected = names(findings, law);
      if (findings.empty() || (!expected && !result.shown.empty())) continue;
      result.shown = ops;
      result.findings = std::move(findings);
      result.as_expected = expected;
      if (expected) return result;
    }
  }
  return result;
}

std::string tell(const OnBytes& found, std::string_view law) {
  if (!found.why_not.empty()) return fmt::format("  not run on bytes: {}\n", found.why_not);
  if (found.shown.empty()) {
    return fmt::format("  on bytes, from this very state, no law breaks by {}{}\n",
                       list(found.tried, ", "), why_nothing(found, law));
  }
  auto text = fmt::format("  on bytes, from this very state, {}, by {}:\n",
                          found.as_expected ? "it breaks the law, too"
                                            : fmt::format("it breaks a law, though not {}", law),
                          list(found.shown, ", then "));
  for (const auto& finding : found.findings) text += fmt::format("    ! {}\n", finding);
  return text;
}

}  // namespace cow::props::proved
