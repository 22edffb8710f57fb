#include "props/race/explorer.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace cow::props::race {

namespace {

unsigned bit(int task) { return 1U << static_cast<unsigned>(task); }
bool has(unsigned set, int task) { return task >= 0 && (set & bit(task)) != 0; }

/// Which of the access's touches is that of the object, which it touches.
std::size_t touch_of(const Access& access, std::uint32_t object) {
  std::size_t i = 0;
  while (access.touches[i].deed == Deed::none || access.touches[i].object != object) ++i;
  return i;
}

}  // namespace

int Explorer::choose(const View& view) {
  const bool tells = reduction_ == Reduction::happens_before;
  if (tells && view.step == 0) before_.begin();
  const int choice = view.step < nodes_.size() ? repeat(view) : open_node(view);
  if (tells && choice != cut) before_.take(static_cast<unsigned>(choice), view);
  return choice;
}

/// On the way to where the last run was left.
int Explorer::repeat(const View& view) {
  const auto& node = nodes_[view.step];
  if (node.enabled != view.enabled || node.next[node.chosen] != view.next[node.chosen]) {
    throw std::logic_error("race: the same choices led to other steps");
  }
  if (view.step == events_.size()) take(node.chosen, node.next[node.chosen]);
  return node.chosen;
}

int Explorer::open_node(const View& view) {
  if (view.enabled == 0) return find_blocked_races(view), cut;
  if (reduction_ == Reduction::happens_before) learn(view);
  Node node;
  node.enabled = view.enabled;
  node.last = view.last;
  node.next = view.next;
  if (!nodes_.empty()) {
    const auto& before = nodes_.back();
    node.preemptions = before.preemptions;
    if (before.last != before.chosen && has(before.enabled, before.last)) ++node.preemptions;
    node.sleep = sleepers(before, events_.back().access);
  }
  const auto awake = node.enabled & ~node.sleep;
  if (awake == 0) return cut;
  const int chosen = has(awake, node.last) ? node.last : std::countr_zero(awake);
  node.chosen = static_cast<std::uint8_t>(chosen);
  node.backtrack = to_try(node, chosen);
  const bool asks = reduction_ == Reduction::happens_before && std::popcount(node.backtrack) > 1;
  if (asks && !visited_.add(before_.number(view), node.preemptions)) return cut;
  nodes_.push_back(node);
  take(node.chosen, node.next[node.chosen]);
  return chosen;
}

/// Who waits for ever never takes the step that races.
void Explorer::find_blocked_races(const View& view) {
  for (unsigned task = 0; task < max_tasks; ++task) {
    const bool waits = (view.waiting >> task & 1) != 0;
    if (waits && reduction_ == Reduction::dependence) find_races(task, view.next[task]);
  }
}

/// Those who slept before this step and do not notice it.
unsigned Explorer::sleepers(const Node& before, const Access& step) {
  unsigned asleep = 0;
  for (auto left = before.sleep; left != 0; left &= left - 1) {
    const auto task = static_cast<unsigned>(std::countr_zero(left));
    if (!dependent(before.next[task], step)) asleep |= 1U << task;
  }
  return asleep;
}

void Explorer::learn(const View& view) {
  for (unsigned task = 0; task < max_tasks; ++task) {
    const bool ended = ((view.enabled | view.waiting) >> task & 1) == 0;
    if (!ended && conflicts_.note(task, view.next[task])) learned_ = true;
  }
}

/// Forgets where it was, but not what it learned.
bool Explorer::begin_again() {
  nodes_.clear();
  events_.clear();
  visited_ = {};
  learned_ = spent_ = false;
  return true;
}

/// Who is tried in a new state, as far as is known by now.
unsigned Explorer::to_try(const Node& node, int chosen) {
  if (reduction_ == Reduction::dependence) return bit(chosen);
  return reduction_ == Reduction::none ? node.enabled : within_budget(node);
}

unsigned Explorer::within_budget(const Node& node) {
  if (!has(node.enabled, node.last)) return node.enabled;
  const auto last = static_cast<unsigned>(node.last);
  const bool picks = reduction_ == Reduction::happens_before;
  if (picks && !conflicts_.concern(last, node.next[last])) return bit(node.last);
  if (node.preemptions < budget_) return node.enabled;
  spent_ = spent_ || std::popcount(node.enabled) > 1;
  return bit(node.last);
}

