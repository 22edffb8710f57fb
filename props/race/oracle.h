#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "model/reference.h"
#include "props/lockstep/subject.h"
#include "props/race/case.h"

namespace cow::props::race {

/// One operation of a task as it went. The stamps order its begin and end among all others.
struct Call {
  model::Status status = model::Status::ok;
  std::vector<std::uint8_t> bytes;  ///< what a read answered
  std::uint32_t begun = 0, ended = 0;
  bool allocation_failed = false;  ///< some allocation that it asked for was refused
};

/// [task][operation]
using History = std::vector<std::vector<Call>>;

/// What every process sees at the end, and every device: the bytes that a pin names, or null when
/// it is not held. Without `pin` devices are not looked at.
struct FinalView {
  std::function<bool(std::uint32_t process)> alive;
  std::function<Seen(std::uint32_t process, std::uint32_t page)> seen;
  std::function<const std::uint8_t*(std::uint32_t process, std::uint32_t pin)> pin = {};
  /// May the page be dropped at the next pageout? Without this nobody asks.
  std::function<bool(std::uint32_t process, std::uint32_t page)> may_be_dropped = {};
  /// Does it count as not written? Likewise.
  std::function<bool(std::uint32_t process, std::uint32_t page)> unwritten = {};
};

/// Linearizability (Herlihy, Wing 1990) against the reference: some order of the operations, which
/// keeps the order of those that did not overlap, explains all answers and the final view. An
/// operation that was refused for lack of memory, which some allocation must have been, has no
/// effect. What the reference says is computed once for each order.
class Oracle {
 public:
  explicit Oracle(const Case& what);
  ~Oracle();

  /// Nothing when there is an order; else what is wrong, under the law of what is closest.
  std::optional<Finding> explain(const History& history, const FinalView& view);

 private:
  struct Node;
  enum class Outcome : std::uint8_t { done, refused, dropped };
  using Done = std::vector<std::size_t>;  ///< [task]: operations that the order has so far

  bool search(Node& node, Done& done, const History& history, const FinalView& view);
  bool may_be_next(std::size_t task, const Done& done, const History& history) const;
  Node& child(Node& node, std::size_t task, const model::Op& op, Outcome outcome);
  bool search_from(Node& next, std::size_t task, Done& done, const History& history,
                   const FinalView& view);
  std::string final_difference(const model::Reference& reference, const FinalView& view) const;

  const Case& case_;
  std::unique_ptr<Node> root_;
  bool answers_explained_ = false;  ///< of this search
  bool statuses_explained_ = false;
  std::string difference_;
};

}  // namespace cow::props::race
