#pragma once

#include <array>
#include <exception>
#include <vector>

#include "props/race/fiber.h"
#include "props/race/lock_order.h"
#include "props/race/program.h"

namespace cow::props::race {

/// What a decision is made on.
struct View {
  std::size_t step = 0;                ///< how many steps were taken
  unsigned enabled = 0;                ///< bit t: task t can go on
  unsigned waiting = 0;                ///< bit t: task t has not ended, but cannot go on
  int last = -1;                       ///< who took the last step
  std::array<Access, max_tasks> next;  ///< what each task is about to do
};

/// Decides who goes on.
class Chooser {
 public:
  virtual ~Chooser() = default;
  static constexpr int cut = -1;
  /// A task that is enabled, or `cut`: nothing new can come of this. With nobody enabled it is
  /// only told.
  virtual int choose(const View& view) = 0;
};

/// How one execution ended.
struct Execution {
  bool was_cut = false;
  bool was_long =
      false;  ///< more than `Scheduler::patience` steps, of which the last were in turns
  std::optional<Failure> failure;
  std::vector<Step> steps;
};

/// Runs a program once, one task at a time, and asks before every access who goes on.
class Scheduler {
 public:
  /// From this step on tasks take turns, so that only what cannot end does not end.
  static constexpr std::size_t patience = 1000;

  explicit Scheduler(Program& program);

  /// The result is valid until the next run.
  const Execution& run(Chooser& chooser);

  // For the program:
  void access(const Access& access);  ///< no-op outside of `run`
  unsigned task() const { return task_; }
  bool running() const { return running_; }
  const View& view() const { return view_; }
  /// Ends this execution here, as failed. Does nothing after a first failure.
  void fail(Failure failure);
  /// The object's lock is a new one from now on: another table in the same frame.
  void renew_lock(std::uint32_t object) { order_.forget(object); }

 private:
  struct Object {
    std::uint32_t version = 0;  ///< writes to it
    int owner = -1;
    std::uint32_t sharers = 0;                    ///< bit t
    std::array<std::uint32_t, max_tasks> seen{};  ///< the version that the task last read
  };
  struct Task {
    Fiber fiber;
    Scheduler* scheduler = nullptr;
    unsigned number = 0;
    bool ended = false;
  };

  static void body(void* task);
  void prepare();
  int decide();
  void look();
  bool is_enabled(unsigned task, const Touch& touch) const;
  void perform(const Touch& touch);
  void take(const Access& access);
  int take_turns() const;
  Failure blocked() const;

  Program& program_;
  Chooser* chooser_ = nullptr;
  std::vector<Task> tasks_;
  std::vector<Object> objects_;
  std::vector<std::uint32_t> touched_;  ///< objects to clear before the next run
  LockOrder order_;
  View view_;
  Execution execution_;
  std::exception_ptr thrown_;
  unsigned task_ = 0;
  int choice_ = Chooser::cut;
  bool running_ = false;
  bool in_order_ = true;
};

}  // namespace cow::props::race
