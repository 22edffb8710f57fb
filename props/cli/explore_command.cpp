#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "model/trace_text.h"
#include "props/cli/explored.h"
#include "props/cli/outcome.h"
#include "props/cli/parse.h"

namespace cow::props::cli {

namespace {

using explore::ExploreOptions;

struct Request {
  ExploreOptions options;
  std::string scope = "all", time;
  std::uint32_t depth = 0;
  std::uint64_t mebibytes = 2048;
  bool exact = false, list = false, json = false;

  void add_to(CLI::App& app) {
    app.add_option("--subject", options.subject, "embedded or museum:NAME")->capture_default_str();
    app.add_option("--scope", scope, "what to explore (see --list)")->capture_default_str();
    app.add_flag("--list", list, "only say what the scopes are");
    app.add_option("--depth", depth, "operations (default: as time allows)")
        ->check(CLI::Range(1U, 1000U));
    app.add_option("--for", time, "how long, all scopes together (default 60s without --depth)");
    app.add_option("--memory", mebibytes, "MiB that the states may take")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 24))
        ->capture_default_str();
    app.add_option("--threads", options.threads, "worker threads (default: all cores)")
        ->check(CLI::Range(1U, 256U));
    app.add_flag("--no-reduction", exact, "tell states apart that are the same but for names");
    app.add_option("--save", options.save, "keep how far it is in this file");
    app.add_option("--resume", options.resume, "go on from such a file");
    app.add_flag("--json", json, "the result as JSON");
  }

  std::vector<const explore::Scope*> chosen() const {
    std::vector<const explore::Scope*> all;
    for (const auto& s : explore::scopes()) {
      if (scope == "all" || scope == s.name) all.push_back(&s);
    }
    if (all.empty()) {
      throw UsageError(fmt::format("no scope '{}' (see ./cowcheck explore --list)", scope));
    }
    if (all.size() > 1 && !(options.save.empty() && options.resume.empty())) {
      throw UsageError("--save and --resume need one --scope");
    }
    return all;
  }
};

void print_list() {
  for (const auto& s : explore::scopes()) {
    fmt::print("  {:<13} {} ({}, {} operations)\n", s.name, s.about, s.words(), s.ops.size());
  }
}

void print_json(const ExploreOptions& options, const explore::Explored& explored, Verdict verdict) {
  const auto& done = explored.done;
  nlohmann::ordered_json out = {
      {"scope", options.scope->name},    {"subject", options.subject},
      {"verdict", name(verdict)},        {"depth", done.depth},
      {"exhausted", explored.exhausted}, {"stopped", why_stopped(explored)},
      {"reduced", options.reduce},       {"states", done.states},
      {"transitions", done.transitions}, {"layers", explored.layers},
      {"seconds", done.seconds}};
  if (explored.failure) {
    out["law"] = kernel::name(explored.failure->law);
    for (const auto& op : explored.trace.ops) out["trace"].push_back(model::print(op));
  }
  fmt::print("{}\n", out.dump());
}

Verdict explore_one(const Request& request, const ExploreOptions& options) {
  const auto explored = explore::explore(options);
  clear_progress();
  const auto verdict = judge(options, explored);
  if (request.json) {
    print_json(options, explored, verdict);
    return verdict;
  }
  fmt::print("{}: {}\n", options.scope->name, explore::sentence(options, explored));
  if (const auto why = why_stopped(explored); !why.empty()) fmt::print("  {}\n", why);
  if (explored.failure) tell_failure(options.subject, explored.trace, *explored.failure);
  fmt::print("\n");
  std::fflush(stdout);
  return verdict;
}

}  // namespace

int explore_command(Args args) {
  CLI::App app("Runs all traces up to a depth in tiny worlds, each state once.", "explore");
  Request request;
  request.options.threads = std::max(1U, std::thread::hardware_concurrency());
  request.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  if (request.list) return print_list(), 0;
  auto& options = request.options;
  options.reduce = !request.exact;
  options.memory = static_cast<std::size_t>(request.mebibytes) << 20;
  if (request.depth != 0) options.depth = request.depth;
  options.tell = tell_exploring;
  const auto chosen = request.chosen();
  if (!request.time.empty() || request.depth == 0) {
    options.limit =
        duration(request.time.empty() ? "60s" : request.time) / static_cast<int>(chosen.size());
  }
  catch_interrupts();
  std::vector<Verdict> verdicts;
  for (const auto* scope : chosen) {
    options.scope = scope;
    verdicts.push_back(explore_one(request, options));
    if (verdicts.back() == Verdict::fail || interrupted()) break;
  }
  const auto verdict = unless_interrupted(overall(verdicts));
  if (!request.json) fmt::print("verdict: {}\n", name(verdict));
  return verdict == Verdict::pass ? 0 : 1;
}

}  // namespace cow::props::cli
