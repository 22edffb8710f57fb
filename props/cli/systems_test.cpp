#include "props/cli/systems.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

namespace cow::props::cli {
namespace {

std::string readme() {
  std::ifstream in(COWCHECK_SOURCE_DIR "/README.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  for (std::size_t at = 1, end; (end = line.find(" |", at)) != std::string::npos; at = end + 2)
    all.push_back(line.substr(at + 1, end - at - 1));
  return all;
}

/// What is wrong with the table in a text: rows that lack, are too many, or say "pass" of what is
/// known to be wrong. Empty: nothing.
std::string complaint(const std::string& text) {
  const auto begin = text.find(markdown_head());
  if (begin == std::string::npos) return "there is no table";
  auto found = lines(std::string_view(text).substr(begin + markdown_head().size()));
  found.erase(std::ranges::find(found, std::string()), found.end());
  const auto rows = system_rows();
  if (found.size() != rows.size())
    return "it has " + std::to_string(found.size()) + " rows, not " + std::to_string(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = cells(found[i]);
    if (row.size() != 6) return "no row: " + found[i];
    if (row[0] != rows[i].name || row[1] != "`" + rows[i].subject + "`")
      return "another row: " + found[i];
    if ((row[4] == "fail") == rows[i].known.empty()) return "the wrong verdict: " + found[i];
  }
  return {};
}

TEST(Systems, TheTableStandsInTheReadme) { EXPECT_EQ(complaint(readme()), ""); }

TEST(Systems, AReadmeThatLacksARowOrPraisesAFlawIsFound) {
  std::string text = readme();
  const auto row = text.find("| sketch-b | ");
  ASSERT_NE(row, std::string::npos);
  const auto verdict = text.find("| fail |", row);
  std::string praised = text;
  praised.replace(verdict, 8, "| pass |");
  EXPECT_NE(complaint(praised), "");
  text.erase(row, text.find('\n', row) + 1 - row);
  EXPECT_NE(complaint(text), "");
  EXPECT_NE(complaint(""), "");
}

SystemRow row_of(const std::string& subject) {
  const auto rows = system_rows();
  return *std::ranges::find(rows, subject, &SystemRow::subject);
}

TEST(Systems, WhatIsWrongFailsWithItsShortestStory) {
  const auto result = check_system(row_of("sketch-b"), 1, std::chrono::seconds(5));
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_TRUE(result.findings.starts_with("tlb-coherent in 3 operations; no-flush"))
      << result.findings;
}

TEST(Systems, RecordedProgramsCountTheirOperations) {
  SystemRow row{"", "embedded", model::Geometry::x86_64, "recordings/", ""};
  const auto result = check_system(row, 1, std::chrono::seconds(5));
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GT(result.operations, 3000U);
  row.traces = "nothing/";
  EXPECT_EQ(check_system(row, 1, std::chrono::seconds(5)).verdict, Verdict::vacuous);
}

TEST(Systems, WhatCannotBeOpenedIsSkippedAndSaysWhy) {
  const SystemRow row{"", "./none.so", model::Geometry::tiny, "", ""};
  const auto result = check_system(row, 1, std::chrono::seconds(1));
  EXPECT_TRUE(result.skipped);
  EXPECT_NE(result.findings, "");
  EXPECT_NE(markdown(row, result).find("| skipped |"), std::string::npos);
}

}  // namespace
}  // namespace cow::props::cli
