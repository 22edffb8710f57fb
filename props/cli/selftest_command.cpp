#include <array>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/cli/parse.h"
#include "props/selftest/selftest.h"

namespace cow::props::cli {

namespace {

using selftest::Point;
using selftest::Result;
using selftest::Verdict;

constexpr std::array words = {"pass", "FAIL", "vacuous", "missing"};

void tell(const Point& point, const Result& result) {
  fmt::print("  {:<8} {}\n", words[static_cast<std::size_t>(result.verdict)], point.name());
  if (!result.note.empty()) fmt::print("           {}\n", result.note);
}

void print_point(const Point& point) {
  fmt::print("# {}\n", point.name());
  fmt::print("{}\n", model::print({point.trace, "pass", ""}));
}

/// What a reader wants to see: everything, what went wrong, or why points are missing, once each.
struct Summary {
  std::array<std::size_t, 4> counts{};
  std::size_t unverified = 0;
  std::vector<std::pair<std::string, std::size_t>> reasons;

  void add(const Result& result) {
    ++counts[static_cast<std::size_t>(result.verdict)];
    unverified += result.unverified ? 1 : 0;
    if (result.verdict != Verdict::missing) return;
    for (auto& [reason, times] : reasons) {
      if (reason == result.note) return void(++times);
    }
    reasons.emplace_back(result.note, 1);
  }
};

}  // namespace

int selftest_command(Args args) {
  CLI::App app(
      "Runs the points of Linux's selftest mm/cow.c as traces. Each asserts that its page "
      "really is what the point is about: huge, swapped out, shared, pinned.",
      "selftest");
  std::string subject = "embedded", only;
  bool all = false, print = false;
  app.add_option("--subject", subject, "on what: see ./cowcheck subjects")->capture_default_str();
  app.add_option("--only", only, "points whose name contains this");
  app.add_flag("--all", all, "a line for every point, not only for those that did not pass");
  app.add_flag("--print", print, "print the traces instead");
  if (const auto status = parse(app, args)) return *status;
  Summary sum;
  for (const auto& point : selftest::points()) {
    if (point.name().find(only) == std::string::npos) continue;
    if (print) {
      print_point(point);
      continue;
    }
    const auto result = selftest::run(point, subject);
    sum.add(result);
    const bool wrong = result.verdict == Verdict::fail || result.verdict == Verdict::vacuous;
    if (all || wrong) tell(point, result);
  }
  if (print) return 0;
  for (const auto& [reason, times] : sum.reasons) {
    fmt::print("  {} points missing: {}\n", times, reason);
  }
  if (sum.unverified > 0) {
    fmt::print("  of {} points only the bytes were checked: {} does not show what its pages are\n",
               sum.unverified, subject);
  }
  const auto [passed, failed, vacuous, missing] = sum.counts;
  fmt::print("{} points of cow.c on {}: {} passed, {} failed, {} vacuous, {} missing\n",
             passed + failed + vacuous + missing, subject, passed, failed, vacuous, missing);
  const bool good = failed == 0 && vacuous == 0 && passed > 0;
  fmt::print("verdict: {}\n", good ? "pass" : failed > 0 ? "fail" : "vacuous");
  return good ? 0 : 1;
}

}  // namespace cow::props::cli
