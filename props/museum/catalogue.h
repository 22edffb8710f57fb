#pragma once

#include <span>
#include <string_view>

/// The published bugs that the museum stands for, by the rows in which they were collected: A about
/// pins and the kernel's own writes, B counts, C translations, D what an entry remembers, E huge
/// pages and shared tables, F swap, G fork and areas, H merging. A row has an exhibit of its name,
/// or several ("B9-leak"), or a line that says why none. Numbers have gaps.
namespace cow::props {

struct CatalogueRow {
  std::string_view name;    ///< "A5"
  std::string_view source;  ///< what went wrong, and where it was published
  std::string_view absent;  ///< why no exhibit shows it; "" where one does
};

std::span<const CatalogueRow> catalogue();

/// Is the exhibit one of the row's?
constexpr bool shows(std::string_view exhibit, std::string_view row) {
  return exhibit.starts_with(row) && (exhibit.size() == row.size() || exhibit[row.size()] == '-');
}

}  // namespace cow::props
