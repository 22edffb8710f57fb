#pragma once

#include <string>

#include "props/selftest/point.h"

namespace cow::props::selftest {

enum class Verdict { pass, fail, vacuous, missing };

/// How a point went on a subject.
struct Result {
  Verdict verdict = Verdict::pass;
  std::string note;         ///< what broke, was not as expected, or is missing
  bool unverified = false;  ///< passed, but the subject does not show what its pages are
};

/// Runs one point, in a process of its own first, since it may crash. Throws SubjectError.
Result run(const Point& point, const std::string& subject);

}  // namespace cow::props::selftest
