#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proofs/smt.h"

namespace cow::proofs {

/// Can a path go on so, as far as is known? If a state was found from which it does, here it is;
/// and whether it is a whole one, which obeys the laws everywhere.
struct Side {
  bool feasible = false;
  std::optional<z3::model> witness = std::nullopt;
  bool is_whole = false;
};
/// Whether all these conditions can hold of a state before the step, and of what is assumed since.
using Look = std::function<Side(std::span<const Cond>)>;
/// By one solver, which holds the premises and is only pushed and popped.
Look look_with(Solver& premises);

/// Runs a step once per path. The step is ordinary code; whenever it asks a Cond for a bool, the
/// explorer answers. On a replay it repeats the answers of the path that it follows; past their
/// end it takes a side that the premises allow, and keeps the other for a later run.
/// REQUIRES: the step does the same whenever it gets the same answers.
class Explorer {
 public:
  /// Nothing is assumed that is called `without`.
  explicit Explorer(Look look, std::string without = {})
      : look_(std::move(look)), without_(std::move(without)) {}

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
  /// Is a whole state known from which the path is taken until here?
  bool is_shown() const { return here_.witness && here_.is_whole; }
  /// In words, the conditions that went the same way on every path.
  std::vector<std::string> one_sided() const;

  /// The explorer whose step runs now. Throws std::logic_error outside of `explore`.
  static Explorer& active();

 private:
  struct Todo {
    std::vector<bool> answers;
    Side side;
  };

  Side look(const Cond& condition);
  void note_sides(const Cond& asked, bool yes, bool no);

  Look look_;
  std::string without_;
  std::vector<Todo> todo_;
  Side here_;                  ///< the path until here
  std::vector<bool> answers_;  ///< of this path, in the order asked
  std::size_t asked_ = 0;      ///< questions of this run so far
  std::vector<Cond> path_, facts_;
  std::map<std::string, std::vector<bool>> firsts_;  ///< what is brought -> the answers until then
  std::map<std::string, bool> is_first_;             ///< on this path
  std::map<std::string, unsigned> sides_;  ///< question -> bit 0 seen false, bit 1 seen true
};

}  // namespace cow::proofs
