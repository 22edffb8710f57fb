#include <array>
#include <fmt/format.h>
#include <thread>
#include <vector>

#include "props/cli/parse.h"
#include "props/cli/race_pairs.h"
#include "props/cli/stages.h"

namespace cow::props::cli {

namespace {

struct Stage {
  const char* name;
  StageResult (*run)(const GateOptions&);
  unsigned percent;    ///< share of the time
  bool embedded_only;  ///< says something about the project's own code only
};

constexpr std::array stages = {
    Stage{"regressions", regressions_stage, 0, false},
    Stage{"scenarios", scenarios_stage, 0, false},
    Stage{"random", random_stage, 35, false},
    Stage{"random x86-64", random_x86_64_stage, 20, true},
    Stage{"explore", explore_stage, 15, true},
    Stage{"fuzz corpus", fuzz_stage, 15, false},
    Stage{"races", race_stage, 0, true},
    Stage{"proofs", proofs_stage, 0, true},
    Stage{"museum", museum_stage, 0, true},
};

struct Row {
  const char* name;
  StageResult result;
  double seconds;
};

void print_table(const std::vector<Row>& rows) {
  fmt::print("\n  {:<14} {:<42} {:<8} {:>8}\n", "what", "how much", "verdict", "seconds");
  for (const auto& [what, result, seconds] : rows) {
    fmt::print("  {:<14} {:<42} {:<8} {:>8.1f}\n", what, result.amount, name(result.verdict),
               seconds);
    if (!result.note.empty()) fmt::print("  {:<14} {}\n", "", result.note);
  }
}

Verdict overall(const std::vector<Row>& rows) {
  std::vector<Verdict> verdicts;
  for (const auto& row : rows) verdicts.push_back(row.result.verdict);
  return overall(verdicts);
}

std::vector<Row> run_stages(const GateOptions& options, std::chrono::milliseconds time) {
  std::vector<Row> rows;
  for (const auto& stage : stages) {
    if (stage.embedded_only && options.subject != "embedded") continue;
    show_progress(fmt::format("{} ...", stage.name));
    const auto start = std::chrono::steady_clock::now();
    GateOptions share = options;
    share.limit = time * stage.percent / 100;
    const auto result = stage.run(share);
    clear_progress();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    fmt::print("{:<14} {} ({})\n", stage.name, name(result.verdict), result.amount);
    std::fflush(stdout);
    rows.push_back({stage.name, result, took.count()});
    if (result.verdict == Verdict::fail || interrupted()) break;
  }
  return rows;
}

}  // namespace

int gate_command(Args args) {
  CLI::App app(
      "The main job: regressions, scenarios, random traces, exploring, fuzzing, races, proofs and "
      "the museum.",
      "gate");
  GateOptions options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string time = "2m";
  app.add_option("--for", time, "about how long, e.g. 30s or 10m")->capture_default_str();
  SubjectOption subject;
  subject.add_to(app);
  app.add_option("--seed", options.seed, "of the random stages")->capture_default_str();
  app.add_option("--jobs", options.jobs, "worker processes")->check(CLI::Range(1U, 256U));
  if (const auto status = parse(app, args)) return *status;
  options.subject = subject.subject();
  catch_interrupts();
  fmt::print("cowcheck gate on {}, seed {}\n", options.subject, options.seed);
  const auto rows = run_stages(options, duration(time));
  print_table(rows);
  const auto verdict = unless_interrupted(overall(rows));
  fmt::print("\nverdict: {}\n", name(verdict));
  return verdict == Verdict::pass ? 0 : 1;
}

}  // namespace cow::props::cli
