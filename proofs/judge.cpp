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
    : spec_(spec),
      options_(options),
      relocks_(spec.relocks),
      proof_(options.timeout),
      refutation_(options.timeout) {
  const auto start = processor_seconds();
  explore(runner);
  const auto fresh = fresh_of(paths_);
  add_moments(fresh);
  assume_all(proof_, nullptr);
  world_ = small_world(scene_, fresh);
  for (const auto& moment : moments_) close(world_->closure, moment.state, world_->points);
  assume_all(refutation_, &world_->points);
  for (const auto& condition : world_->closure) refutation_.add(condition);
  exploring_ = seconds_since(start);
}

/// A kernel that lets other CPUs run more often than its step says is looked at again, with the
/// laws assumed as often.
void Judge::explore(const Runner& runner) {
  Solver premises(options_.timeout);
  add_moments({Frame("fresh1"), Frame("fresh2")});
  assume_all(premises, nullptr);
  Explorer explorer(premises, options_.without);
  paths_.clear();
  explorer.explore([&] { paths_.push_back(runner(spec_.step, before_, twin_, scene_)); });
  one_sided_ = explorer.one_sided();
  int most = 0;
  for (const auto& path : paths_) {
    most = std::max(most, static_cast<int>(path.segments.size()) - 1);
  }
  if (most <= relocks_) return;
  relocks_ = most;
  explore(runner);
}

/// What a thread brings from one moment to the next is the frame of its page.
void Judge::add_moments(const std::vector<Frame>& fresh) {
  moments_.clear();
  auto frames = fresh;
  for (int relocks = 0; relocks <= relocks_; ++relocks) {
    const auto state = relocks == 0 ? before_ : State::later(relocks);
    const auto twin = relocks == 0 ? twin_ : state.with_other_bytes(relocks);
    moments_.push_back({state, twin, named_points(state, scene_, frames)});
    frames.push_back(state.frame(scene_.place));
  }
}

/// At the points of each moment, or at those that are given.
void Judge::assume_all(Solver& solver, const Points* points) const {
  for (const auto& moment : moments_) {
    assume(solver, moment.state, points == nullptr ? moment.points : *points);
  }
}

void Judge::assume_twins(Solver& solver, const Points* points) const {
  for (const auto& moment : moments_) {
    assume_twin(solver, moment, points == nullptr ? moment.points : *points);
  }
}

void Judge::assume(Solver& solver, const State& state, const Points& points) const {
  const auto add = [&](const Invariant& invariant) {
    if (invariant.name == options_.without) return;
    for (const auto& condition : instances(invariant, state, points)) solver.add(condition);
  };
  for (const auto& invariant : invariants()) {
    if (spec_.step != Step::initial || !invariant.law) add(invariant);
  }
  for (const auto& premise : spec_.premises) add(premise);
}

/// The twin obeys the same laws, and the acting process sees the same there: its own pages, and
/// the objects that it maps.
void Judge::assume_twin(Solver& solver, const Moment& moment, const Points& points) const {
  if (spec_.step == Step::initial) return;
  const auto &state = moment.state, &twin = moment.twin;
  const auto add = [&](const Invariant& invariant) {
    if (invariant.name == options_.without) return;
    const auto here = instances(invariant, state, points);
    const auto there = instances(invariant, twin, points);
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (!z3::eq(here[i].term(), there[i].term())) solver.add(there[i]);
    }
  };
  for (const auto& invariant : invariants()) add(invariant);
  for (const auto& premise : spec_.premises) add(premise);
  for (const auto& slot : points.slots) {
    for (const auto& offset : {any_point().offset, scene_.offset}) {
      const auto object = state.object_of(slot);
      const Cond same_object = state.view(object, offset) == twin.view(object, offset);
      solver.add(implies(is_of_actor(state, scene_, slot),
                         state.view(slot, offset) == twin.view(slot, offset) &&
                             implies(state.has_object(slot), same_object)));
    }
  }
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
    refutation_.push();
    refutation_.add(path.taken());
    const auto answer = refutation_.check();
    refutation_.pop();
    if (answer == Answer::satisfiable) continue;
    const bool never = answer == Answer::unsatisfiable;
    result.verdict = never ? Verdict::vacuous : Verdict::unknown;
    result.note += (never ? "never taken: " : "undecided: ") + in_words(path) + "\n";
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

void Judge::decide(Result& result, kernel::Law law) {
  const auto claims = this->claims(law);
  const bool twins = law == kernel::Law::no_disclosure;  // that law is of two runs
  Cond broken = false;
  const Path* last = nullptr;
  for (const auto& claim : claims) {
    result.paths += claim.path != last ? 1 : 0;
    last = claim.path;
    broken = broken || (claim.path->taken() && !claim.holds);
  }
  if (claims.empty()) {
    result.verdict = Verdict::vacuous;
    result.note = "no path of the step is one that this speaks about";
    return;
  }
  proof_.push();
  if (twins) assume_twins(proof_, nullptr);
  proof_.add(broken);
  export_script(options_, result, proof_);
  const auto answer = proof_.check();
  proof_.pop();
  if (answer == Answer::unsatisfiable) result.verdict = Verdict::proved;
  if (answer == Answer::unknown) result.note = "the solver did not decide in time";
  if (answer != Answer::satisfiable) return;
  refutation_.push();
  if (twins) assume_twins(refutation_, &world_->points);
  refute(result, claims, broken);
  refutation_.pop();
}

void Judge::refute(Result& result, const std::vector<Claim>& claims, const Cond& broken) {
  refutation_.add(broken);
  const auto answer = refutation_.check();
  if (answer == Answer::satisfiable) {
    prefer_simple(refutation_, *world_, scene_, before_);
    result.verdict = Verdict::refuted;
    result.note = tell(refutation_.model(), claims);
  } else {
    result.note = "not proved, and no world of four slots and three frames refutes it";
  }
}

std::string Judge::tell(const z3::model& model, const std::vector<Claim>& claims) const {
  std::string text;
  const Path* path = nullptr;
  for (const auto& claim : claims) {
    if (!holds(model, claim.path->taken()) || holds(model, claim.holds)) continue;
    text += std::string("broken: ") + claim.says + "\n";
    path = claim.path;
  }
  return path == nullptr ? text : text + story(model, *world_, scene_, before_, *path);
}

}  // namespace cow::proofs
