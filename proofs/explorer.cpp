#include "proofs/explorer.h"

#include <stdexcept>
#include <utility>

namespace cow::proofs {

namespace {

Explorer* running = nullptr;

/// Keeps `running` right, whichever way the step ends.
struct Running {
  explicit Running(Explorer* explorer) : before(std::exchange(running, explorer)) {}
  ~Running() { running = before; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Explorer* before;
};

}  // namespace

Cond::operator bool() const { return Explorer::active().decide(*this); }

Explorer& Explorer::active() {
  if (running == nullptr) throw std::logic_error("a condition was asked outside of a step");
  return *running;
}

Look look_with(Solver& premises) {
  return [&premises](std::span<const Cond> all) {
    premises.push();
    for (const auto& one : all) premises.add(one);
    const auto answer = premises.check();
    Side side{answer != Answer::unsatisfiable};  // an undecided side is explored as well
    if (answer == Answer::satisfiable) side.witness = premises.model();
    premises.pop();
    return side;
  };
}

void Explorer::explore(const std::function<void()>& step) {
  const Running here(this);
  todo_ = {{}};
  while (!todo_.empty()) {
    answers_ = std::move(todo_.back().answers);
    here_ = std::move(todo_.back().side);
    todo_.pop_back();
    asked_ = 0;
    path_.clear();
    facts_.clear();
    is_first_.clear();
    step();
  }
}

bool Explorer::decide(const Cond& condition) {
  const Cond asked(condition.term().simplify());
  if (asked.term().is_true() || asked.term().is_false()) return asked.term().is_true();
  for (const auto& known : path_) {  // asked before on this path
    if (z3::eq(known.term(), asked.term())) return true;
    if (z3::eq(known.term(), (!asked).term())) return false;
  }
  if (asked_ == answers_.size()) {
    auto yes = look(asked), no = look(!asked);
    note_sides(asked, yes.feasible, no.feasible);
    if (yes.feasible && no.feasible) {
      todo_.push_back({answers_, std::move(no)});
      todo_.back().answers.push_back(false);
    }
    answers_.push_back(yes.feasible);
    here_ = std::move(answers_.back() ? yes : no);
  }
  const bool answer = answers_[asked_++];
  path_.push_back(answer ? asked : !asked);
  return answer;
}

/// Files `not x` under `x`.
void Explorer::note_sides(const Cond& asked, bool yes, bool no) {
  const bool negated = asked.term().is_not();
  if (negated) std::swap(yes, no);
  sides_[in_words(negated ? asked.term().arg(0) : asked.term())] |=
      (yes ? 2U : 0U) | (no ? 1U : 0U);
}

/// A replay comes by what its witness knows of already.
void Explorer::assume(const Cond& fact) {
  facts_.push_back(fact);
  if (here_.witness && !holds(*here_.witness, fact)) here_.witness.reset();
}

void Explorer::assume(std::string_view name, const Cond& fact) {
  if (name != without_) assume(fact);
}

bool Explorer::is_first_with(const std::string& brings) {
  const auto [said, is_new] = is_first_.try_emplace(brings, false);
  if (!is_new) return said->second;  // the twin asks again
  const std::vector<bool> until(answers_.begin(),
                                answers_.begin() + static_cast<std::ptrdiff_t>(asked_));
  return said->second = firsts_.try_emplace(brings, until).first->second == until;
}

/// Of the two sides of a question the state that came here shows one without another search.
Side Explorer::look(const Cond& condition) {
  if (here_.witness && holds(*here_.witness, condition)) return here_;
  auto all = path_;
  all.insert(all.end(), facts_.begin(), facts_.end());
  all.push_back(condition);
  return look_(all);
}

std::vector<std::string> Explorer::one_sided() const {
  std::vector<std::string> found;
  for (const auto& [question, sides] : sides_) {
    if (sides == 2) found.push_back("always " + question);
    if (sides == 1) found.push_back("never " + question);
  }
  return found;
}

}  // namespace cow::proofs
