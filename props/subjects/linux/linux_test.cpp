#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/draw/draw.h"
#include "props/run/random.h"
#include "props/subjects/linux/means.h"
#include "props/subjects/linux/provide.h"
#include "props/traces/library.h"

namespace cow::props::live {
namespace {

/// What the lockstep says of a trace on the running kernel: the law, or "pass".
std::string verdict(const model::Trace& trace, const Setup& setup = {agent_image()}) {
  const auto session = open_linux(trace.world, setup);
  const auto failure = check_trace(*session, trace);
  if (!failure) return "pass";
  std::string text(kernel::name(failure->law));
  for (const auto& finding : failure->findings) text += "; " + finding.text;
  return text;
}

TEST(LiveLinux, KeepsTheLawsInTheScenarios) {
  for (const auto& stored : trace_library()) {
    if (!stored.name.starts_with("scenarios/")) continue;
    EXPECT_EQ(verdict(model::parse(stored.text).trace), "pass") << stored.name;
  }
}

TEST(LiveLinux, KeepsTheLawsInRandomTraces) {
  provide();
  RandomOptions options;
  options.subject = "linux";
  options.traces = 200;
  if (const char* n = std::getenv("TRACES")) options.traces = std::strtoull(n, nullptr, 10);
  if (const char* n = std::getenv("SEED")) options.seed = std::strtoull(n, nullptr, 10);
  if (std::getenv("X86")) options.world = model::default_world(model::Geometry::x86_64);
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  std::printf("%.2f s, %lu traces, %lu ops\n", result.done.seconds, result.done.traces,
              result.done.operations);
  if (result.failure)
    std::printf("%s\n", model::print(model::TraceText{result.trace, "x", ""}).c_str());
  ASSERT_FALSE(result.failure) << result.failure->index << " " << kernel::name(result.failure->law)
                               << ": " << result.failure->findings.at(0).text << "; "
                               << result.failure->findings.back().text;
  auto session = open_linux(options.world, {agent_image()});
  auto names = session->event_names();
  for (size_t i = 0; i < names.size(); ++i)
    std::printf("%s %lu\n", names[i].c_str(), result.census.events[i]);
}

}  // namespace
}  // namespace cow::props::live
