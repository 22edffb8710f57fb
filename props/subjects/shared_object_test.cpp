#include "props/subjects/shared_object.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include "props/subjects/registry.h"
#include "props/subjects/test_subjects/runs.h"

namespace cow::props {
namespace {

TEST(Example, passes_and_everything_it_can_do_succeeds) {
  const auto session = open_session(EXAMPLE_SUBJECT, model::World{});
  const auto failure = run_drawn(*session, model::World{}, 300);
  EXPECT_FALSE(failure) << failure->findings.front().text;
  for (const auto kind : {Kind::map, Kind::read, Kind::write, Kind::fork, Kind::exit}) {
    EXPECT_GT(session->census().succeeded(kind), 300U) << model::name(kind);
  }
  EXPECT_EQ(session->census().succeeded(Kind::protect), 0U);
}

TEST(Example, passes_with_real_page_sizes) {
  const auto world = model::default_world(model::Geometry::x86_64);
  const auto session = open_session(EXAMPLE_SUBJECT, world);
  const auto failure = run_drawn(*session, world, 3);
  EXPECT_FALSE(failure) << failure->findings.front().text;
  EXPECT_GT(session->census().succeeded(Kind::write), 20U);
}

TEST(Example, whose_write_forgets_to_copy_breaks_isolation) {
  const auto session = open_session(WRITE_WITHOUT_COPY_SUBJECT, model::World{});
  const auto failure = run_drawn(*session, model::World{}, 300);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->op.kind, Kind::write);
  EXPECT_TRUE(failure->law == Law::isolation || failure->law == Law::no_disclosure);
  const auto found = findings_after(
      *session, {map_two, write_first, op_of(Kind::fork), op_of(Kind::write, 0, 0, 5)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].starts_with("isolation: P1")) << found[0];
}

/// All three kinds of lockstep, with the full set of operations.
TEST(SharedObject, passes_whatever_it_can_show) {
  auto functions = kernel_subject::subject();
  for (const bool less : {false, true}) {
    for (const bool least : {false, true}) {
      functions.costs = less ? nullptr : kernel_subject::costs;
      functions.view = least ? nullptr : kernel_subject::view;
      const auto session = open_kernel(functions);
      const auto failure = run_drawn(*session, model::World{}, 500);
      EXPECT_FALSE(failure) << failure->findings.front().text;
      for (int i = 0; i < model::kind_count; ++i) {
        const auto kind = static_cast<Kind>(i);
        // The interface has no functions for these: their refusals ask back (own_pages.h).
        const bool foreign = !model::anonymous_only(kind) && kind < Kind::clear_refs;
        EXPECT_EQ(session->supports(op_of(kind)), foreign) << model::name(kind);
        if (!foreign) continue;
        EXPECT_GT(session->census().succeeded(kind), 50U) << model::name(kind);
        EXPECT_GT(session->census().refused(kind), 0U) << model::name(kind);
      }
    }
  }
}

TEST(SharedObject, supports_what_there_are_functions_and_flags_for) {
  auto functions = kernel_subject::subject();
  Op shared = map_two, read_only = map_two;
  shared.sharing = model::Sharing::shared;
  read_only.access = model::Access::read;
  const std::vector<Op> ops = {shared, read_only, op_of(Kind::protect), op_of(Kind::unmap),
                               op_of(Kind::exec)};
  const auto session = open_kernel(functions);
  for (const auto& op : ops) EXPECT_TRUE(session->supports(op)) << model::name(op.kind);
  functions.flags = 0;
  functions.unmap = nullptr;
  functions.protect = nullptr;
  functions.exec = nullptr;
  const auto less = open_kernel(functions);
  for (const auto& op : ops) EXPECT_FALSE(less->supports(op)) << model::name(op.kind);
  EXPECT_TRUE(less->supports(map_two));
}

TEST(SharedObject, only_asks_for_nonsense_if_told_so) {
  static int asked;
  asked = 0;
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void*, auto) { return ++asked, 3; };
  functions.unmap = [](void*, auto, auto, auto) { return ++asked, 3; };
  functions.exit = [](void*, auto) { return ++asked, 1; };
  functions.fork = [](void*, auto, auto) { return ++asked, 2; };
  Op dead = op_of(Kind::exit), itself = op_of(Kind::fork);
  dead.proc = 3;
  itself.child = 0;
  const std::vector<Op> nonsense = {op_of(Kind::read),
                                    op_of(Kind::read, 15, 0, 17),
                                    op_of(Kind::read, ~0U, 0, ~0U),
                                    op_of(Kind::unmap, 3, 0),
                                    op_of(Kind::unmap, ~0U, ~0U),
                                    dead,
                                    itself};
  const auto strict = open_kernel(functions);
  for (const auto& op : nonsense) EXPECT_TRUE(strict->step(op)) << model::name(op.kind);
  EXPECT_EQ(asked, 7);
  functions.flags = 0;
  const auto lenient = open_kernel(functions);
  for (const auto& op : nonsense) EXPECT_TRUE(lenient->step(op)) << model::name(op.kind);
  EXPECT_EQ(asked, 7);
}

TEST(SharedObject, numbers_outside_the_world_never_arrive) {
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void*, auto) -> int { std::abort(); };
  functions.fork = [](void*, auto, auto) -> int { std::abort(); };
  functions.costs = nullptr;
  const auto session = open_kernel(functions);
  Op process = read_first, cpu = read_first, child = op_of(Kind::fork);
  process.proc = 4;
  cpu.cpu = 2;
  child.child = 200;
  for (const auto& op : {process, cpu, child}) EXPECT_TRUE(session->step(op));
}

}  // namespace
}  // namespace cow::props
