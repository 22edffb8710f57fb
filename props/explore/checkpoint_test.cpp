#include "props/explore/checkpoint.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace cow::props::explore {
namespace {

namespace fs = std::filesystem;

class Checkpoints : public testing::Test {
 protected:
  Checkpoints() {
    std::string pattern = (fs::temp_directory_path() / "cowcheck-explore-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    options_.scope = find_scope("small");
    options_.depth = 8;
  }
  ~Checkpoints() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }

  /// Stops in the middle of a layer, as if killed behind a save.
  void save_half() {
    auto options = options_;
    options.save = path("half");
    options.save_every = std::chrono::seconds(0);
    options.memory = 2 << 20;
    ASSERT_EQ(explore(options).stop, Stop::memory);
  }
  /// Resuming answers one line that has these words.
  void expect_error(const std::string& file, const std::string& words) const {
    auto options = options_;
    options.resume = file;
    try {
      explore(options);
      FAIL() << "was accepted: " << words;
    } catch (const ExploreError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }

  fs::path folder_;
  ExploreOptions options_;
};

TEST_F(Checkpoints, ResumeToTheResultOfAnUninterruptedRun) {
  save_half();
  const auto whole = explore(options_);
  auto options = options_;
  options.resume = path("half");
  options.threads = 2;
  const auto resumed = explore(options);
  EXPECT_EQ(resumed.layers, whole.layers);
  EXPECT_EQ(resumed.done.transitions, whole.done.transitions);
  EXPECT_EQ(resumed.covered, whole.covered);
  EXPECT_LT(resumed.tally.succeeded[0], whole.tally.succeeded[0]);  // it did not start anew
}

TEST_F(Checkpoints, OfAFinishedDepthLeadDeeper) {
  auto options = options_;
  options.depth = 5;
  options.save = path("five");
  explore(options);
  options = options_;
  options.depth = 7;
  options.resume = path("five");
  const auto resumed = explore(options);
  options.resume.clear();
  EXPECT_EQ(resumed.layers, explore(options).layers);
}

TEST_F(Checkpoints, LeaveNoDraftBehind) {
  save_half();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Checkpoints, ThatAreCutOrDamagedAreRefused) {
  save_half();
  const auto size = fs::file_size(path("half"));
  for (const auto left : {size - 1, size / 2, std::uintmax_t{100}, std::uintmax_t{3}}) {
    fs::copy_file(path("half"), path("cut"), fs::copy_options::overwrite_existing);
    fs::resize_file(path("cut"), left);
    expect_error(path("cut"), "ends too early");
  }
  std::fstream file(path("half"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size / 2));
  file.put('\x5a');
  file.close();
  expect_error(path("half"), "checksum");
}

TEST_F(Checkpoints, OfSomethingElseAreRefused) {
  save_half();
  options_.reduce = false;
  expect_error(path("half"), "another subject, scope or reduction");
  options_.reduce = true;
  options_.scope = find_scope("oom");
  expect_error(path("half"), "another subject, scope or reduction");
  expect_error(path("none"), "No such file");
  std::ofstream(path("text")) << "P0 exit, and more words than the first line of such a file has";
  expect_error(path("text"), "no file of this version");
}

TEST_F(Checkpoints, ThatCannotBeWrittenAreAnError) {
  options_.save = path("no/such/folder");
  EXPECT_THROW(explore(options_), ExploreError);
}

}  // namespace
}  // namespace cow::props::explore
