#pragma once

#include <vector>

#include "props/race/conflicts.h"
#include "props/race/happens_before.h"

namespace cow::props::race {

/// Which orders are run.
enum class Reduction : std::uint8_t {
  none,            ///< every one: what the others are checked against
  dependence,      ///< one of each class that differ only in swaps which nobody can notice
  preemptions,     ///< every one with at most so many preemptions
  happens_before,  ///< of these, one of each class, as far as is simple
};

/// Goes through the schedules of a program, depth first, by running it again and again.
///
/// `dependence` is dynamic partial-order reduction with source sets and sleep sets (Flanagan,
/// Godefroid, POPL 2005; Abdulla, Aronis, Jonsson, Sagonas, POPL 2014). Each step is compared with
/// the steps that it races with: those that touch the same object in a way that does not commute,
/// could have been enabled at the same time, and are not ordered before it by others. In the state
/// before such a step somebody must be tried who leads to the other order. A task sleeps after it
/// was tried, until somebody takes a step that its own step depends on. Sleep sets with the
/// persistent sets of 2005 lost results of three tasks, measured by explorer_test.cpp.
///
/// `happens_before` goes on from each history once (happens_before.h), and interrupts a task only
/// before a step that does not commute with some step of another (conflicts.h): before another
/// step it would do as well to interrupt it after. Which steps these are it learns on the way; when
/// it has learned, it begins again, after 1, 2, 4, 8, ... runs and at the end.
class Explorer : public Chooser {
 public:
  Explorer(Reduction reduction, unsigned preemptions, std::uint32_t objects)
      : reduction_(reduction),
        budget_(preemptions),
        last_(objects, -1),
        before_(objects),
        conflicts_(objects) {}

  int choose(const View& view) override;

  /// To the next schedule after a run; false when there is none.
  bool advance();
  /// Was some choice left out for lack of preemptions?
  bool spent() const { return spent_; }

 private:
  using Clock = std::array<int, max_tasks>;  ///< the last step of each task that comes before

  /// A state on the way, and what was decided there.
  struct Node {
    unsigned enabled = 0, backtrack = 0, done = 0, sleep = 0;
    unsigned preemptions = 0;  ///< until here
    int last = -1;
    std::uint8_t chosen = 0;
    std::array<Access, max_tasks> next;
  };
  /// The step that was taken from the node of the same index.
  struct Event {
    std::uint8_t task = 0;
    Access access;
    Clock clock{};
    std::array<int, max_touches> before{};  ///< the step before at each of its objects
    int before_in_task = -1;
  };

  void learn(const View& view);
  bool begin_again();
  int repeat(const View& view);
  int open_node(const View& view);
  static unsigned sleepers(const Node& before, const Access& step);
  unsigned to_try(const Node& node, int chosen);
  unsigned within_budget(const Node& node);
  void find_races(unsigned task, const Access& next);
  void find_blocked_races(const View& view);
  void add_backtrack(unsigned task, const Access& next, int at);
  unsigned initials(unsigned task, const Access& next, int at) const;
  void take(unsigned task, const Access& access);
  void untake();
  void join(Clock& clock, const Touch& touch) const;
  Clock clock_of(unsigned task) const;

  Reduction reduction_;
  unsigned budget_;
  bool spent_ = false;
  std::vector<Node> nodes_;
  std::vector<Event> events_;
  std::vector<int> last_;  ///< [object]: the last step that touched it
  std::array<int, max_tasks> last_of_ = {-1, -1, -1, -1};
  HappensBefore before_;  ///< of this run
  Visited visited_;
  Conflicts conflicts_;
  bool learned_ = false;  ///< since it began
  std::uint64_t runs_ = 0, next_check_ = 1;
};

}  // namespace cow::props::race
