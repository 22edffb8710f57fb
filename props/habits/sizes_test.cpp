#include "props/habits/sizes.h"

#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Sizes, of_the_repository_are_within_limits) {
  for (const Source& source : load_sources(COWCHECK_SOURCE_DIR)) {
    const std::vector<Finding> findings = check_sizes(source);
    EXPECT_TRUE(findings.empty()) << describe(findings);
  }
}

TEST(Sizes, limit_the_lines_of_a_file) {
  EXPECT_TRUE(check_sizes({"a.h", repeat("\n", max_file_lines)}).empty());
  EXPECT_EQ(describe(check_sizes({"a.h", repeat("\n", max_file_lines + 1)})),
            "a.h:301: 301 lines, 300 are allowed; split the file by subject\n");
}

TEST(Sizes, limit_the_columns_of_a_line_in_characters) {
  EXPECT_TRUE(check_sizes({"a.h", "\n" + repeat("x", max_columns)}).empty());
  EXPECT_TRUE(check_sizes({"a.h", "// " + repeat("ä", max_columns - 3)}).empty());
  EXPECT_EQ(describe(check_sizes({"a.h", "\n" + repeat("x", max_columns + 1)})),
            "a.h:2: 101 columns, 100 are allowed; break the line\n");
}

TEST(Sizes, limit_the_lines_of_a_function) {
  const auto function = [](int lines) {
    return "\nvoid f() {\n" + repeat("  g();\n", lines - 2) + "}\n";
  };
  EXPECT_TRUE(check_sizes({"a.h", function(max_function_lines)}).empty());
  EXPECT_EQ(describe(check_sizes({"a.h", function(max_function_lines + 1)})),
            "a.h:2: 71 lines in a function, 70 are allowed; split it\n");
}

}  // namespace
}  // namespace cow::props::habits
