#pragma once

#include <string>

#include "proofs/report.h"

/// Reports for programs: dashboards and continuous integration.
namespace cow::proofs {

/// {"verdict", "obligations", "proved", "seconds", "results": [{"step", "law", "verdict", "paths",
/// "seconds", "note"}]}; times in seconds, `note` only where something is not proved.
std::string json(const Report& report);

/// JUnit XML: a test suite of one test case an obligation, `classname` the step and `name` the law.
/// What is refuted is a failure, what is vacuous or unknown an error; nothing is ever skipped.
std::string junit(const Report& report);

}  // namespace cow::proofs
