#pragma once

#include <span>
#include <stdexcept>
#include <string>

/// The program's commands. Each takes the arguments behind its name, prints for a person, and
/// answers the exit status: 0 pass, 1 counterexample, 2 could not run. Bad input is thrown as
/// UsageError, whose text is the one line that the user sees.
namespace cow::props::cli {

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Args = std::span<const std::string>;

int gate_command(Args args);
int run_command(Args args);
int explore_command(Args args);
int replay_command(Args args);
int explain_command(Args args);
int shrink_command(Args args);
int race_command(Args args);
int record_command(Args args);
int museum_command(Args args);
int selftest_command(Args args);
int export_command(Args args);
int subjects_command(Args args);
int systems_command(Args args);

}  // namespace cow::props::cli
