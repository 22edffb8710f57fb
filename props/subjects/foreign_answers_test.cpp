#include <cstring>
#include <gtest/gtest.h>
#include <stdexcept>

#include "props/subjects/registry.h"
#include "props/subjects/test_subjects/runs.h"

// What foreign code may say that no subject may say: it is told, and harms nobody.

namespace cow::props {
namespace {

using Findings = std::vector<std::string>;

TEST(ForeignAnswers, a_status_that_is_none_is_found) {
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void*, auto) { return 99; };
  for (const bool view : {true, false}) {
    if (!view) functions.view = nullptr;
    EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {map_two, read_first}),
                      "progress: read answered 99, which is no status"));
  }
  functions.exit = [](void*, auto) { return -1; };
  EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {op_of(Kind::exit)}),
                    "progress: exit answered -1, which is no status"));
}

TEST(ForeignAnswers, a_read_that_writes_too_much_is_found) {
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void* out, std::uint32_t length) {
    std::memset(out, 0, length + 1);
    return 0;
  };
  EXPECT_EQ(findings_after(*open_kernel(functions), {map_two, read_first}),
            Findings{"permission: read of 4 bytes wrote beyond the end of its buffer"});
}

TEST(ForeignAnswers, a_read_that_writes_nothing_is_found) {
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void*, auto) { return 0; };
  EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {map_two, read_first}),
                    "P0 read wrong bytes, at byte 0: a5 a5 a5 a5"));
}

TEST(ForeignAnswers, success_where_nothing_makes_sense_is_found) {
  auto functions = kernel_subject::subject();
  functions.read = [](void*, auto, auto, auto, void*, auto) { return 0; };
  EXPECT_EQ(findings_after(*open_kernel(functions), {op_of(Kind::read, 0, 0, ~0U)}),
            Findings{"permission: answered ok, expected bad-range"});
}

TEST(ForeignAnswers, an_exception_is_found) {
  auto functions = kernel_subject::subject();
  functions.fork = [](void*, auto, auto) -> int { throw std::runtime_error("no"); };
  EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {op_of(Kind::fork)}),
                    "progress: fork threw an exception"));
}

TEST(ForeignAnswers, a_view_that_makes_no_sense_is_found) {
  auto functions = kernel_subject::subject();
  functions.view = [](void*, auto, auto, cowcheck_view* view, void*) {
    view->mapped = 1;
    view->access = 7;
  };
  EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {map_two}),
                    "permission: P0 p0 is not mapped, expected mapped for write"));
  EXPECT_TRUE(tells(findings_after(*open_kernel(functions), {read_first, read_first}),
                    "permission: view of P0 p0 shows access 7, which there is not"));
}

TEST(ForeignAnswers, an_audit_is_told_with_its_law) {
  auto functions = kernel_subject::subject();
  functions.audit = [](void* memory, char* text, std::uint32_t room) {
    kernel_subject::audit(memory, text, room);
    std::strcpy(text, "exact-count: frame 7 counts 2 holders and has 1");
    return 1;
  };
  EXPECT_EQ(findings_after(*open_kernel(functions), {map_two}),
            Findings{"exact-count: frame 7 counts 2 holders and has 1"});
  functions.audit = [](void* memory, char* text, std::uint32_t room) {
    kernel_subject::audit(memory, text, room);
    std::memset(text, '\n', room);
    return -1;
  };
  EXPECT_EQ(findings_after(*open_kernel(functions), {map_two}),
            Findings{"permission: its audit names no law: \"" + std::string(512, '?') + "\""});
}

TEST(ForeignAnswers, costs_are_held_against_what_sharing_needs) {
  auto functions = kernel_subject::subject();
  functions.costs = [](void* memory, cowcheck_costs* costs) {
    kernel_subject::costs(memory, costs);
    costs->data_frames += 1;
  };
  EXPECT_EQ(findings_after(*open_kernel(functions), {map_two}),
            Findings{"frugal: 1 data frames in use, where 0 suffice"});
}

TEST(ForeignAnswers, describe_is_fit_for_a_terminal) {
  auto functions = kernel_subject::subject();
  EXPECT_EQ(open_kernel(functions)->describe(),
            open_session("embedded", model::World{})->describe());
  functions.describe = [](void*, char* text, std::uint32_t) { std::strcpy(text, "a\nb\tc\x1b"); };
  EXPECT_EQ(open_kernel(functions)->describe(), "a\nb?c?");
  functions.describe = nullptr;
  EXPECT_EQ(open_kernel(functions)->describe(), "");
}

TEST(ForeignAnswers, that_cannot_create_is_an_error) {
  auto functions = kernel_subject::subject();
  functions.create = [](const cowcheck_world*) -> void* { return nullptr; };
  try {
    open_kernel(functions);
    FAIL() << "it was opened";
  } catch (const SubjectError& error) {
    EXPECT_STREQ(error.what(),
                 "kernel.so: create returned null for a world of 4 processes with 16 pages of 16 "
                 "bytes");
  }
}

}  // namespace
}  // namespace cow::props
