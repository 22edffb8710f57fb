#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proofs/smt.h"

namespace cow::proofs {

/// Runs a step once per path. The step is ordinary code; whenever it asks a Cond for a bool, the
/// explorer answers. On a replay it repeats the answers of the path that it follows; past their
/// end it takes a side that the premises allow, and keeps the other for a later run.
/// REQUIRES: the step does the same whenever it gets the same answers.
class Explorer {
 public:
  /// `premises` hold the state before the step and are only pushed and popped here.
  /// Nothing is assumed that is called `without`.
  explicit Explorer(Solver& premises, std::string without = {})
      : premises_(premises), without_(std::move(without)) {}

  /// Calls `step` once for each path. At its end `path()` and `facts()` say which one it was.
  void explore(const std::function<void()>& step);

  bool decide(const Cond& condition);
  /// Something that is true on this path from here on, such as what an allocation gave.
  void assume(const Cond& fact);
  /// The same, by name: what may be left out to see whether it is needed.
  void assume(std::string_view name, const Cond& fact);

  /// Where all that came before is forgotten but for `brings`, one path speaks for all: is this the
  /// first one that comes here?
  bool is_first_with(const std::string& brings);

  const std::vector<Cond>& path() const { return path_; }    ///< the sides that were taken
  const std::vector<Cond>& facts() const { return facts_; }  ///< what was assumed
  /// In words, the conditions that went the same way on every path.
  std::vector<std::string> one_sided() const;

  /// The explorer whose step runs now. Throws std::logic_error outside of `explore`.
  static Explorer& active();

 private:
  using Witness = std::optional<z3::model>;  ///< of a state that goes this way
  struct Todo {
    std::vector<bool> answers;
    Witness witness;
  };

  /// A state from which the path goes on so; nothing where there is none.
  struct Side {
    bool feasible;
    Witness witness;
  };
  Side look(const Cond& condition);
  void note_sides(const Cond& asked, bool yes, bool no);

  Solver& premises_;
  std::string without_;
  std::vector<Todo> todo_;
  Witness witness_;            ///< of the path until here, if it is known
  std::vector<bool> answers_;  ///< of this path, in the order asked
  std::size_t asked_ = 0;      ///< questions of this run so far
  std::vector<Cond> path_, facts_;
  std::map<std::string, std::vector<bool>> firsts_;  ///< what is brought -> the answers until then
  std::map<std::string, bool> is_first_;             ///< on this path
  std::map<std::string, unsigned> sides_;  ///< question -> bit 0 seen false, bit 1 seen true
};

}  // namespace cow::proofs
