#include "proofs/report.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace cow::proofs {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::vacuous:
      return "vacuous";
    case Verdict::unknown:
      break;
  }
  return "unknown";
}

bool Report::proved() const {
  return !results.empty() &&
         std::ranges::all_of(results, [](const Result& r) { return r.verdict == Verdict::proved; });
}

bool Report::refuted(kernel::Law law) const {
  return std::ranges::any_of(results, [&](const Result& r) {
    return r.verdict == Verdict::refuted && r.law == kernel::name(law);
  });
}

double Report::seconds() const {
  double sum = 0;
  for (const auto& result : results) sum += result.seconds;
  return sum;
}

namespace {

void add_line(std::string& text, const Result& r) {
  fmt::format_to(std::back_inserter(text), "{:<14} {:<18} {:<8} {:>5} {:>8.3f}\n", r.step, r.law,
                 name(r.verdict), r.paths, r.seconds);
}

/// The results of one step, [first, last), as one line.
template <class Iterator>
void add_step(std::string& text, Iterator first, Iterator last) {
  std::string laws;
  double seconds = 0;
  int paths = 0;
  for (auto it = first; it != last; ++it) {
    seconds += it->seconds;
    paths = std::max(paths, it->paths);
    laws += " " + it->law;
    if (it->verdict != Verdict::proved) laws += fmt::format(" ({})", name(it->verdict));
  }
  fmt::format_to(std::back_inserter(text), "{:<14} {:>5} {:>8.3f} {}\n", first->step, paths,
                 seconds, laws);
}

}  // namespace

std::string table(const Report& report, bool every) {
  const auto& all = report.results;
  std::string text = every ? fmt::format("{:<14} {:<18} {:<8} {:>5} {:>8}\n", "step", "law",
                                         "verdict", "paths", "seconds")
                           : fmt::format("{:<14} {:>5} {:>8}  {}\n", "step", "paths", "seconds",
                                         "laws, proved unless it says other");
  for (auto first = all.begin(); first != all.end();) {
    const auto last =
        std::find_if(first, all.end(), [&](const Result& r) { return r.step != first->step; });
    if (every) std::for_each(first, last, [&](const Result& r) { add_line(text, r); });
    if (!every) add_step(text, first, last);
    first = last;
  }
  for (const auto& r : all) {
    if (r.verdict == Verdict::proved) continue;
    text += fmt::format("\n{}/{}: {}: {}\n", r.step, r.law, name(r.verdict), r.note);
  }
  return text;
}

std::string summary(const Report& report) {
  const auto count = [&](Verdict verdict) {
    return std::ranges::count(report.results, verdict, &Result::verdict);
  };
  std::string text =
      fmt::format("{} of {} obligations proved", count(Verdict::proved), report.results.size());
  for (const auto verdict : {Verdict::refuted, Verdict::vacuous, Verdict::unknown}) {
    if (count(verdict) > 0) text += fmt::format(", {} {}", count(verdict), name(verdict));
  }
  return text + fmt::format(", {:.1f} s", report.seconds());
}

}  // namespace cow::proofs
