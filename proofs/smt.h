#pragma once

#include <chrono>
#include <concepts>
#include <string>
#include <vector>
#include <z3++.h>

/// The only file that includes Z3. Terms are typed: a slot is never taken for a frame. Everything
/// stays within equality, uninterpreted functions and linear integers, without a quantifier, so
/// that Z3 decides each question instead of giving up on some.
namespace cow::proofs {

/// All terms of the program live here.
z3::context& smt();

/// A term of an uninterpreted sort: "some slot", of which there may be any number.
template <class Tag>
class Term {
 public:
  /// One of which nothing is known, where C++ wants something to begin with.
  Term() : Term("none") {}
  explicit Term(const z3::expr& term) : term_(term) {}
  explicit Term(const char* name) : term_(smt().constant(name, sort())) {}
  static z3::sort sort() { return smt().uninterpreted_sort(Tag::name); }
  const z3::expr& term() const { return term_; }

 private:
  z3::expr term_;
};

/// The truth of something: what `bool` is on a real machine. As the condition of an `if` it asks
/// the Explorer that runs the step; everywhere else it stays a term.
class Cond {
 public:
  template <std::same_as<bool> B>
  Cond(B value) : term_(smt().bool_val(value)) {}
  explicit Cond(const z3::expr& term) : term_(term) {}
  explicit Cond(const char* name) : term_(smt().bool_const(name)) {}
  static z3::sort sort() { return smt().bool_sort(); }
  const z3::expr& term() const { return term_; }

  explicit operator bool() const;

 private:
  z3::expr term_;
};

inline Cond operator!(const Cond& c) {
  return Cond(c.term().is_not() ? c.term().arg(0) : !c.term());
}
// Three of each: with a plain bool on one side the built-in operator would be as good a match.
inline Cond operator&&(const Cond& a, const Cond& b) { return Cond(a.term() && b.term()); }
inline Cond operator&&(const Cond& a, bool b) { return a && Cond(b); }
inline Cond operator&&(bool a, const Cond& b) { return Cond(a) && b; }
inline Cond operator||(const Cond& a, const Cond& b) { return Cond(a.term() || b.term()); }
inline Cond operator||(const Cond& a, bool b) { return a || Cond(b); }
inline Cond operator||(bool a, const Cond& b) { return Cond(a) || b; }
inline Cond implies(const Cond& a, const Cond& b) { return !a || b; }

/// An integer: counts of frames, positions in the ledger, offsets into a page.
class Number {
 public:
  template <std::integral I>
  Number(I value) : term_(smt().int_val(static_cast<std::int64_t>(value))) {}
  explicit Number(const z3::expr& term) : term_(term) {}
  explicit Number(const char* name) : term_(smt().int_const(name)) {}
  static z3::sort sort() { return smt().int_sort(); }
  const z3::expr& term() const { return term_; }

  friend Number operator+(const Number& a, const Number& b) { return Number(a.term_ + b.term_); }
  friend Number operator-(const Number& a, const Number& b) { return Number(a.term_ - b.term_); }
  Number& operator+=(const Number& more) { return *this = *this + more; }
  friend Cond operator<(const Number& a, const Number& b) { return Cond(a.term_ < b.term_); }
  friend Cond operator<=(const Number& a, const Number& b) { return Cond(a.term_ <= b.term_); }
  friend Cond operator>(const Number& a, const Number& b) { return Cond(a.term_ > b.term_); }
  friend Cond operator>=(const Number& a, const Number& b) { return Cond(a.term_ >= b.term_); }
  friend Cond operator==(const Number& a, const Number& b) { return Cond(a.term_ == b.term_); }
  friend Cond operator!=(const Number& a, const Number& b) { return Cond(a.term_ != b.term_); }

 private:
  z3::expr term_;
};

inline Cond operator==(const Cond& a, const Cond& b) { return Cond(a.term() == b.term()); }
inline Cond operator!=(const Cond& a, const Cond& b) { return Cond(a.term() != b.term()); }
template <class Tag>
Cond operator==(const Term<Tag>& a, const Term<Tag>& b) {
  return Cond(a.term() == b.term());
}
template <class Tag>
Cond operator!=(const Term<Tag>& a, const Term<Tag>& b) {
  return Cond(a.term() != b.term());
}

/// `yes` where the condition holds, else `no`: an `if` that does not split the path.
template <class T>
T choose(const Cond& condition, const T& yes, const T& no) {
  return T(z3::ite(condition.term(), yes.term(), no.term()));
}

/// The term as a person would write it: "not writable(place)".
std::string in_words(const z3::expr& term);

enum class Answer { satisfiable, unsatisfiable, unknown };

/// Processor time that this thread has used.
double processor_seconds();

/// A set of conditions, and whether all can be true at once.
class Solver {
 public:
  explicit Solver(double timeout_seconds);
  void add(const Cond& condition) { solver_.add(condition.term()); }
  /// All that was added, a line each.
  std::vector<std::string> conditions() const;
  void push() { solver_.push(); }
  void pop() { solver_.pop(); }
  /// Unknown also when the time is over.
  Answer check();
  z3::model model() const { return solver_.get_model(); }
  /// The conditions as an SMT-LIB 2 script; any solver must answer `unsat` where Z3 proved.
  std::string script();

 private:
  z3::solver solver_;
  std::chrono::duration<double> timeout_;
};

inline bool holds(const z3::model& model, const Cond& condition) {
  return model.eval(condition.term(), true).is_true();
}

}  // namespace cow::proofs
