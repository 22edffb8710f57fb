#include "props/museum/catalogue.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "props/museum/museum.h"
#include "props/museum/race_exhibits.h"

namespace cow::props {
namespace {

bool has_exhibit(std::string_view row) {
  const auto is_shown = [row](const auto& exhibit) { return shows(exhibit.name, row); };
  return std::ranges::any_of(exhibits(), is_shown) ||
         std::ranges::any_of(race_exhibits(), is_shown);
}

TEST(Catalogue, EveryRowHasAnExhibitOrSaysWhyNot) {
  for (const auto& row : catalogue()) {
    EXPECT_NE(has_exhibit(row.name), !row.absent.empty())
        << row.name << ", " << row.source << ": either an exhibit or a line";
  }
}

TEST(Catalogue, NamesEachRowOnceAndSaysWhereItIsFrom) {
  for (const auto& row : catalogue()) {
    EXPECT_EQ(std::ranges::count(catalogue(), row.name, &CatalogueRow::name), 1) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
  }
}

/// A form is told from another row: "B2" does not show for "B20", nor "D8-swap" for "D".
TEST(Catalogue, KnowsAFormFromAnotherRow) {
  EXPECT_TRUE(shows("B9-leak", "B9"));
  EXPECT_TRUE(shows("B9", "B9"));
  EXPECT_FALSE(shows("B20", "B2"));
  EXPECT_FALSE(shows("D8-swap", "D"));
}

}  // namespace
}  // namespace cow::props
