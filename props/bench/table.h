#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

/// The one table that `cowcheck bench` prints.
namespace cow::props::bench {

/// What is asked of a ratio.
enum class Bound : std::uint8_t { at_least, at_most, none };

enum class Verdict : std::uint8_t {
  pass,
  fail,
  info,     ///< nothing is required
  skipped,  ///< could not be measured here; the row says why
};

/// One comparison. Figures are text with their unit; only the ratio is judged, since it alone
/// means the same on every machine.
struct Row {
  std::string what;
  std::string ours;
  std::string rival;  ///< with its name
  double ratio = 0;   ///< `what` says of what to what
  Bound bound = Bound::none;
  double required = 0;
  std::string skipped;  ///< why there is no figure; empty when there is one
};

using Rows = std::vector<Row>;

/// A ratio that is not a number fails.
Verdict verdict(const Row& row);

Row skip(std::string what, std::string why);

/// The table, then one line that counts the verdicts.
std::string to_text(std::span<const Row> rows);
nlohmann::json to_json(std::span<const Row> rows);

/// Did nothing fail, and was anything judged at all?
bool all_met(std::span<const Row> rows);

// Figures with units, three digits.
std::string rate_text(double per_second);
std::string time_text(double seconds);

}  // namespace cow::props::bench
