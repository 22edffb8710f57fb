#include "props/report/story.h"

#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/report/save.h"

namespace cow::props {

namespace {

constexpr std::size_t longest_line = 40;  ///< operations that still go on a command line

/// What the reference answers to each operation, where that is a refusal.
std::vector<std::string> refusals(const model::Trace& trace) {
  model::Reference reference(trace.world);
  std::vector<std::string> words;
  for (const auto& op : trace.ops) {
    const auto status = reference.perform(op).status;
    words.emplace_back(status == model::Status::ok ? "" : fmt::format("({})", model::name(status)));
  }
  return words;
}

std::string numbered(const model::Trace& trace, const Failure& failure) {
  const auto refused = refusals(trace);
  std::string out;
  for (std::size_t i = 0; i < trace.ops.size(); ++i) {
    const auto line =
        fmt::format("{:>4}  {:<36} {}", i + 1, model::print(trace.ops[i]), refused[i]);
    out += line.substr(0, line.find_last_not_of(' ') + 1);
    if (i == failure.index) out += "  <- here";
    out += '\n';
  }
  return out;
}

}  // namespace

std::string story(const model::Trace& trace, const Failure& failure, const std::string& state) {
  const auto [law, sentence] = kernel::text(failure.law);
  std::string out = fmt::format("counterexample: {} is broken ({})\n\n", law, sentence);
  if (trace.world != model::World{}) out += fmt::format("      {}\n", model::print(trace.world));
  out += numbered(trace, failure) + '\n';
  constexpr std::size_t most = 6;
  for (std::size_t i = 0; i < failure.findings.size() && i < most; ++i) {
    const auto& finding = failure.findings[i];
    out += fmt::format("  {:<17} {}\n", kernel::name(finding.law), finding.text);
  }
  if (failure.findings.size() > most) {
    out += fmt::format("  and {} findings more\n", failure.findings.size() - most);
  }
  if (!state.empty()) out += fmt::format("\nthe state after it:\n{}", state);
  return out;
}

std::string one_line(const model::Trace& trace) {
  std::string out;
  if (trace.world != model::World{}) out = model::print(trace.world);
  for (const auto& op : trace.ops) {
    if (!out.empty()) out += "; ";
    out += model::print(op);
  }
  return out;
}

std::string trace_file(const model::Trace& trace, const Failure& failure,
                       const std::string& heading) {
  model::TraceText text;
  text.trace = trace;
  text.verdict = std::string(kernel::name(failure.law));
  text.heading = "# " + heading;
  return model::print(text);
}

std::string reproduce_command(const std::string& subject, const model::Trace& trace,
                              const Failure& failure) {
  const auto on = subject == "embedded" ? std::string() : fmt::format(" --subject {}", subject);
  if (trace.ops.size() <= longest_line) {
    return fmt::format("./cowcheck replay{} --ops '{}'", on, one_line(trace));
  }
  const auto name = save_as_new(trace_file(trace, failure, "found on " + subject), "trace");
  if (name.empty()) return "(the trace is too long for a line, and no file can be written here)";
  return fmt::format("./cowcheck replay{} {}", on, name);
}

}  // namespace cow::props
