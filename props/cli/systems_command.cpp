#include <fmt/format.h>

#include "props/cli/parse.h"
#include "props/cli/systems.h"

namespace cow::props::cli {

int systems_command(Args args) {
  CLI::App app(
      "Checks every system that can be checked here, its own kernel first, and prints the table of "
      "README.md. What cannot be checked here is a row that says why. Systems that are known to be "
      "wrong fail: so the exit status says only whether the table is there.",
      "systems");
  std::string time = "10s", only;
  std::uint64_t seed = 1;
  app.add_option(
         "--for", time,
         "for each row with random traces; up to 20 times as long, as long as it is vacuous")
      ->capture_default_str();
  app.add_option("--only", only, "only rows whose subject begins with this");
  app.add_option("--seed", seed, "of the random traces")->capture_default_str();
  if (const auto status = parse(app, args)) return *status;
  const auto limit = duration(time);
  catch_interrupts();
  std::size_t checked = 0, skipped = 0;
  for (const auto& row : system_rows()) {
    if (!row.subject.starts_with(only)) continue;
    if (interrupted()) break;
    if (checked + skipped == 0) fmt::print("{}", markdown_head());
    show_progress(fmt::format("{} ...", row.name));
    const auto result = check_system(row, seed, limit);
    clear_progress();
    fmt::print("{}", markdown(row, result));
    std::fflush(stdout);
    ++(result.skipped ? skipped : checked);
  }
  if (checked + skipped == 0 && !interrupted())
    throw UsageError(fmt::format("no system's subject begins with '{}'", only));
  fmt::print("\n{} systems checked, {} skipped{}\n", checked, skipped,
             interrupted() ? ", interrupted" : "");
  return checked > 0 && !interrupted() ? 0 : 1;
}

}  // namespace cow::props::cli
