#include "props/race/subjects.h"

#include <fmt/format.h>

#include "model/trace_words.h"
#include "props/museum/race_exhibits.h"
#include "props/subjects/registry.h"

namespace cow::props::race {

std::unique_ptr<KernelProgram> open_race(const std::string& subject, const Case& what) {
  const std::string museum = "museum:";
  if (subject == "embedded") return std::make_unique<RunsOn<SteppedMachine>>(what);
  const auto* const exhibit =
      subject.starts_with(museum) ? find_race_exhibit(subject.substr(museum.size())) : nullptr;
  if (exhibit != nullptr) return exhibit->open(what);
  std::string known = "embedded";
  for (const auto& e : race_exhibits()) known += fmt::format(", {}{}", museum, e.name);
  throw SubjectError(
      fmt::format("{} cannot be raced; known are {}", model::quoted(subject), known));
}

}  // namespace cow::props::race
