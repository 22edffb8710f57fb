#include "props/bench/spin.h"

#include <gtest/gtest.h>

#include "props/explore/explore.h"

namespace cow::props::bench {

namespace {

constexpr unsigned operations = 5;

explore::Explored explored() {
  explore::ExploreOptions options;
  options.scope = explore::find_scope("small");
  options.depth = operations;
  options.reduce = false;
  options.threads = 1;
  return explore::explore(options);
}

/// The model with one line of it replaced.
std::string model_with(const std::string& line, const std::string& other) {
  std::string model = spin_model;
  const auto at = model.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return model.replace(at, line.size(), other);
}

}  // namespace

/// Another program, from another description, finds as many states of the shipped kernel's small
/// world as the explorer does: neither misses one, nor takes one for two.
TEST(Spin, FindsTheStatesThatTheExplorerFinds) {
  const Spin spin(spin_model, "-O0");
  if (!spin.trouble().empty()) GTEST_SKIP() << spin.trouble();
  const auto ours = explored();
  ASSERT_EQ(ours.stop, explore::Stop::done);
  const auto run = spin.run(operations);
  ASSERT_EQ(run.trouble, "");
  EXPECT_EQ(run.states, ours.done.states);
  EXPECT_EQ(run.transitions, ours.done.transitions + ours.layers.back() + 2);
}

/// A machine that forgot which memory was ever used would have fewer.
TEST(Spin, FindsOthersWhereTheModelIsAnother) {
  const Spin spin(model_with(":: b >= touched -> touched = b + 1", ":: false -> skip"), "-O0");
  if (!spin.trouble().empty()) GTEST_SKIP() << spin.trouble();
  const auto run = spin.run(operations);
  ASSERT_EQ(run.trouble, "");
  EXPECT_LT(run.states, explored().done.states);
}

/// A fork that leaves the parent its permission to write.
TEST(Spin, FindsABrokenLaw) {
  const Spin spin(
      model_with("     writable[AT(p, x)] = 0;\n     exclusive[AT(p, x)] = 0;\n     frame",
                 "     frame"),
      "-O0");
  if (!spin.trouble().empty()) GTEST_SKIP() << spin.trouble();
  EXPECT_EQ(spin.run(operations).trouble, "spin found an error in its model");
}

}  // namespace cow::props::bench
