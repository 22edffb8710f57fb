#include "proofs/judge.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>

#include "proofs/simplest.h"
#include "proofs/story.h"

namespace cow::proofs {

namespace {

bool wanted(const Spec& spec, std::string_view law, const Options& options) {
  return fmt::format("{}/{}", spec.name, law).find(options.only) != std::string::npos;
}

std::vector<Frame> fresh_of(const std::vector<Path>& paths) {
  std::vector<Frame> longest;
  for (const auto& path : paths) {
    if (path.fresh.size() > longest.size()) longest = path.fresh;
  }
  return longest;
}

/// Of processor time, which a busy machine does not change.
double seconds_since(double start) { return processor_seconds() - start; }

void export_script(const Options& options, const Result& result, Solver& solver) {
  if (options.export_into.empty()) return;
  const auto file =
      std::filesystem::path(options.export_into) / (result.step + "." + result.law + ".smt2");
  std::ofstream out(file);
  out << solver.script();
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

bool Judge::concerned(const Spec& spec, const Options& options) {
  for (int i = 0; i < kernel::law_count; ++i) {
    if (wanted(spec, kernel::name(static_cast<kernel::Law>(i)), options)) return true;
  }
  return wanted(spec, "premises", options);
}

Judge::Judge(const Spec& spec, const Runner& runner, const Options& options)
    : spec_(spec), options_(options), relocks_(spec.relocks) {
  const auto start = processor_seconds();
  explore(runner);
  exploring_ = seconds_since(start);
}

/// A kernel that lets other CPUs run more often than its step says, or takes more frames, is looked
/// at again, with the laws assumed as often.
void Judge::explore(const Runner& runner) {
  lawful_.emplace(spec_, options_, relocks_, fresh_);
  Explorer explorer([&](auto all) { return lawful_->look(all); }, options_.without);
  paths_.clear();
  explorer.explore([&] { paths_.push_back(runner(spec_.step, before_, twin_, scene_)); });
  one_sided_ = explorer.one_sided();
  int most = 0;
  for (const auto& path : paths_) {
    most = std::max(most, static_cast<int>(path.segments.size()) - 1);
  }
  const auto fresh = fresh_of(paths_);
  if (most <= relocks_ && fresh.size() <= fresh_.size()) return;
  relocks_ = std::max(relocks_, most);
  if (fresh.size() > fresh_.size()) fresh_ = fresh;
  explore(runner);
}

std::vector<Result> Judge::results() {
  std::vector<Result> found;
  if (wanted(spec_, "premises", options_)) found.push_back(premises());
  for (int i = 0; i < kernel::law_count; ++i) {
    const auto one = static_cast<kernel::Law>(i);
    if (!wanted(spec_, kernel::name(one), options_)) continue;
    if (auto result = law(one)) found.push_back(*result);
  }
  return found;
}

/// Every path must be possible in some whole state, and every question have two answers.
Result Judge::premises() {
  const auto start = processor_seconds();
  Result result{spec_.name, "premises", Verdict::proved, 0, static_cast<int>(paths_.size()), ""};
  for (const auto& path : paths_) {
    if (path.is_shown) continue;
    ask(lawful_->small(), path.taken(), false, [&](Answer answer) {
      if (answer == Answer::satisfiable) return;
      const bool never = answer == Answer::unsatisfiable;
      result.verdict = never ? Verdict::vacuous : Verdict::unknown;
      result.note += (never ? "never taken: " : "undecided: ") + in_words(path) + "\n";
    });
  }
  for (const auto& question : one_sided_) {
    if (spec_.composed || std::ranges::count(spec_.never, question) > 0) continue;
    if (result.verdict == Verdict::proved) result.verdict = Verdict::vacuous;
    result.note += "a branch is never taken: " + question + "\n";
  }
  result.seconds = exploring_ + seconds_since(start);
  return result;
}

void Judge::add_claims(std::vector<Claim>& found, kernel::Law law, const Path& path,
                       const Question& question) const {
  for (const auto& invariant : invariants()) {
    if (invariant.law != law || !spec_.runs_code) continue;
    found.push_back({&path, invariant.name, invariant.at(question.path.after, any_point())});
  }
  for (const auto& goal : spec_.goals) {
    if (goal.law != law) continue;
    if (auto holds = goal.holds(question)) found.push_back({&path, goal.says, *holds});
  }
}

/// Other CPUs may look whenever a lock is given up: so the laws hold there, too.
std::vector<Judge::Claim> Judge::claims(kernel::Law law) {
  std::vector<Claim> found;
  for (const auto& path : paths_) {
    for (const auto& segment : path.segments) {
      const bool last = &segment == &path.segments.back();
      if (!segment.changes && !last) continue;
      if (path.segments.size() > 1) {
        cut_.push_back(path);
        cut_.back().after = segment.after;
      }
      const auto& as_if_all = path.segments.size() > 1 ? cut_.back() : path;
      add_claims(found, law, path, {scene_, segment.before, as_if_all, last});
    }
  }
  return found;
}

/// Nothing when the step has no goal under that law.
std::optional<Result> Judge::law(kernel::Law law) {
  const auto start = processor_seconds();
  const auto has = [&](const auto& list) {
    for (const auto& one : list) {
      if (one.law == law) return true;
    }
    return false;
  };
  if (!(spec_.runs_code && has(invariants())) && !has(spec_.goals)) return std::nullopt;
  Result result{spec_.name, std::string(kernel::name(law)), Verdict::unknown, 0, 0, ""};
  decide(result, law);
  result.seconds = seconds_since(start);
  return result;
}

/// Does what is claimed fail on some path? Nothing is claimed where there are no claims.
Cond Judge::broken(Result& result, const std::vector<Claim>& claims) const {
  Cond any = false, of_path = false;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const auto& [path, says, holds] = claims[i];
    of_path = of_path || !holds;
    if (i + 1 < claims.size() && claims[i + 1].path == path) continue;
    any = any || (path->taken() && of_path);
    of_path = false;
    ++result.paths;
  }
  return any;
}

/// `then` is told the answer before the solver forgets the question.
void Judge::ask(Solver& solver, const Cond& broken, bool twins,
                const std::function<void(Answer)>& then) {
  solver.push();
  if (twins) lawful_->assume_twins(solver);
  solver.add(broken);
  then(solver.check());
  solver.pop();
}

void Judge::decide(Result& result, kernel::Law law) {
  const auto claims = this->claims(law);
  if (claims.empty()) {
    result.verdict = Verdict::vacuous;
    result.note = "no path of the step is one that this speaks about";
    return;
  }
  decide(result, claims, law == kernel::Law::no_disclosure);  // that law is of two runs
}

/// No failure where less is assumed is a proof, one in a whole state a refutation. Where there is
/// neither all is assumed.
void Judge::decide(Result& result, const std::vector<Claim>& claims, bool twins) {
  const auto broken = this->broken(result, claims);
  const auto prove_with = [&](Solver& solver) {
    ask(solver, broken, twins, [&](Answer answer) {
      const bool exported = answer == Answer::unsatisfiable || &solver != &lawful_->lean();
      if (exported) export_script(options_, result, solver);
      if (result.verdict == Verdict::refuted) return;
      const bool proved = answer == Answer::unsatisfiable, undecided = answer == Answer::unknown;
      result.verdict = proved ? Verdict::proved : Verdict::unknown;
      result.note = proved ? ""
                    : undecided
                        ? "the solver did not decide in time"
                        : "not proved, and no world of four slots and three frames refutes it";
    });
  };
  prove_with(lawful_->lean());
  if (result.verdict == Verdict::proved) return;
  ask(lawful_->small(), broken, twins, [&](Answer answer) {
    if (answer != Answer::satisfiable) return;
    prefer_simple(lawful_->small(), lawful_->world(), scene_, before_);
    result.verdict = Verdict::refuted;
    const auto model = lawful_->small().model();
    result.note = tell(model, claims);
    result.found = counterexample(model, lawful_->world(), scene_, before_);
    const auto* path = broken_path(model, claims);
    result.found->interrupted = path != nullptr && path->segments.size() > 1;
  });
  if (result.verdict == Verdict::refuted && options_.export_into.empty()) return;
  prove_with(lawful_->full());
}

/// The one that the model takes.
const Path* Judge::broken_path(const z3::model& model, const std::vector<Claim>& claims) {
  const Path* path = nullptr;
  for (const auto& claim : claims) {
    if (holds(model, claim.path->taken()) && !holds(model, claim.holds)) path = claim.path;
  }
  return path;
}

std::string Judge::tell(const z3::model& model, const std::vector<Claim>& claims) const {
  std::string text;
  for (const auto& claim : claims) {
    if (!holds(model, claim.path->taken()) || holds(model, claim.holds)) continue;
    text += std::string("broken: ") + claim.says + "\n";
  }
  const auto* path = broken_path(model, claims);
  return path == nullptr ? text : text + story(model, lawful_->world(), scene_, before_, *path);
}

}  // namespace cow::proofs
