#include "props/cli/systems.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/cli/outcome.h"
#include "props/run/isolated.h"
#include "props/run/shrink_isolated.h"
#include "props/subjects/historic.h"
#include "props/subjects/registry.h"
#include "props/traces/library.h"

namespace cow::props::cli {

namespace {

std::string broken(const Failure& failure) {
  return fmt::format("{} in {} operations", kernel::name(failure.law), failure.index + 1);
}

/// As written, with what the systems' authors would have to repair; and repaired.
void add_historic(std::vector<SystemRow>& rows) {
  for (const auto& system : historic_systems()) {
    SystemRow row;
    row.name = row.subject = system.name;
    for (const auto& flaw : system.flaws) {
      if (flaw.written) row.known += fmt::format("{}{}", row.known.empty() ? "" : ", ", flaw.name);
    }
    rows.push_back(row);
    row.name = row.subject += "-repaired";
    row.known.clear();
    rows.push_back(row);
  }
}

SystemResult replay_all(const SystemRow& row) {
  SystemResult result;
  for (const auto& [name, text] : trace_library()) {
    if (!name.starts_with(row.traces)) continue;
    auto trace = model::parse(text).trace;
    const auto left = left_out(row.subject, trace);
    result.operations += trace.ops.size() - left;
    if (const auto failure = run_isolated(row.subject, trace)) {
      result.verdict = Verdict::fail;
      result.findings = broken(*failure);
      return result;
    }
  }
  result.verdict = result.operations > 0 ? Verdict::pass : Verdict::vacuous;
  return result;
}

/// For as long as `limit`, and again with other seeds where something has not happened yet: rare
/// operations in worlds of real pages, or on a machine that others use.
SystemResult draw(const SystemRow& row, std::uint64_t seed, std::chrono::milliseconds limit) {
  constexpr std::uint64_t most_rounds = 20;
  RandomOptions options;
  options.subject = row.subject;
  options.world = model::default_world(row.geometry);
  options.seed = seed;
  options.limit = limit;
  options.jobs = default_jobs(row.subject);
  SystemResult result;
  Census census;
  for (; options.seed < seed + most_rounds; ++options.seed) {
    const auto run = run_random(options, tell_progress);
    result.operations += run.done.operations;
    if (run.failure) {
      const auto best = shrink_isolated(row.subject, run.trace, *run.failure, {});
      result.verdict = Verdict::fail;
      result.findings = broken(best.failure);
      return result;
    }
    census.add(run.census);
    result.findings = gap(row.subject, options.world, census);
    result.verdict = result.findings.empty() ? Verdict::pass : Verdict::vacuous;
    if (run.interrupted) result.verdict = Verdict::unknown;
    if (result.verdict != Verdict::vacuous) return result;
  }
  return result;
}

/// What its pass does not cover, where the subject says that it is no full check.
std::string restriction(const SystemRow& row) {
  const auto session = open_session(row.subject, model::default_world(row.geometry));
  for (const auto& note : session->notes()) {
    if (note.starts_with("contents only")) return note;
  }
  return {};
}

std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

}  // namespace

std::vector<SystemRow> system_rows() {
  using model::Geometry;
  std::vector<SystemRow> rows = {
      {"the kernel here", "embedded", Geometry::tiny, "", ""},
      {"the kernel here, real pages", "embedded", Geometry::x86_64, "", ""},
      {"the kernel here, recorded programs", "embedded", Geometry::x86_64, "recordings/", ""},
      {"Linux, running", "linux", Geometry::tiny, "", ""},
      {"Linux, running, real pages", "linux", Geometry::x86_64, "", ""},
      {"Linux, running, O_DIRECT in flight", "linux:direct", Geometry::tiny, "", ""},
      {"Linux, running, recorded programs", "linux", Geometry::x86_64, "recordings/", ""},
      {"Linux, running, known findings", "linux:findings", Geometry::tiny, "linux/",
       "L1, L3, L4: what io_uring wrote is lost, or not noted; L2, L5: ksmd and mremap take write "
       "protection away"},
      {"xv6-riscv in QEMU", "xv6", Geometry::tiny, "", ""},
  };
  add_historic(rows);
  return rows;
}

SystemResult check_system(const SystemRow& row, std::uint64_t seed,
                          std::chrono::milliseconds limit) try {
  open_session(row.subject, model::default_world(row.geometry));
  auto result = row.traces.empty() ? draw(row, seed, limit) : replay_all(row);
  result.findings = joined(result.findings, restriction(row));
  if (result.verdict != Verdict::pass) result.findings = joined(result.findings, row.known);
  return result;
} catch (const SubjectError& error) {
  SystemResult skipped;
  skipped.skipped = true;
  skipped.findings = error.what();
  skipped.findings.resize(std::min(skipped.findings.find("; known are"), skipped.findings.size()));
  return skipped;
}

std::string markdown_head() {
  return "| system | subject | worlds | operations | verdict | findings "
         "|\n|---|---|---|---|---|---|\n";
}

std::string markdown(const SystemRow& row, const SystemResult& result) {
  const auto verdict = result.skipped ? "skipped" : name(result.verdict);
  const auto operations = result.skipped ? "" : fmt::format("{}", result.operations);
  return fmt::format("| {} | `{}` | {} | {} | {} | {} |\n", row.name, row.subject,
                     model::name(row.geometry), operations, verdict, result.findings);
}

}  // namespace cow::props::cli
