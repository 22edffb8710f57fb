#include "proofs/report_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace cow::proofs {

namespace {

/// Text of an attribute or element. Characters that XML 1.0 has no name for become '?'.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += control ? '?' : c;
    }
  }
  return out;
}

std::ptrdiff_t count(const Report& report, Verdict verdict) {
  return std::ranges::count(report.results, verdict, &Result::verdict);
}

}  // namespace

std::string json(const Report& report) {
  nlohmann::ordered_json out = {{"verdict", report.proved() ? "proved" : "not proved"},
                                {"obligations", report.results.size()},
                                {"proved", count(report, Verdict::proved)},
                                {"seconds", report.seconds()},
                                {"results", nlohmann::ordered_json::array()}};
  for (const auto& r : report.results) {
    nlohmann::ordered_json row = {{"step", r.step},
                                  {"law", r.law},
                                  {"verdict", name(r.verdict)},
                                  {"paths", r.paths},
                                  {"seconds", r.seconds}};
    if (r.verdict != Verdict::proved) row["note"] = r.note;
    out["results"].push_back(std::move(row));
  }
  return out.dump(2) + "\n";
}

std::string junit(const Report& report) {
  const auto failures = count(report, Verdict::refuted);
  const auto errors = count(report, Verdict::vacuous) + count(report, Verdict::unknown);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"cowcheck prove\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"{:.3f}\">\n",
      report.results.size(), failures, errors, report.seconds());
  for (const auto& r : report.results) {
    fmt::format_to(std::back_inserter(text),
                   "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", escaped(r.step),
                   escaped(r.law), r.seconds);
    if (r.verdict == Verdict::proved) {
      text += "/>\n";
      continue;
    }
    const auto* const element = r.verdict == Verdict::refuted ? "failure" : "error";
    fmt::format_to(std::back_inserter(text),
                   ">\n    <{0} message=\"{1}\">{2}</{0}>\n  </testcase>\n", element,
                   name(r.verdict), escaped(r.note));
  }
  return text + "</testsuite>\n";
}

}  // namespace cow::proofs
