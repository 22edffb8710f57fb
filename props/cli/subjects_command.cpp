#include <fmt/format.h>

#include "props/cli/parse.h"
#include "props/subjects/registry.h"

namespace cow::props::cli {

int subjects_command(Args args) {
  CLI::App app("Lists what can be checked.", "subjects");
  if (const auto status = parse(app, args)) return *status;
  for (const auto& subject : list_subjects()) {
    fmt::print("  {:<27} {}\n", subject.name, subject.summary);
  }
  fmt::print("  {:<27} {}\n", "./mine.so",
             "your own: props/subjects/cowcheck_subject.h, and README.md, \"your own\"");
  return 0;
}

}  // namespace cow::props::cli
