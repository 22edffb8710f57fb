#include <fmt/format.h>

#include "model/rescale.h"
#include "model/trace_text.h"
#include "props/cli/load.h"
#include "props/cli/outcome.h"
#include "props/cli/parse.h"
#include "props/run/isolated.h"
#include "props/subjects/registry.h"

namespace cow::props::cli {

namespace {

/// Options that replay, explain and shrink share: which trace, on which subject.
struct Request {
  SubjectOption on;
  std::string subject, file, ops, geometry;
  bool bytes = false;

  void add_to(CLI::App& app) {
    app.add_option("file", file, "a trace as text");
    app.add_option("--ops", ops, "or the operations themselves, separated by ';'");
    app.add_flag("--bytes", bytes, "the file is a fuzzer's input, e.g. crash-…");
    on.add_to(app);
    app.add_option("--geometry", geometry, "move the trace to this geometry: tiny or x86-64")
        ->check(CLI::IsMember({"tiny", "x86-64"}));
  }

  model::TraceText load() {
    subject = on.subject();
    if (file.empty() == ops.empty()) throw UsageError("give one trace: a file, or --ops");
    auto text = file.empty() ? parse_line(ops) : load_trace(file, bytes);
    if (geometry.empty()) return text;
    text.trace = model::rescale(
        text.trace, geometry == "tiny" ? model::Geometry::tiny : model::Geometry::x86_64);
    return text;
  }
};

/// After the trace, or the operation that failed, before the processes exit.
void print_maps(const std::string& subject, const model::Trace& trace,
                const std::optional<Failure>& failure) {
  if (failure && failure->manner != Manner::law) {
    return fmt::print("(no listing: {} did not answer)\n", subject), void();
  }
  const auto session = open_session(subject, trace.world);
  const auto steps = failure ? failure->index + 1 : trace.ops.size();
  for (std::size_t i = 0; i < steps && i < trace.ops.size(); ++i) session->step(trace.ops[i]);
  const auto text = session->list_usage();
  fmt::print("{}", text.empty() ? fmt::format("({} keeps no statistics)\n", subject) : text);
}

}  // namespace

int replay_command(Args args) {
  CLI::App app("Runs one trace on a subject beside the reference and says what broke, if anything.",
               "replay");
  Request request;
  bool maps = false;
  request.add_to(app);
  app.add_flag("--maps", maps, "list what each process has and what was done for it, at the end");
  if (const auto status = parse(app, args)) return *status;
  auto text = request.load();
  const auto given = text.trace.ops.size();
  const auto left = left_out(request.subject, text.trace);
  const auto failure = run_isolated(request.subject, text.trace);
  if (maps) print_maps(request.subject, text.trace, failure);
  if (failure) {
    tell_failure(request.subject, text.trace, *failure);
    return 1;
  }
  if (left > 0) fmt::print("{} operations left out, which {} cannot do\n", left, request.subject);
  print_notes(*open_session(request.subject, text.trace.world));
  if (left == given) return fmt::print("verdict: vacuous\n"), 1;
  fmt::print("{} operations on {}, then every process exits: every law holds\nverdict: pass\n",
             given - left, request.subject);
  return 0;
}

int explain_command(Args args) {
  CLI::App app(
      "Runs one trace step by step and shows what each operation answers and leaves behind.",
      "explain");
  Request request;
  request.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  auto trace = request.load().trace;
  const auto whole = run_isolated(request.subject, trace);  // crashes show here, not in us
  const auto session = open_session(request.subject, trace.world);
  const auto steps = whole ? whole->index + 1 : trace.ops.size();
  fmt::print("{}\n", model::print(trace.world));
  if (session->describe().empty())
    fmt::print("({} does not describe its state)\n", request.subject);
  for (std::size_t i = 0; i < steps; ++i) {
    const auto want = session->reference().check(trace.ops[i]);
    fmt::print("\n{:>3}  {}   ({})\n", i + 1, model::print(trace.ops[i]), model::name(want));
    const bool last = whole && i == whole->index;
    if (last && whole->manner != Manner::law) break;
    session->step(trace.ops[i]);
    fmt::print("{}", session->describe());
  }
  if (!whole) {
    fmt::print("\nevery law holds after every operation\nverdict: pass\n");
    return 0;
  }
  tell_failure(request.subject, trace, *whole);
  return 1;
}

int shrink_command(Args args) {
  CLI::App app("Shrinks a failing trace to a minimal one that breaks the same law.", "shrink");
  Request request;
  request.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  auto trace = request.load().trace;
  catch_interrupts();
  const auto failure = run_isolated(request.subject, trace);
  if (!failure) {
    fmt::print("nothing to shrink: every law holds on {}\nverdict: pass\n", request.subject);
    return 0;
  }
  shrink_and_tell(request.subject, trace, *failure);
  return 1;
}

}  // namespace cow::props::cli
