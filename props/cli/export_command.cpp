#include <algorithm>
#include <fmt/format.h>

#include "props/cli/load.h"
#include "props/cli/parse.h"
#include "props/export/c_program.h"

namespace cow::props::cli {

int export_command(Args args) {
  CLI::App app(
      "Prints a C program that performs one trace with plain system calls on Linux and asserts "
      "what the reference says.",
      "export-c");
  std::string file, ops;
  bool direct = false;
  app.add_option("file", file, "a trace as text");
  app.add_option("--ops", ops, "or the operations themselves, separated by ';'");
  app.add_flag("--direct", direct,
               "pins with even numbers are O_DIRECT requests in flight, as with linux:direct (the "
               "program needs root)");
  if (const auto status = parse(app, args)) return *status;
  if (file.empty() == ops.empty()) throw UsageError("give one trace: a file, or --ops");
  const auto text = file.empty() ? parse_line(ops) : load_trace(file, false);
  if (const auto what = beyond_c(text.trace); !what.empty()) {
    throw UsageError(fmt::format("a trace with {} cannot be exported", what));
  }
  fmt::print("{}", c_program(text, direct));
  return 0;
}

}  // namespace cow::props::cli
