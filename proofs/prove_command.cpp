#include "proofs/prove_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "proofs/report_files.h"

namespace cow::proofs {

namespace {

struct Arguments {
  Options options;
  bool table = false;
  std::string json, junit;  ///< files, or empty
};

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--only", arguments.options.only,
                 "only obligations whose STEP/LAW contains this, such as write_fault or /isolation")
      ->type_name("TEXT");
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

/// Throws what `prove_all` throws, and std::runtime_error when a file cannot be written.
int run(const Arguments& arguments, std::FILE* out) {
  const auto report = prove_all(arguments.options);
  if (report.results.empty()) {
    fmt::print(stderr, "cowcheck prove: no obligation contains '{}'\n", arguments.options.only);
    return 2;
  }
  fmt::print(out, "{}\n{}\n", table(report, arguments.table), summary(report));
  write_file(arguments.json, json(report));
  write_file(arguments.junit, junit(report));
  return report.proved() ? 0 : 1;
}

}  // namespace

int prove_command(std::span<const std::string> args, std::FILE* out) {
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
    return run(arguments, out);
  } catch (const std::exception& error) {
    fmt::print(stderr, "cowcheck prove: {}\n", error.what());
    return 2;
  }
}

}  // namespace cow::proofs
