#include "proofs/smt.h"

#include <cmath>

namespace cow::proofs {

namespace {

std::string joined(const z3::expr& term, const char* between) {
  std::string text;
  for (unsigned i = 0; i < term.num_args(); ++i) {
    text += (i > 0 ? between : "") + in_words(term.arg(i));
  }
  return text;
}

std::string infix(const z3::expr& term, const char* between) {
  return "(" + joined(term, between) + ")";
}

}  // namespace

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

Solver::Solver(double timeout_seconds) : solver_(smt()) {
  z3::params params(smt());
  params.set("timeout", static_cast<unsigned>(std::ceil(timeout_seconds * 1000)));
  solver_.set(params);
}

Answer Solver::check() {
  switch (solver_.check()) {
    case z3::sat:
      return Answer::satisfiable;
    case z3::unsat:
      return Answer::unsatisfiable;
    case z3::unknown:
      break;
  }
  return Answer::unknown;
}

std::string Solver::script() { return "(set-logic QF_UFLIA)\n" + solver_.to_smt2(); }

}  // namespace cow::proofs
