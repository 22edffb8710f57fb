#include "proofs/smt.h"

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

namespace cow::proofs {

namespace {

std::string joined(const z3::expr& term, const char* between) {
  std::string text;
  for (unsigned i = 0; i < term.num_args(); ++i) {
    text += (i > 0 ? between : "") + in_words(term.arg(i));
  }
  return text;
}

/// In an order that does not depend on what was asked before, as Z3's own does.
std::string infix(const z3::expr& term, const char* between) {
  std::vector<std::string> parts;
  for (unsigned i = 0; i < term.num_args(); ++i) parts.push_back(in_words(term.arg(i)));
  if (term.decl().decl_kind() != Z3_OP_ITE) std::ranges::sort(parts);
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "(" : between) + part;
  return text + ")";
}

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Interrupts the solver once this thread has used its processor time, until the end of its own
/// life: so a busy machine decides no question otherwise. Not Z3's option `timeout`: its one
/// interrupt is lost when it comes before the search has begun, and the search then runs for ever
/// (Z3 4.8.12: 91 of 150 runs of a hard question with 1 ms).
class Interrupter {
 public:
  explicit Interrupter(std::chrono::duration<double> timeout) {
    pthread_getcpuclockid(pthread_self(), &clock_);
    const auto end = seconds_of(clock_) + timeout.count();
    thread_ = std::jthread([this, end](const std::stop_token& stop) { watch(stop, end); });
  }

 private:
  void watch(const std::stop_token& stop, double end) {
    std::unique_lock lock(mutex_);
    for (;;) {
      const std::chrono::duration<double> left(end - seconds_of(clock_));
      if (left.count() <= 0) smt().interrupt();
      const auto wait = std::max<std::chrono::duration<double>>(left, std::chrono::milliseconds(1));
      if (changed_.wait_for(lock, stop, wait, [&stop] { return stop.stop_requested(); })) return;
    }
  }

  clockid_t clock_{};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace

double processor_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

z3::context& smt() {
  static z3::context context;
  return context;
}

std::string in_words(const z3::expr& term) {
  if (!term.is_app() || term.is_numeral()) return term.to_string();
  switch (term.decl().decl_kind()) {
    case Z3_OP_NOT:
      return "not " + in_words(term.arg(0));
    case Z3_OP_EQ:
      return joined(term, " = ");
    case Z3_OP_AND:
      return infix(term, " and ");
    case Z3_OP_OR:
      return infix(term, " or ");
    case Z3_OP_LE:
      return joined(term, " <= ");
    case Z3_OP_GE:
      return joined(term, " >= ");
    case Z3_OP_ADD:
      return infix(term, " + ");
    case Z3_OP_ITE:
      return infix(term, " ? ");
    default: {
      const auto name = term.decl().name().str();
      return term.num_args() == 0 ? name : name + "(" + joined(term, ", ") + ")";
    }
  }
}

Solver::Solver(double timeout_seconds) : solver_(smt()), timeout_(timeout_seconds) {}

Answer Solver::check() {
  z3::check_result answer;
  {
    const Interrupter interrupter(timeout_);
    answer = solver_.check();
  }
  switch (answer) {
    case z3::sat:
      return Answer::satisfiable;
    case z3::unsat:
      return Answer::unsatisfiable;
    case z3::unknown:
      break;
  }
  return Answer::unknown;
}

std::vector<std::string> Solver::conditions() const {
  std::vector<std::string> lines;
  for (const auto& one : solver_.assertions()) lines.push_back(one.to_string());
  return lines;
}

std::string Solver::script() { return "(set-logic QF_UFLIA)\n" + solver_.to_smt2(); }

}  // namespace cow::proofs
