#include <algorithm>
#include <utility>

#include "proofs/term_machine.h"

// Where a step gives up a lock or waits for one, and what it holds meanwhile.

namespace cow::proofs {

namespace {

/// Was it there?
bool drop_from(std::vector<Frame>& list, const Frame& frame) {
  const auto is = [&](const auto& one) { return z3::eq(one.term(), frame.term()); };
  const auto at = std::ranges::find_if(list, is);
  if (at == list.end()) return false;
  list.erase(at);
  return true;
}

}  // namespace

/// Before something is looked at or changed that other CPUs may have changed.
void TermMachine::meet_others() {
  if (!std::exchange(alone_, true)) run_others();
}

/// A frame that was allocated is held by whoever will store it: by a short reference until then.
void TermMachine::hold_what_is_unplaced() {
  for (const auto& [ok, frame] : std::exchange(unplaced_, {})) {
    state_.lent.set(frame, state_.lent(frame) + choose(ok, Number(1), Number(0)));
    kept_.lent.push_back(frame);
  }
}

/// An entry names the frame from now on.
void TermMachine::settle_placed(const Frame& frame) {
  std::erase_if(unplaced_, [&](const auto& one) { return z3::eq(one.frame.term(), frame.term()); });
  if (drop_from(kept_.lent, frame)) state_.lent.set(frame, state_.lent(frame) - 1);
}

void TermMachine::run_others() {
  hold_what_is_unplaced();
  segments_.push_back({since_, state_, std::exchange(changed_, false)});
  state_ = after_others(state_, ++relocks_, *accessed_, kept_);
  since_ = state_;
  deeds_.push_back({"other CPUs run", {}});
}

std::vector<Segment> TermMachine::segments() const {
  auto all = segments_;
  all.push_back({since_, state_, true});
  return all;
}

void TermMachine::share_space(const Process&) {
  meet_others();
  kept_.space = true;
}

void TermMachine::unshare_space(const Process&) {
  kept_.space = false;
  alone_ = false;
}

void TermMachine::lock_swap() {
  if (waits_) run_others();
}

void TermMachine::end_instruction(const Cpu&) {
  in_instruction_ = false;
  kept_.walked.clear();
}

Cond TermMachine::alive(const Process&) {
  return Cond(("alive" + std::to_string(++asked_)).c_str());
}

Cond TermMachine::waits(const Process&) {
  return Cond(("waits" + std::to_string(++asked_)).c_str());
}

TermMachine::AreaList TermMachine::areas(const Process&) {
  area_ = state_.area(*accessed_);
  return {&*area_};
}

/// But guards come and go only while a space is held alone.
Entry TermMachine::walked(const Frame& root) const {
  if (z3::eq(root.term(), Frame("object_table").term())) {
    return state_.entry(state_.object_of(*accessed_)).with_huge(huge_);
  }
  if (in_instruction_) return state_.entry(*accessed_).with_huge(huge_);
  const auto entry = State::unknown("@walk").entry(*accessed_).with_huge(huge_);
  if (kept_.space) {
    Explorer::active().assume(rely::own_pages_stay, entry.guard() == state_.guard(*accessed_));
  }
  return entry;
}

Entry TermMachine::load_at(const Frame& table, std::uint32_t) {
  meet_others();
  return state_.entry(tables_ ? entry_of(table) : *accessed_);
}

Forks TermMachine::write_protections(const Process& process) {
  meet_others();
  return {state_.forks(process)};
}

void TermMachine::get_short(const Frame& frame) {
  get(frame);
  state_.lent.set(frame, state_.lent(frame) + 1);
  kept_.lent.push_back(frame);
}

void TermMachine::put_short(const Frame& frame) {
  meet_others();
  misused_ = misused_ || state_.lent(frame) <= 0;
  state_.lent.set(frame, state_.lent(frame) - 1);
  drop_from(kept_.lent, frame);
  put(frame);
}

/// Within an instruction the pin is not decided yet, and other CPUs run before and after.
void TermMachine::get_pinned(const Frame& frame) {
  if (!in_instruction_) {
    get(frame);
    return state_.pins.set(frame, state_.pins(frame) + 1);
  }
  kept_.walked.push_back(frame);
  run_others();
  get(frame);
  state_.passing.set(frame, state_.passing(frame) + 1);
  kept_.passing.push_back(frame);
  alone_ = false;
}

void TermMachine::put_pinned(const Frame& frame) {
  auto& pins = in_instruction_ ? state_.passing : state_.pins;
  misused_ = misused_ || pins(frame) <= 0;
  pins.set(frame, pins(frame) - 1);
  if (in_instruction_) drop_from(kept_.passing, frame);
  put(frame);
}

void TermMachine::keep_pin(const Frame& frame) {
  state_.passing.set(frame, state_.passing(frame) - 1);
  state_.pins.set(frame, state_.pins(frame) + 1);
  drop_from(kept_.passing, frame);
}

void TermMachine::end_turn_for(const char* asks) {
  if (!std::exchange(turn_ended_, false)) end_turn(asks), turn_ended_ = false;
}

void TermMachine::end_turn(const std::string& asks) {
  turn_ended_ = true;
  if (++turns_ == 1) {
    asked_for_ = asks;
    if (Explorer::active().is_first_with(asks)) return;
  } else {
    alike_ = asks == asked_for_;
  }
  throw BeginsAgain();
}

kernel::Status TermMachine::fault_somehow() {
  alone_ = false;
  const Cond ok(("fault_finds_memory" + std::to_string(++asked_)).c_str());
  return ok ? kernel::Status::ok : kernel::Status::no_memory;
}

}  // namespace cow::proofs
