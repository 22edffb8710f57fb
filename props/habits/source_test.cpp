#include "props/habits/source.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

TEST(Source, blanks_comments_and_literals) {
  EXPECT_EQ(blank_literals("a; // {b}\nc;"), "a;       \nc;");
  EXPECT_EQ(blank_literals("a /* {\n} */ b"), "a     \n     b");
  EXPECT_EQ(blank_literals(R"(f("{\"}", '}', '\'');)"), R"(f("    ", ' ', '  ');)");
  EXPECT_EQ(blank_literals("x = 1'000 + '{';"), "x = 1'000 + ' ';");
}

TEST(Source, blanks_raw_strings) {
  EXPECT_EQ(blank_literals("f(R\"x({\n\")\")x\") {"), "f(     \n     \") {");
}

TEST(Source, ends_at_an_unclosed_literal) {
  EXPECT_EQ(blank_literals("a \"b"), "a \" ");
  EXPECT_EQ(blank_literals("a /* b"), "a     ");
  EXPECT_EQ(blank_literals("\"\\"), "\" ");
}

TEST(Source, splits_lines) {
  EXPECT_EQ(split_lines("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split_lines("a\n"), std::vector<std::string>{"a"});
}

TEST(Source, describes_with_file_and_line) {
  EXPECT_EQ(describe({{"model/op.h", 7, "do this"}}), "model/op.h:7: do this\n");
}

TEST(Source, loads_this_very_file) {
  const std::vector<Source> sources = load_sources(COWCHECK_SOURCE_DIR);
  const auto self = std::ranges::find(sources, "props/habits/source_test.cpp", &Source::path);
  ASSERT_NE(self, sources.end());
  EXPECT_TRUE(self->text.starts_with("#include \"props/habits/source.h\"\n"));
}

TEST(Source, leaves_hidden_folders_and_build_directories_out) {
  for (const Source& source : load_sources(COWCHECK_SOURCE_DIR)) {
    EXPECT_EQ(source.path.find("CMakeFiles"), std::string::npos) << source.path;
    EXPECT_FALSE(source.path.starts_with('.')) << source.path;
  }
}

}  // namespace
}  // namespace cow::props::habits
