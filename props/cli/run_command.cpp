#include <fmt/format.h>

#include "props/cli/outcome.h"
#include "props/cli/parse.h"
#include "props/cli/stages.h"
#include "props/run/random.h"

namespace cow::props::cli {

int run_command(Args args) {
  CLI::App app("Checks a subject with random traces until time is up or a law is broken.", "run");
  RandomOptions options;
  options.jobs = 0;
  SubjectOption subject;
  WorldOptions world;
  std::string time;
  subject.add_to(app);
  app.add_option("--seed", options.seed, "the same seed finds the same")->capture_default_str();
  app.add_option("--for", time, "how long, e.g. 30s or 2m (default 30s unless --traces is given)");
  app.add_option("--traces", options.traces, "how many traces (default: as time allows)");
  app.add_option("--jobs", options.jobs, "worker processes")->check(CLI::Range(1U, 256U));
  bool fixed = false;
  app.add_flag("--fixed-world", fixed, "always play in exactly this world");
  world.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  options.subject = subject.subject();
  options.world = world.world();
  options.vary_world = !fixed;
  if (options.jobs == 0) options.jobs = default_jobs(options.subject);
  if (!time.empty())
    options.limit = duration(time);
  else if (options.traces == 0)
    options.limit = std::chrono::seconds(30);

  catch_interrupts();
  const auto result = run_random(options, tell_progress);
  clear_progress();
  if (result.failure) {
    fmt::print("random trace {} of seed {} fails on {}\n", result.number + 1, options.seed,
               options.subject);
    shrink_and_tell(options.subject, result.trace, *result.failure);
    return 1;
  }
  return print_census(options.subject, options.world, result);
}

}  // namespace cow::props::cli
