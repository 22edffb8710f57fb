#include "props/selftest/selftest.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/run/isolated.h"
#include "props/subjects/registry.h"

namespace cow::props::selftest {

namespace {

/// What is not as the point expects after so many operations; `*shown`: the subject shows it.
std::string unmet(const Point& point, const Session& session, std::size_t after, bool* shown) {
  for (const auto& expected : point.expectations) {
    if (expected.after != after) continue;
    const auto placement = session.placement(expected.process, expected.page);
    *shown = *shown && placement.has_value();
    if (!placement || fits(*placement, expected.what)) continue;
    return fmt::format("after {} operations p{} of P{} is not {}", after, expected.page,
                       expected.process, expected.what);
  }
  return {};
}

}  // namespace

Result run(const Point& point, const std::string& subject) {
  const auto session = open_session(subject, point.trace.world);
  for (const auto& op : point.trace.ops) {
    if (!session->supports(op)) {
      return {Verdict::missing, fmt::format("{} cannot {}{}", subject, model::name(op.kind),
                                            op.hugetlb ? " hugetlb" : "")};
    }
  }
  auto trace = point.trace;
  if (const auto failure = run_isolated(subject, trace)) {
    return {Verdict::fail, fmt::format("{} is broken by {}", kernel::name(failure->law),
                                       model::print(failure->op))};
  }
  bool shown = true;
  session->reset();
  for (std::size_t i = 0; i < point.trace.ops.size(); ++i) {
    const auto& op = point.trace.ops[i];
    if (const auto status = session->reference().check(op); status != model::Status::ok) {
      return {Verdict::vacuous, fmt::format("{} is refused", model::print(op))};
    }
    session->step(op);
    if (auto note = unmet(point, *session, i + 1, &shown); !note.empty()) {
      return {Verdict::vacuous, note};
    }
  }
  return {Verdict::pass, "", !shown};
}

}  // namespace cow::props::selftest
