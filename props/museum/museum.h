#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "props/lockstep/session.h"

/// The museum of known bugs: each a few lines that override one decision or primitive of the
/// shipped kernel's machine, each to be caught by every engine under the law that it breaks.
/// It shows that the checks can fail, and fail for the right reason.
namespace cow::props {

namespace explore {
class Explorable;
}

/// How an exhibit is opened: beside the reference, or bare, for the explorer. Tiny geometry only.
struct Openers {
  std::unique_ptr<Session> (*session)(const model::World& world);
  std::unique_ptr<explore::Explorable> (*explorable)(const model::World& world);
};

class Opener {
 public:
  constexpr Opener(const Openers* both) : both_(both) {}
  std::unique_ptr<Session> operator()(const model::World& world) const {
    return both_->session(world);
  }
  std::unique_ptr<explore::Explorable> explorable(const model::World& world) const;

 private:
  const Openers* both_;
};

struct Exhibit {
  std::string_view name;   ///< "B9-leak": the catalogue row, and which of its forms
  std::string_view bug;    ///< the mutant in one line
  std::string_view found;  ///< where it was found in real life
  Law law;                 ///< the law that it breaks
  std::string_view proof;  ///< the kernel step whose proof refutes it, or "" with the reason below
  std::string_view unproved;  ///< why a proof of today's steps cannot see it
  Opener open;
  std::optional<Law> or_law = {};   ///< what breaks alone where the trace hides the first
  std::optional<Law> or_else = {};  ///< the same, where it hides both
  std::optional<Law> or_last = {};  ///< the same, where it hides all three

  bool may_break(Law broken) const {
    return broken == law || broken == or_law || broken == or_else || broken == or_last;
  }
};

/// Is this the failure that the exhibit is expected to cause? Its law broke, whatever else did.
bool is_expected(const Exhibit& exhibit, const Failure& failure);

std::span<const Exhibit> exhibits();

/// Null when there is no such exhibit.
const Exhibit* find_exhibit(std::string_view name);

}  // namespace cow::props
