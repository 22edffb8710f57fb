#include "props/bench/table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cow::props::bench {

namespace {

constexpr std::array<const char*, 4> verdict_names = {"pass", "FAIL", "info", "skipped"};

const char* name(Verdict v) { return verdict_names[static_cast<std::size_t>(v)]; }

std::string required_text(const Row& row) {
  if (row.bound == Bound::none) return "-";
  return fmt::format("{} {:g}", row.bound == Bound::at_least ? ">=" : "<=", row.required);
}

/// Three digits, and not in powers of ten.
std::string ratio_text(double ratio) {
  return ratio < 100 ? fmt::format("{:.3g}", ratio) : fmt::format("{:.0f}", ratio);
}

std::array<std::string, 6> cells(const Row& row) {
  if (!row.skipped.empty()) return {row.what, "", row.skipped, "", "", name(Verdict::skipped)};
  return {row.what,           row.ours,          row.rival, ratio_text(row.ratio),
          required_text(row), name(verdict(row))};
}

}  // namespace

Verdict verdict(const Row& row) {
  if (!row.skipped.empty()) return Verdict::skipped;
  if (row.bound == Bound::none) return Verdict::info;
  const bool met =
      row.bound == Bound::at_least ? row.ratio >= row.required : row.ratio <= row.required;
  return met ? Verdict::pass : Verdict::fail;
}

Row skip(std::string what, std::string why) {
  Row row;
  row.what = std::move(what);
  row.skipped = std::move(why);
  return row;
}

std::string to_text(std::span<const Row> rows) {
  std::vector<std::array<std::string, 6>> lines = {
      {"what", "ours", "rival", "ratio", "required", "verdict"}};
  std::array<int, 4> counts{};
  for (const auto& row : rows) {
    lines.push_back(cells(row));
    ++counts[static_cast<std::size_t>(verdict(row))];
  }
  std::array<std::size_t, 6> width{};
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < width.size(); ++i) width[i] = std::max(width[i], line[i].size());
  }
  std::string out;
  for (const auto& l : lines) {
    out += fmt::format("{:{}}  {:>{}}  {:{}}  {:>{}}  {:>{}}  {}\n", l[0], width[0], l[1], width[1],
                       l[2], width[2], l[3], width[3], l[4], width[4], l[5]);
  }
  return out + fmt::format("{} pass, {} fail, {} info, {} skipped\n", counts[0], counts[1],
                           counts[2], counts[3]);
}

nlohmann::json to_json(std::span<const Row> rows) {
  auto out = nlohmann::json::array();
  for (const auto& row : rows) {
    nlohmann::json item = {{"what", row.what}, {"verdict", name(verdict(row))}};
    if (!row.skipped.empty()) {
      item["reason"] = row.skipped;
    } else {
      item.update({{"ours", row.ours}, {"rival", row.rival}, {"ratio", row.ratio}});
      if (row.bound != Bound::none) item["required"] = required_text(row);
    }
    out.push_back(std::move(item));
  }
  return out;
}

bool all_met(std::span<const Row> rows) {
  const auto is = [](Verdict v) { return [v](const Row& row) { return verdict(row) == v; }; };
  return std::ranges::none_of(rows, is(Verdict::fail)) &&
         std::ranges::any_of(rows, is(Verdict::pass));
}

std::string rate_text(double per_second) {
  if (per_second < 1e6) return fmt::format("{:.3g} k/s", per_second / 1e3);
  return fmt::format("{:.3g} M/s", per_second / 1e6);
}

std::string time_text(double seconds) {
  if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds >= 1e-6) return fmt::format("{:.3g} us", seconds * 1e6);
  return fmt::format("{:.3g} ns", seconds * 1e9);
}

}  // namespace cow::props::bench
