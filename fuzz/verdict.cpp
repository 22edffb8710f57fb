#include "fuzz/verdict.h"

#include <fmt/format.h>

#include "props/report/story.h"

namespace cow::fuzz {

std::string tell(const Broken& broken, const Sessions& sessions, const std::string& file) {
  const props::Failure& failure = broken.failure;
  std::string shrink = "./cowcheck shrink --bytes";
  if (sessions.subject() != "embedded") shrink += " --subject " + sessions.subject();
  if (sessions.geometry() != model::Geometry::tiny) {
    shrink += fmt::format(" --geometry {}", model::name(sessions.geometry()));
  }
  return fmt::format("\n{}\nshrink: {} {}\ncowcheck-failure: law={} kind={} ops={}\n",
                     props::story(broken.trace, failure, broken.state), shrink, file,
                     kernel::name(failure.law), model::name(failure.op.kind), failure.index + 1);
}

}  // namespace cow::fuzz
