#include <array>
#include <fmt/format.h>
#include <vector>

#include "proofs/museum.h"
#include "proofs/prove_command.h"
#include "props/bench/bench_command.h"
#include "props/cli/commands.h"
#include "props/cli/hooks.h"
#include "props/cli/shortest_trace.h"
#include "props/explore/explore.h"
#include "props/proved/on_bytes.h"
#include "props/subjects/linux/provide.h"
#include "props/subjects/registry.h"
#include "props/subjects/xv6/provide.h"

namespace cow::props::cli {

namespace {

/// What the solver found, on a machine that is put into that very state.
std::string run_on_bytes(const std::string& subject, const proofs::Result& result) {
  if (!result.found) return {};
  const auto& found = *result.found;
  const proved::Refuted refuted{result.step,    found.before,    found.place,
                                found.new_read, found.new_write, found.interrupted};
  return proved::tell(proved::run_on_bytes(subject, refuted, result.law), result.law);
}

int prove(Args args) {
  return proofs::prove_command(args, stdout, {run_on_bytes, tell_shortest_trace});
}

struct Command {
  std::string_view name;
  std::string_view help;
  int (*run)(Args);
};

constexpr std::array commands = {
    Command{"gate", "the main job: everything below that checks, in about four minutes",
            gate_command},
    Command{"run", "random traces on a subject until a law breaks or time is up", run_command},
    Command{"explore", "all traces up to a depth in tiny worlds, each state once", explore_command},
    Command{"replay", "run one trace", replay_command},
    Command{"explain", "run one trace and show the state after every operation", explain_command},
    Command{"shrink", "make a failing trace minimal", shrink_command},
    Command{"race", "operations of two CPUs interleaved in every way that matters", race_command},
    Command{"prove", "prove the kernel's steps, for any number of everything", prove},
    Command{"museum", "known bugs, and which engine catches them", museum_command},
    Command{"selftest", "the points of Linux's selftest cow.c, on any subject", selftest_command},
    Command{"record", "what a command's processes do to their memory, as a trace", record_command},
    Command{"export-c", "a trace as a C program of plain system calls", export_command},
    Command{"bench", "speed, as ratios to named rivals", bench_command},
    Command{"subjects", "what can be checked", subjects_command},
    Command{"systems", "every system that can be checked here, as README.md's table",
            systems_command},
};

void print_help() {
  fmt::print("cowcheck checks copy-on-write memory managers.\n\ncommands (each has --help):\n");
  for (const auto& command : commands) fmt::print("  {:<10} {}\n", command.name, command.help);
  fmt::print("\nexit status: 0 pass, 1 counterexample, 2 could not run\n");
}

int dispatch(const std::vector<std::string>& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h") return print_help(), 0;
  for (const auto& command : commands) {
    if (command.name == args[0]) return command.run(Args(args).subspan(1));
  }
  throw UsageError(fmt::format("no command '{}' (see ./cowcheck --help)", args[0]));
}

std::optional<std::vector<kernel::Law>> refuted_laws(const std::string& exhibit) {
  for (const auto& proof : proofs::museum_proofs()) {
    if (proof.exhibit != exhibit) continue;
    const auto report = proof.prove({});
    std::vector<kernel::Law> laws;
    for (int i = 0; i < kernel::law_count; ++i) {
      const auto law = static_cast<kernel::Law>(i);
      if (report.refuted(law)) laws.push_back(law);
    }
    return laws;
  }
  return std::nullopt;
}

void fill_hooks() {
  hooks().prove = [] {
    proofs::Options patient;  // no verdict of the gate depends on how fast the machine is
    patient.timeout = 20;
    const auto report = proofs::prove_all(patient);
    return Hooks::Proofs{report.proved(), proofs::summary(report),
                         report.proved() ? "" : "see ./cowcheck prove"};
  };
  hooks().refute = refuted_laws;
}

}  // namespace

}  // namespace cow::props::cli

int main(int argc, char** argv) {
  using namespace cow::props;
  try {
    cli::fill_hooks();
    live::provide();
    xv6::provide();
    return cli::dispatch({argv + 1, argv + argc});
  } catch (const cli::UsageError& error) {
    fmt::print(stderr, "cowcheck: {}\n", error.what());
  } catch (const explore::ExploreError& error) {
    fmt::print(stderr, "cowcheck: {}\n", error.what());
  } catch (const SubjectError& error) {
    fmt::print(stderr, "cowcheck: {}\n", error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "cowcheck: could not run: {}\n", error.what());
  }
  return 2;
}
