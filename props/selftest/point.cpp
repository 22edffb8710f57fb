#include "props/selftest/point.h"

#include <algorithm>
#include <ranges>

#include "model/trace_text.h"

namespace cow::props::selftest {

namespace {

/// "X" as a word of its own, or the start of one ("X+3"), becomes the page.
std::string with_page(std::string_view script, std::string_view page) {
  std::string text;
  for (const char c : script) {
    if (c == 'X')
      text += page;
    else
      text += c;
  }
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// "? P0 p5 huge", whose operation would be "P0 unmap p5 1".
Expectation expectation(std::string_view line, std::size_t after) {
  const auto last = line.rfind(' ');
  const auto place = trimmed(line.substr(1, last - 1));
  const auto gap = place.find(' ');
  const auto probe =
      std::string(place.substr(0, gap)) + " unmap" + std::string(place.substr(gap)) + " 1";
  const auto op = model::parse(probe).trace.ops.front();
  return {after, op.proc, op.page, std::string(line.substr(last + 1))};
}

}  // namespace

Point make_point(std::string_view test, std::string_view fixture, std::string_view script,
                 std::string_view page) {
  Point point{std::string(test), std::string(fixture), {}, {}};
  std::string lines;
  std::size_t ops = 0;
  const auto text = with_page(script, page);
  for (const auto part : std::views::split(text, ';')) {
    const auto line = trimmed(std::string_view(part.begin(), part.end()));
    if (line.empty()) continue;
    if (line.front() == '?') {
      point.expectations.push_back(expectation(line, ops));
    } else {
      lines += std::string(line) + '\n';
      ++ops;
    }
  }
  point.trace = model::parse(lines).trace;
  return point;
}

bool fits(const Placement& placement, std::string_view what) {
  if (what == "huge") return placement.huge;
  if (what == "pooled") return placement.pooled;
  if (what == "small") return placement.present && !placement.huge;
  if (what == "absent") return !placement.present && !placement.swapped;
  if (what == "swapped") return placement.swapped;
  if (what == "shared") return placement.mappings > 1;
  if (what == "exclusive") return placement.exclusive && placement.mappings == 1;
  return what == "pinned" && placement.pinned;
}

const std::vector<Point>& points() {
  static const std::vector<Point> all = [] {
    auto list = anonymous_points();
    std::ranges::move(collapse_points(), std::back_inserter(list));
    std::ranges::move(other_points(), std::back_inserter(list));
    return list;
  }();
  return all;
}

}  // namespace cow::props::selftest
