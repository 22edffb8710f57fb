#pragma once

#include <rapidcheck/detail/TestListener.h>

namespace cow::props::bench {

/// RapidCheck's default listener writes to stderr; this one writes nothing.
struct Silence : rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

}  // namespace cow::props::bench
