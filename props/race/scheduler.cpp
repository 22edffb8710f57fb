#include "props/race/scheduler.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace cow::props::race {

Scheduler::Scheduler(Program& program)
    : program_(program),
      tasks_(program.tasks()),
      objects_(program.objects()),
      order_(program.objects()) {
  if (tasks_.empty() || tasks_.size() > max_tasks) {
    throw std::invalid_argument("race: a program has one to four tasks");
  }
  for (unsigned i = 0; i < tasks_.size(); ++i) {
    tasks_[i].scheduler = this;
    tasks_[i].number = i;
  }
}

void Scheduler::body(void* argument) {
  auto& task = *static_cast<Task*>(argument);
  auto& self = *task.scheduler;
  try {
    self.program_.run(task.number, self);
  } catch (...) {
    self.thrown_ = std::current_exception();
  }
  task.ended = true;
}

void Scheduler::prepare() {
  for (const auto object : touched_) objects_[object] = Object{};
  touched_.clear();
  order_.clear();
  execution_.was_cut = execution_.was_long = false;
  execution_.failure.reset();
  execution_.steps.clear();
  view_ = View{};
  thrown_ = nullptr;
  in_order_ = true;
  running_ = false;
  program_.begin(*this);
  for (auto& task : tasks_) {
    task.ended = false;
    task.fiber.start(&Scheduler::body, &task);
    view_.next[task.number] = {{}, "begin"};
  }
}

const Execution& Scheduler::run(Chooser& chooser) {
  chooser_ = &chooser;
  prepare();
  running_ = true;
  choice_ = decide();
  while (choice_ != Chooser::cut) {
    auto& task = tasks_[static_cast<unsigned>(choice_)];
    task_ = task.number;
    take(view_.next[task_]);
    if (!execution_.failure) task.fiber.resume();
    if (thrown_) std::rethrow_exception(thrown_);
    if (execution_.failure) break;
    if (task.ended) choice_ = decide();
  }
  running_ = false;
  const bool whole = !execution_.failure && !execution_.was_cut;
  if (whole) execution_.failure = program_.judge();
  if (whole && !execution_.failure && !in_order_) {
    execution_.failure = {Wrong::lock_order, 0, "two locks are taken in both orders"};
  }
  return execution_;
}

void Scheduler::access(const Access& access) {
  if (!running_) return;
  view_.next[task_] = access;
  choice_ = decide();
  if (choice_ == static_cast<int>(task_) && !execution_.failure) return take(access);
  tasks_[task_].fiber.pause();
}

void Scheduler::fail(Failure failure) {
  if (!execution_.failure) execution_.failure = std::move(failure);
}

bool Scheduler::is_enabled(unsigned task, const Touch& touch) const {
  const auto& object = objects_[touch.object];
  switch (touch.deed) {
    case Deed::lock:
      return object.owner < 0 && object.sharers == 0;
    case Deed::share:
    case Deed::pass:
      return object.owner < 0;
    case Deed::await:
      return object.version != object.seen[task];
    case Deed::none:
      return view_.next[task].touches[0].deed != Deed::await;
    default:
      return true;
  }
}

/// Who can go on. A spin loop that looks at two objects goes on when either changes.
void Scheduler::look() {
  view_.enabled = view_.waiting = 0;
  for (unsigned t = 0; t < tasks_.size(); ++t) {
    if (tasks_[t].ended) continue;
    const auto& next = view_.next[t];
    const auto able = [&](const Touch& touch) { return is_enabled(t, touch); };
    const bool spins = next.touches[0].deed == Deed::await;
    const bool goes =
        spins ? std::ranges::any_of(next.touches, able) : std::ranges::all_of(next.touches, able);
    (goes ? view_.enabled : view_.waiting) |= 1U << t;
  }
}

int Scheduler::take_turns() const {
  auto t = static_cast<unsigned>(view_.last);
  do {
    t = (t + 1) % static_cast<unsigned>(tasks_.size());
  } while ((view_.enabled >> t & 1) == 0);
  return static_cast<int>(t);
}

int Scheduler::decide() {
  if (execution_.failure) return Chooser::cut;
  look();
  view_.step = execution_.steps.size();
  if (view_.enabled == 0) {
    if (view_.waiting != 0) chooser_->choose(view_), fail(blocked());
    return Chooser::cut;
  }
  if (view_.step >= patience) {
    execution_.was_long = true;
    if (view_.step < 2 * patience) return take_turns();
    fail({Wrong::livelock, 0, fmt::format("no end after {} steps, the last in turns", view_.step)});
    return Chooser::cut;
  }
  const int choice = chooser_->choose(view_);
  if (choice == Chooser::cut) execution_.was_cut = true;
  return choice;
}

/// Nobody can go on: whoever spins waits for a change that never comes.
Failure Scheduler::blocked() const {
  std::string who;
  bool spins = true;
  for (unsigned t = 0; t < tasks_.size(); ++t) {
    if ((view_.waiting >> t & 1) == 0) continue;
    const auto& next = view_.next[t];
    spins &= next.touches[0].deed == Deed::await;
    who += fmt::format("{}{} waits: {}", who.empty() ? "" : ", ", static_cast<char>('A' + t),
                       next.text);
    if (next.number != no_number) who += fmt::format(" {}", next.number);
  }
  return {spins ? Wrong::livelock : Wrong::deadlock, 0, who};
}

void Scheduler::perform(const Touch& touch) {
  auto& object = objects_[touch.object];
  touched_.push_back(touch.object);
  if (is_acquire(touch.deed)) in_order_ &= order_.take(task_, touch.object);
  if (is_release(touch.deed) || touch.deed == Deed::pass) order_.release(task_, touch.object);
  switch (touch.deed) {
    case Deed::lock:
      object.owner = static_cast<int>(task_);
      break;
    case Deed::unlock:
      object.owner = -1;
      break;
    case Deed::share:
      object.sharers |= 1U << task_;
      break;
    case Deed::unshare:
      object.sharers &= ~(1U << task_);
      break;
    case Deed::add:
    case Deed::write:
      object.seen[task_] += object.seen[task_] == object.version ? 1U : 0U;  // not news to itself
      ++object.version;
      break;
    default:
      object.seen[task_] = object.version;
      break;
  }
}

void Scheduler::take(const Access& access) {
  execution_.steps.push_back({static_cast<std::uint8_t>(task_), access});
  view_.last = static_cast<int>(task_);
  for (const auto& touch : access.touches) {
    if (touch.deed == Deed::none) break;
    perform(touch);
  }
}

}  // namespace cow::props::race
