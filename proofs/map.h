#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include "proofs/smt.h"

namespace cow::proofs {

/// A function from terms to a term that can be changed: part of a state, such as "the frame of a
/// slot". A copy is a snapshot. Reading after changes yields choose(key is the changed one, new
/// value, what it was before); nothing but terms about the keys read ever reaches the solver.
template <class Result, class... Keys>
class Map {
 public:
  using Function = std::function<Result(const Keys&...)>;

  /// Anything at all: an uninterpreted function of that name.
  static Map unknown(const std::string& name) {
    z3::sort_vector keys(smt());
    (keys.push_back(Keys::sort()), ...);
    const auto function = smt().function(name.c_str(), keys, Result::sort());
    return Map([function](const Keys&... at) {
      z3::expr_vector terms(smt());
      (terms.push_back(at.term()), ...);
      return Result(function(terms));
    });
  }
  static Map constant(const Result& everywhere) {
    return Map([everywhere](const Keys&...) { return everywhere; });
  }

  Result operator()(const Keys&... at) const { return read_(at...); }

  void set(const Keys&... at, const Result& value) { set_if(true, at..., value); }
  void set_if(const Cond& condition, const Keys&... at, const Result& value) {
    change([=](const Function& before, const Keys&... key) {
      return choose((condition && ... && (key == at)), value, before(key...));
    });
  }
  /// `after(before, key...)` is what a read answers from now on.
  template <class After>
  void change(After after) {
    read_ = [before = std::move(read_), after](const Keys&... key) {
      return after(before, key...);
    };
  }

 private:
  explicit Map(Function read) : read_(std::move(read)) {}

  Function read_;
};

}  // namespace cow::proofs
