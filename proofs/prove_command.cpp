#include "proofs/prove_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <stdexcept>
#include <vector>

#include "proofs/museum.h"
#include "proofs/report_files.h"

namespace cow::proofs {

namespace {

struct Arguments {
  Options options;
  std::string mutant;
  unsigned depth = 6;
  bool table = false;
  std::string json, junit;  ///< files, or empty
};

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--only", arguments.options.only,
                 "only obligations whose STEP/LAW contains this, such as write_fault or /isolation")
      ->type_name("TEXT");
  app.add_option("--mutant", arguments.mutant,
                 "prove this exhibit of the museum instead of the kernel; without --only, its step")
      ->type_name("NAME");
  app.add_option("--depth", arguments.depth,
                 "operations of the traces that are searched for one that shows a refutation")
      ->type_name("N")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--timeout", arguments.options.timeout,
                 "seconds of processor time for each question to the solver")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app.add_option("--export", arguments.options.export_into,
                 "write each obligation as SMT-LIB 2 into this directory; unsat means proved")
      ->type_name("DIR");
  app.add_option("--json", arguments.json, "write the results to this file, too")
      ->type_name("FILE");
  app.add_option("--junit", arguments.junit, "the same as JUnit XML")->type_name("FILE");
  app.add_flag("--table", arguments.table, "one line an obligation instead of one a step");
}

void write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream out(path);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

/// Throws std::runtime_error when no proof is about that exhibit.
const MuseumProof& find_mutant(const std::string& name) {
  const auto proofs = museum_proofs();
  const auto found = std::ranges::find(proofs, name, &MuseumProof::exhibit);
  if (found != proofs.end()) return *found;
  std::string names;
  for (const auto& proof : proofs) names += " " + std::string(proof.exhibit);
  throw std::runtime_error(fmt::format("no proof is about '{}', but about{}", name, names));
}

Report judge(const Arguments& arguments) {
  if (arguments.mutant.empty()) return prove_all(arguments.options);
  const auto& mutant = find_mutant(arguments.mutant);
  auto options = arguments.options;
  if (options.only.empty()) options.only = std::string(mutant.step) + "/";
  return mutant.prove(options);
}

/// Each law is searched for once, since the search does not depend on the step.
void tell_more(Report& report, const Arguments& arguments, const Beyond& beyond) {
  const auto subject = arguments.mutant.empty() ? "embedded" : "museum:" + arguments.mutant;
  std::map<std::string, std::string> told;  // [law]: the step
  for (auto& result : report.results) {
    if (result.verdict != Verdict::refuted) continue;
    if (beyond.run_on_bytes) result.note += beyond.run_on_bytes(subject, result);
    if (!beyond.search || arguments.depth == 0) continue;
    const auto [first, is_new] = told.try_emplace(result.law, result.step);
    result.note += is_new ? beyond.search(subject, result.law, arguments.depth)
                          : fmt::format("  the search for a trace: see {}\n", first->second);
  }
}

/// Throws what `prove_all` throws, and std::runtime_error when a file cannot be written.
int run(const Arguments& arguments, std::FILE* out, const Beyond& beyond) {
  auto report = judge(arguments);
  if (report.results.empty()) {
    fmt::print(stderr, "cowcheck prove: no obligation contains '{}'\n", arguments.options.only);
    return 2;
  }
  tell_more(report, arguments, beyond);
  fmt::print(out, "{}\n{}\n", table(report, arguments.table), summary(report));
  write_file(arguments.json, json(report));
  write_file(arguments.junit, junit(report));
  return report.proved() ? 0 : 1;
}

}  // namespace

int prove_command(std::span<const std::string> args, std::FILE* out, const Beyond& beyond) {
  Arguments arguments;
  CLI::App app("Prove that every step of the shipped kernel keeps every law, from every state",
               "cowcheck prove");
  describe(app, arguments);
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    fmt::print(out, "{}", app.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "cowcheck prove: {}\n", error.what());
    return 2;
  }
  try {
    return run(arguments, out, beyond);
  } catch (const std::exception& error) {
    fmt::print(stderr, "cowcheck prove: {}\n", error.what());
    return 2;
  }
}

}  // namespace cow::proofs
