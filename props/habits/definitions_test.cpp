#include "props/habits/definitions.h"

#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

TEST(Definitions, of_one_name_are_in_one_header) {
  const auto findings = check_definitions(load_sources(COWCHECK_SOURCE_DIR));
  EXPECT_TRUE(findings.empty()) << describe(findings);
}

TEST(Definitions, of_one_name_in_two_headers_are_found) {
  const Source one{"a.h", "namespace x::y {\ntemplate <class Base>\nstruct Knows : Base {\n};\n}"};
  const Source two{"b.h", "namespace x::y {\nclass Knows final {\n};\n}"};
  const Source elsewhere{"c.h", "namespace x::z {\nstruct Knows {\n  struct Deep {};\n};\n}"};
  EXPECT_EQ(describe(check_definitions({one, two})), "b.h:2: rename it: a.h has one, too\n");
  EXPECT_TRUE(check_definitions({one, elsewhere}).empty());
  EXPECT_TRUE(check_definitions({one, {"b.cpp", two.text}}).empty());
  const Source declared{"d.h", "namespace x::y {\nstruct Knows;\n}"};
  EXPECT_TRUE(check_definitions({one, declared}).empty());
}

}  // namespace
}  // namespace cow::props::habits
