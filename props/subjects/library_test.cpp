#include "props/subjects/library.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "props/subjects/registry.h"
#include "props/subjects/test_subjects/kernel_subject.h"

namespace cow::props {
namespace {

namespace fs = std::filesystem;

/// What `load_library` says about `path`, without the path.
std::string complaint(const std::string& path) {
  try {
    load_library(path);
    return "";
  } catch (const SubjectError& error) {
    const std::string text = error.what();
    return text.starts_with(path + ": ") ? text.substr(path.size() + 2) : "no place: " + text;
  }
}

std::string complaint(const cowcheck_subject* functions) {
  try {
    checked_functions(functions, "x.so");
    return "";
  } catch (const SubjectError& error) {
    return error.what();
  }
}

class LoadLibrary : public testing::Test {
 protected:
  LoadLibrary() { fs::create_directory(folder_); }
  ~LoadLibrary() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string folder() const { return folder_.string(); }

 private:
  fs::path folder_ =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(LoadLibrary, loads_the_example) {
  const auto library = load_library(EXAMPLE_SUBJECT);
  EXPECT_EQ(library.functions.version, 1U);
  EXPECT_NE(library.functions.fork, nullptr);
  EXPECT_EQ(library.functions.view, nullptr);
}

TEST_F(LoadLibrary, says_what_a_path_is_instead) {
  EXPECT_EQ(complaint(folder() + "/mine.so"), "no such file");
  EXPECT_EQ(complaint(folder()), "is a directory, not a shared object");
  EXPECT_EQ(complaint(file("empty.so", "")), "is empty, not a shared object");
  EXPECT_EQ(complaint(file("text.so", "int main() {}\n")), "is not a shared object");
  EXPECT_EQ(complaint(file("short.so",
                           "\x7f"
                           "EL")),
            "is not a shared object");
  EXPECT_EQ(complaint("/dev/zero"), "is not a regular file");
}

TEST_F(LoadLibrary, tells_what_the_loader_says) {
  const auto cut = complaint(file("cut.so",
                                  "\x7f"
                                  "ELF and no more"));
  EXPECT_EQ(cut, "cannot be loaded: file too short");
}

TEST_F(LoadLibrary, wants_the_symbol_and_the_version) {
  EXPECT_EQ(complaint(NO_SYMBOL_SUBJECT), "does not export cowcheck_get_subject");
  EXPECT_EQ(complaint(VERSION_3_SUBJECT),
            "speaks version 3 of cowcheck_subject.h, this cowcheck speaks 1");
}

TEST(CheckedFunctions, keeps_a_good_table) {
  const auto given = kernel_subject::subject();
  const auto checked = checked_functions(&given, "x.so");
  EXPECT_EQ(checked.exit, given.exit);
  EXPECT_EQ(checked.describe, given.describe);
}

TEST(CheckedFunctions, an_older_and_smaller_table_lacks_the_rest) {
  auto given = kernel_subject::subject();
  given.size = offsetof(cowcheck_subject, protect);
  const auto checked = checked_functions(&given, "x.so");
  EXPECT_EQ(checked.unmap, given.unmap);
  EXPECT_EQ(checked.protect, nullptr);
  EXPECT_EQ(checked.describe, nullptr);
}

TEST(CheckedFunctions, refuses_what_cannot_be_used) {
  EXPECT_EQ(complaint(static_cast<const cowcheck_subject*>(nullptr)),
            "x.so: cowcheck_get_subject returned null");
  auto given = kernel_subject::subject();
  given.size = 8;
  EXPECT_EQ(complaint(&given),
            "x.so: its struct cowcheck_subject has size 8, version 1 has 88 or more");
  given = kernel_subject::subject();
  given.exit = nullptr;
  EXPECT_EQ(complaint(&given), "x.so: its function exit is null, but it is not optional");
  given = kernel_subject::subject();
  given.page_bytes = 64;
  EXPECT_EQ(complaint(&given), "x.so: wants pages of 64 bytes, there are 16 and 4096");
}

TEST(RequireWorld, names_the_option_that_helps) {
  Library library{"x.so", kernel_subject::subject(), nullptr};
  EXPECT_NO_THROW(require_world(library, model::World{}));
  const auto says = [&](const model::World& world) -> std::string {
    try {
      require_world(library, world);
      return "";
    } catch (const SubjectError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(says(model::default_world(model::Geometry::x86_64)),
            "x.so: wants pages of 16 bytes and the world has 4096; use --geometry tiny");
  library.functions.max_processes = 2;
  EXPECT_EQ(says(model::World{}),
            "x.so: has room for 2 processes and the world has 4; use --procs 2");
}

TEST(SummaryOf, tells_what_is_missing) {
  auto functions = kernel_subject::subject();
  EXPECT_EQ(summary_of(functions), "the kernel");
  functions.summary = "mine\n\x1b[31m";
  functions.view = nullptr;
  functions.flags = COWCHECK_CAN_REFUSE;
  EXPECT_EQ(summary_of(functions), "mine??[31m (without shared mappings, view)");
}

}  // namespace
}  // namespace cow::props
