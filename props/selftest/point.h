#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/op.h"
#include "props/lockstep/subject.h"

/// The test points of Linux's selftest tools/testing/selftests/mm/cow.c, as traces: each case on
/// each kind of page, with what that page must really be before the case means anything.
namespace cow::props::selftest {

/// What a page must be at some moment, or the point is vacuous.
struct Expectation {
  std::size_t after;  ///< this many operations
  std::uint8_t process;
  std::uint32_t page;
  std::string what;  ///< small, huge, pooled, swapped, shared, exclusive, pinned
};

struct Point {
  std::string test;     ///< the case, in the selftest's words
  std::string fixture;  ///< the kind of page
  model::Trace trace;
  std::vector<Expectation> expectations;

  std::string name() const { return test + ", " + fixture; }
};

/// A point from its script: operations separated by ';', "X" for the page under test, and
/// expectations as "? P0 X huge". Throws model::TraceError.
Point make_point(std::string_view test, std::string_view fixture, std::string_view script,
                 std::string_view page);

/// Does the page look as expected?
bool fits(const Placement& placement, std::string_view what);

/// All points, in the selftest's order: 173 for one size of huge page and one of hugetlb.
const std::vector<Point>& points();

std::vector<Point> anonymous_points();  ///< 14 cases on 11 kinds of page
std::vector<Point> collapse_points();   ///< 4
std::vector<Point> other_points();      ///< 3 cases on 5 kinds of page that is no anonymous memory

}  // namespace cow::props::selftest