/// The steps that race with this next access of the task: for each of them, there has to be a
/// schedule in which it comes after.
void Explorer::find_races(unsigned task, const Access& next) {
  const auto clock = clock_of(task);
  for (const auto& touch : next.touches) {
    if (touch.deed == Deed::none) break;
    for (int at = last_[touch.object]; at >= 0;) {
      const auto& event = events_[static_cast<std::size_t>(at)];
      const auto which = touch_of(event.access, touch.object);
      const auto& other = event.access.touches[which];
      const bool ordered = at <= clock[event.task];
      const bool racing = !ordered && in_race(touch, other);
      if (racing) add_backtrack(task, next, at);
      if ((ordered || racing) && is_barrier(other.deed)) break;  // it is after all before it
      at = event.before[which];
    }
  }
}

/// In the state before step `at` somebody must be tried who can begin what leads to `next` without
/// that step: a source set needs one of them.
void Explorer::add_backtrack(unsigned task, const Access& next, int at) {
  auto& node = nodes_[static_cast<std::size_t>(at)];
  const auto beginners = initials(task, next, at);
  if ((beginners & node.backtrack) != 0) return;
  const auto able = beginners & node.enabled;
  node.backtrack |= has(able, static_cast<int>(task)) ? 1U << task : able & (~able + 1);
}

/// Of the steps after `at` that do not come after it, and `next` behind them: the tasks whose
/// first step among these comes after no other of them.
unsigned Explorer::initials(unsigned task, const Access& next, int at) const {
  const auto begins = [at](const Clock& clock, unsigned whose) {
    for (unsigned t = 0; t < max_tasks; ++t) {
      if (t != whose && clock[t] > at) return false;
    }
    return true;
  };
  const auto reversed = events_[static_cast<std::size_t>(at)].task;
  unsigned seen = 0, first = 0;
  bool alone = true;
  for (auto i = static_cast<std::size_t>(at) + 1; i < events_.size(); ++i) {
    const auto& event = events_[i];
    if (event.clock[reversed] >= at) continue;
    alone = alone && !dependent(event.access, next);
    if ((seen >> event.task & 1) != 0) continue;
    seen |= 1U << event.task;
    if (begins(event.clock, event.task)) first |= 1U << event.task;
  }
  const bool leads = (seen >> task & 1) == 0 && alone && begins(clock_of(task), task);
  return leads ? first | 1U << task : first;
}

Explorer::Clock Explorer::clock_of(unsigned task) const {
  const int last = last_of_[task];
  return last < 0 ? Clock{-1, -1, -1, -1} : events_[static_cast<std::size_t>(last)].clock;
}

/// Adds to the clock all steps that come before a touch of this object.
void Explorer::join(Clock& clock, const Touch& touch) const {
  for (int at = last_[touch.object]; at >= 0;) {
    const auto& event = events_[static_cast<std::size_t>(at)];
    const auto which = touch_of(event.access, touch.object);
    const auto& other = event.access.touches[which];
    if (dependent(touch, other)) {
      for (unsigned t = 0; t < max_tasks; ++t) clock[t] = std::max(clock[t], event.clock[t]);
    }
    if (is_barrier(other.deed)) return;
    at = event.before[which];
  }
}

void Explorer::take(unsigned task, const Access& access) {
  if (reduction_ != Reduction::dependence) return events_.push_back({});
  find_races(task, access);
  const auto index = static_cast<int>(events_.size());
  Event event{static_cast<std::uint8_t>(task), access, clock_of(task), {}, last_of_[task]};
  for (std::size_t i = 0; i < access.touches.size(); ++i) {
    const auto& touch = access.touches[i];
    if (touch.deed == Deed::none) break;
    join(event.clock, touch);
    event.before[i] = last_[touch.object];
    last_[touch.object] = index;
  }
  event.clock[task] = index;
  last_of_[task] = index;
  events_.push_back(event);
}

void Explorer::untake() {
  const auto event = events_.back();
  events_.pop_back();
  if (reduction_ != Reduction::dependence) return;
  for (std::size_t i = 0; i < event.access.touches.size(); ++i) {
    const auto& touch = event.access.touches[i];
    if (touch.deed != Deed::none) last_[touch.object] = event.before[i];
  }
  last_of_[event.task] = event.before_in_task;
}

bool Explorer::advance() {
  if (++runs_ == next_check_) {
    next_check_ *= 2;
    if (learned_) return begin_again();
  }
  for (; !nodes_.empty(); nodes_.pop_back()) {
    auto& node = nodes_.back();
    untake();
    node.done |= 1U << node.chosen;
    if (reduction_ == Reduction::dependence) node.sleep |= 1U << node.chosen;
    const auto left = node.backtrack & ~node.done & ~node.sleep;
    if (left == 0) continue;
    node.chosen = static_cast<std::uint8_t>(std::countr_zero(left));
    return true;
  }
  return learned_ && begin_again();
}

}  // namespace cow::props::race
