#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/subjects/registry.h"
#include "props/subjects/test_subjects/runs.h"

// What a shared object may have beyond the first version of the header.

namespace cow::props {
namespace {

TEST(ForeignPins, pass_and_everything_succeeds_and_is_refused) {
  const auto session = open_session(WITH_PINS_SUBJECT, model::World{});
  const auto failure = run_drawn(*session, model::World{}, 300);
  EXPECT_FALSE(failure) << failure->findings.front().text;
  for (const Kind kind :
       {Kind::remap, Kind::dontneed, Kind::advise, Kind::pin, Kind::unpin, Kind::device_read,
        Kind::device_write, Kind::pageout, Kind::split, Kind::collapse, Kind::migrate}) {
    EXPECT_GT(session->census().succeeded(kind), 50U) << model::name(kind);
    EXPECT_GT(session->census().refused(kind), 5U) << model::name(kind);
  }
}

TEST(ForeignPins, that_fork_leaves_to_the_child_are_found) {
  const auto session = open_session(NAIVE_PINS_SUBJECT, model::World{});
  EXPECT_TRUE(run_drawn(*session, model::World{}, 300));
  const auto trace = model::parse(
      "P0 map p0 1 private write\nP0 pin d0 p0 read\nP0 fork P1\nP0 write p0 1 0x07\n");
  EXPECT_TRUE(tells(findings_after(*session, trace.trace.ops), "pin-stable: d0 of P0 shows"));
}

TEST(ForeignPins, are_only_asked_for_when_all_functions_are_there) {
  const auto library = load_library(WITH_PINS_SUBJECT);
  auto functions = library.functions;
  const auto supports = [&](Kind kind) { return open_kernel(functions)->supports(op_of(kind)); };
  EXPECT_TRUE(supports(Kind::device_write));
  functions.device_write = nullptr;
  EXPECT_FALSE(supports(Kind::device_write));
  EXPECT_TRUE(supports(Kind::pin) && supports(Kind::unpin) && supports(Kind::device_read));
  functions.unpin = nullptr;
  EXPECT_FALSE(supports(Kind::pin) || supports(Kind::unpin) || supports(Kind::device_read));
  EXPECT_TRUE(supports(Kind::remap) && supports(Kind::dontneed) && supports(Kind::advise));
  functions.remap = nullptr;
  functions.dontneed = nullptr;
  functions.advise = nullptr;
  EXPECT_TRUE(supports(Kind::pageout) && supports(Kind::swapoff));
  functions.pageout = nullptr;
  functions.swapoff = nullptr;
  EXPECT_FALSE(supports(Kind::pageout) || supports(Kind::swapoff));
  EXPECT_FALSE(supports(Kind::remap) || supports(Kind::dontneed) || supports(Kind::advise));
  EXPECT_TRUE(supports(Kind::split) && supports(Kind::collapse));
  EXPECT_TRUE(supports(Kind::migrate) && supports(Kind::compact));
  functions.split = functions.collapse = functions.migrate = nullptr;
  functions.compact = nullptr;
  EXPECT_FALSE(supports(Kind::split) || supports(Kind::collapse));
  EXPECT_FALSE(supports(Kind::migrate) || supports(Kind::compact));
}

TEST(ForeignPins, that_are_not_held_never_arrive) {
  const auto library = load_library(WITH_PINS_SUBJECT);
  auto functions = library.functions;
  functions.unpin = [](void*, auto, auto) -> int { std::abort(); };
  functions.remap = [](void*, auto, auto, auto, auto) -> int { std::abort(); };
  const auto session = open_kernel(functions);
  const auto trace = model::parse(
      "P0 unpin d0\nP0 map p0 2 private write\nP0 remap p0 2 p1\nP0 remap p0 2 p15\n"
      "P0 pin d0 p0 none\nP0 pin d0 p0 read\nP0 pin d0 p0 read\nP0 device-read d0+15 2\n"
      "P0 exec\nP0 unpin d1\nP0 exit\nP0 unpin d0\n");
  for (const auto& op : trace.trace.ops) EXPECT_TRUE(session->step(op)) << model::print(op);
}

}  // namespace
}  // namespace cow::props
