#include "props/subjects/registry.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

namespace cow::props {
namespace {

std::string complaint(const std::string& subject, const model::World& world = {}) {
  try {
    open_session(subject, world);
    return "";
  } catch (const SubjectError& error) {
    return error.what();
  }
}

TEST(Registry, opens_all_that_it_lists) {
  const auto subjects = list_subjects();
  ASSERT_FALSE(subjects.empty());
  EXPECT_EQ(subjects.front().name, "embedded");
  for (const auto& subject : subjects) {
    EXPECT_EQ(complaint(subject.name), "");
    EXPECT_FALSE(subject.summary.empty()) << subject.name;
    EXPECT_EQ(subject.summary.find('\n'), std::string::npos) << subject.name;
  }
}

TEST(Registry, opens_the_embedded_subject_in_both_geometries) {
  EXPECT_EQ(complaint("embedded", model::default_world(model::Geometry::tiny)), "");
  EXPECT_EQ(complaint("embedded", model::default_world(model::Geometry::x86_64)), "");
}

TEST(Registry, mutants_play_in_tiny_worlds) {
  const auto mutant = list_subjects().back().name;
  ASSERT_TRUE(mutant.starts_with("museum:"));
  EXPECT_EQ(complaint(mutant, model::default_world(model::Geometry::x86_64)),
            mutant + ": the museum's mutants only play in tiny worlds");
}

TEST(Registry, an_unknown_name_is_told_with_the_nearest_and_all) {
  const auto text = complaint("embeded");
  const std::string begin =
      "unknown subject \"embeded\" (did you mean embedded?); known are embedded, linux-0.11";
  EXPECT_EQ(text.substr(0, begin.size()), begin);
  EXPECT_TRUE(text.ends_with(", and paths of shared objects, as ./mine.so"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 0);
  EXPECT_TRUE(complaint("").starts_with("unknown subject \"\"; known are embedded, "));
  EXPECT_TRUE(complaint("museum:").starts_with("unknown subject \"museum:\""));
  EXPECT_TRUE(complaint("zzz\n").starts_with("unknown subject \"zzz\\x0a\"; known are"));
}

TEST(Registry, a_slash_or_so_makes_a_path) {
  EXPECT_EQ(complaint("nowhere.so"), "nowhere.so: no such file");
  EXPECT_EQ(complaint("./embedded"), "./embedded: no such file");
  EXPECT_EQ(complaint(EXAMPLE_SUBJECT), "");
}

/// The commands that README.md gives, as a newcomer types them.
TEST(Registry, opens_what_the_readme_compiles) {
  const std::string in_cpp = testing::TempDir() + "readme_cpp.so";
  const std::string in_c = testing::TempDir() + "readme_c.so";
  const std::string cpp = "c++ -std=c++20 example/example.cpp -o " + in_cpp;
  const std::string c = "cc -std=c99 -pedantic test_subjects/header_in_c.c -o " + in_c;
  const std::string flags = " -shared -fPIC -Wall -Werror -I'" COWCHECK_SOURCE_DIR "'";
  const std::string at = "cd '" COWCHECK_SOURCE_DIR "/props/subjects' && ";
  ASSERT_EQ(std::system((at + cpp + flags).c_str()), 0);
  ASSERT_EQ(std::system((at + c + flags).c_str()), 0);
  EXPECT_EQ(complaint(in_cpp), "");
  EXPECT_EQ(complaint(in_c), in_c + ": its function create is null, but it is not optional");
  std::remove(in_cpp.c_str());
  std::remove(in_c.c_str());
}

}  // namespace
}  // namespace cow::props
