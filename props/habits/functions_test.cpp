#include "props/habits/functions.h"

#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

TEST(Functions, have_head_body_and_lines) {
  const std::vector<Function> found = find_functions("int x;\n\nint f(int a) {\n  g();\n}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].head, "int f(int a) ");
  EXPECT_EQ(found[0].body, "\n  g();\n");
  EXPECT_EQ(found[0].first_line, 3);
  EXPECT_EQ(found[0].last_line, 5);
  EXPECT_EQ(found[0].length(), 3);
}

TEST(Functions, are_found_inside_namespaces_and_classes) {
  const auto found = find_functions(R"(
namespace n {
template <class T, typename U = V<int>>
struct S : Base<T> {
  S() : a_(1) {}
  void f() const { if (a_) { g(); } }
  int a_;
};
}
)");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first_line, 5);
  EXPECT_EQ(found[1].first_line, 6);
}

TEST(Functions, include_their_lambdas_and_templates) {
  const auto found = find_functions("template <class T>\nvoid f() {\n  h([&](int) {\n  });\n}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length(), 5);
}

TEST(Functions, are_not_tables_macros_or_text) {
  EXPECT_TRUE(find_functions("const int a[] = {1, 2};\n").empty());
  EXPECT_TRUE(find_functions("const T a[] = {\n  {f(1), 2},\n  {f(2), 3},\n};\n").empty());
  EXPECT_TRUE(find_functions("#define F(x) \\\n  if (x) {\n#define G }\n").empty());
  EXPECT_TRUE(find_functions("// void f() {\nconst char* s = \"void f() {\";\n").empty());
  EXPECT_TRUE(find_functions("#include \"x.h\"\n#define X(a)\nnamespace n {\n}\n").empty());
}

TEST(Functions, end_at_the_end_of_a_broken_file) {
  const auto found = find_functions("void f() {\n  {\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].last_line, 3);
}

}  // namespace
}  // namespace cow::props::habits
