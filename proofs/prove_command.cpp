#include "proofs/prove_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <vector>

#include "proofs/report.h"

namespace cow::proofs {

namespace {

struct Arguments {
  Options options;
  bool table = false;
};

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--only", arguments.options.only,
                 "only obligations whose STEP/LAW contains this, such as write_fault or /isolation")
      ->type_name("TEXT");
  app.add_option("--timeout", arguments.options.timeout, "seconds for each question to the solver")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app.add_option("--export", arguments.options.export_into,
                 "write each obligation as SMT-LIB 2 into this directory; unsat means proved")
      ->type_name("DIR");
  app.add_flag("--table", arguments.table, "one line an obligation instead of one a step");
}

/// Throws what `prove_all` throws.
int run(const Arguments& arguments, std::FILE* out) {
  const auto report = prove_all(arguments.options);
  if (report.results.empty()) {
    fmt::print(stderr, "cowcheck prove: no obligation contains '{}'\n", arguments.options.only);
    return 2;
  }
  fmt::print(out, "{}\n{}\n", table(report, arguments.table), summary(report));
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
