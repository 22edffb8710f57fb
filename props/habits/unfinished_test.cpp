#include "props/habits/unfinished.h"

#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

TEST(Unfinished, is_nothing_in_the_repository) {
  for (const Source& source : load_sources(COWCHECK_SOURCE_DIR)) {
    const std::vector<Finding> findings = check_unfinished(source);
    EXPECT_TRUE(findings.empty()) << describe(findings);
  }
}

TEST(Unfinished, markers_are_found) {
  // Put together from pieces: the test above reads this file too.
  const std::vector<std::string> markers{std::string("TO") + "DO", std::string("FIX") + "ME",
                                         std::string("XX") + "X",
                                         std::string("not yet imple") + "mented"};
  for (const std::string& marker : markers) {
    EXPECT_EQ(describe(check_unfinished({"a.h", "int x;\n// " + marker + ": more\n"})),
              "a.h:2: finish it, or open an issue and remove the marker\n");
  }
  EXPECT_TRUE(check_unfinished({"a.h", "mkdtemp(\"/tmp/XXXXXX\");\n"}).empty());
}

TEST(Unfinished, tests_that_assert_nothing_are_found) {
  EXPECT_EQ(describe(check_unfinished({"a.cpp", "\nTEST(A, b) {\n  f();\n}\n"})),
            "a.cpp:2: this test asserts nothing\n");
  EXPECT_TRUE(check_unfinished({"a.cpp", "TEST(A, b) { EXPECT_EQ(f(), 1); }\n"}).empty());
  EXPECT_TRUE(check_unfinished({"a.cpp", "TEST(A, b) { expect_law(f()); }\n"}).empty());
  EXPECT_TRUE(check_unfinished({"a.cpp", "void helper() { f(); }\n"}).empty());
  EXPECT_EQ(check_unfinished({"a.cpp", "TEST(A, b) { f(\"EXPECT_EQ(1, 1)\"); }\n"}).size(), 1U);
}

}  // namespace
}  // namespace cow::props::habits
