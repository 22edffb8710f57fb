#include "props/bench/bench_command.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "props/bench/benches.h"

namespace cow::props {

namespace {

struct Request {
  std::string only = "all";
  std::string json;  ///< a file to write, or empty
  bench::Options options;
};

struct Named {
  const char* name;
  void (*run)(const bench::Options&, bench::Rows&);
};
constexpr std::array<Named, 6> benches = {{{"lockstep", bench::bench_lockstep},
                                           {"fork", bench::bench_fork},
                                           {"fault", bench::bench_fault},
                                           {"explore", bench::bench_explore},
                                           {"shrink", bench::bench_shrink},
                                           {"parallel", bench::bench_parallel}}};

int complain(const std::string& what) {
  fmt::print(stderr, "cowcheck bench: {}\n", what);
  return 2;
}

bench::Rows measure(const Request& request) {
  bench::Rows rows;
  for (const auto& [name, run] : benches) {
    if (request.only != "all" && request.only != name) continue;
    fmt::print(stderr, "measuring {} ...\n", name);
    run(request.options, rows);
  }
  return rows;
}

}  // namespace

int bench_command(std::span<const std::string> args) {
  Request request;
  CLI::App app("Measures ours beside its rivals in one run; only ratios are judged.",
               "cowcheck bench");
  app.add_option("--only", request.only, "one comparison instead of all")
      ->check(CLI::IsMember({"lockstep", "fork", "fault", "explore", "shrink", "parallel", "all"}));
  app.add_flag("--quick", request.options.quick, "fewer rounds, the smaller sizes only");
  app.add_option("--json", request.json, "also write the table to this new file")
      ->check(CLI::NonexistentPath);
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(error.what());
  }
  std::ofstream json;
  if (!request.json.empty()) {
    json.open(request.json);
    if (!json) return complain(fmt::format("{}: cannot be written", request.json));
  }
  const auto rows = measure(request);
  fmt::print("{}", bench::to_text(rows));
  if (json.is_open()) json << bench::to_json(rows).dump(2) << "\n";
  return bench::all_met(rows) ? 0 : 1;
}

}  // namespace cow::props
