#pragma once

#include <array>

#include "impl/machine/byte_machine.h"
#include "props/race/objects.h"
#include "props/race/scheduler.h"

namespace cow::props::race {

/// The part of a SteppedMachine that takes, counts and frees frames. The allocator is one step, as
/// if under a lock of its own, and so is a count that goes up or down.
class SteppedFrames : public machine::ByteMachine<machine::Tiny> {
  using Base = machine::ByteMachine<machine::Tiny>;
  using Counts = machine::Frames<machine::Tiny>;

 public:
  using Base::Place, Base::AreaList, Base::Allocation;

  explicit SteppedFrames(const machine::Config& config) : Base(config), objects_(config, fan) {}

  void attach(Scheduler* scheduler) { scheduler_ = scheduler; }
  const Objects& objects() const { return objects_; }
  static_assert(fan == 4, "free huge page names four frames");
  /// The k-th allocation from now on of this task fails; 0: none.
  void fail_allocation_of(unsigned task, std::uint32_t k) { fail_in_[task] = k; }
  /// How many allocations of this task have failed.
  std::uint32_t failed_allocations(unsigned task) const { return failed_[task]; }

  // Frames and counts. Which frame is taken, and whether one is freed, only the moment can tell: a
  // step whose names are no longer right when its turn comes does nothing and is named again.
  Allocation allocate() {
    take_frame("allocate a frame");
    return counted(fails() ? refused() : Base::allocate());
  }
  Allocation allocate_table() {
    take_frame("allocate a table");
    const auto got = counted(fails() ? refused() : Base::allocate_table());
    if (got.ok && scheduler_ != nullptr) scheduler_->renew_lock(objects_.table_lock(got.frame));
    return got;
  }
  Allocation allocate_huge() {
    auto b = machine::none;
    do {
      b = header().whole;
      if (b == machine::none)
        step({{allocator()}}, "allocate a huge page");
      else
        step({{allocator(), {objects_.leaves(b * fan), Deed::write}}}, "allocate a huge page");
    } while (b != header().whole);
    return counted(fails() ? refused() : Base::allocate_huge());
  }
  void get(Frame frame) {
    step({{{objects_.count(frame), Deed::add}, {objects_.sum(frame), Deed::add}}}, "get frame",
         frame);
    Base::get(frame);
  }
  void put(Frame frame) {
    const Touch count{objects_.count(frame), Deed::write}, sum{objects_.sum(frame), Deed::add},
        leaves{objects_.leaves(frame), Deed::read};
    bool last = false;
    do {
      last = Base::references(frame) == 1;
      if (last)
        step({{count, sum, leaves, allocator(), memory(frame)}}, "put and free frame", frame);
      else
        step({{count, sum, leaves}}, "put frame", frame);
    } while (last != (Base::references(frame) == 1));
    Counts::put(frame);
  }
  void get_huge(Frame head) {
    step({{{objects_.leaves(head), Deed::add}}}, "get huge page", head);
    Base::get_huge(head);
  }
  void put_huge(Frame head) {
    if (!sane(head)) return;
    const Touch leaves{objects_.leaves(head), Deed::write}, sum{objects_.sum(head), Deed::write};
    bool last = false;
    do {
      last = blocks_[head / fan].leaves == 1;
      if (last)
        step({{leaves, sum, allocator(), memory(head), memory(head + 1), memory(head + 2),
               memory(head + 3)}},
             "put and free huge page", head);
      else
        step({{leaves}}, "put huge page", head);
    } while (last != (blocks_[head / fan].leaves == 1));
    Counts::put_huge(head);
  }
  void get_table(Frame table) {
    step({{{objects_.count(table), Deed::add}}}, "get table", table);
    Base::get_table(table);
  }
  void put_table(Frame table) {
    if (!sane(table)) return;
    const Touch owners{objects_.count(table), Deed::write};
    bool last = false;
    do {
      last = Base::table_references(table) == 1;
      if (last)
        step({{owners, allocator(), memory(table)}}, "put and free table", table);
      else
        step({{owners}}, "put table", table);
    } while (last != (Base::table_references(table) == 1));
    Base::put_table(table);
  }
  std::uint32_t table_references(Frame table) const {
    step({{{objects_.count(table), Deed::read}}}, "count owners of table", table);
    return Base::table_references(table);
  }
  // Two words that are read one after the other. Leaves first: a split moves references from
  // there to the counts, and may be missed in neither (row B11).
  std::uint32_t references(Frame frame) const {
    const auto leaves = leaves_over(frame);
    return leaves + holders_of(frame);
  }
  std::uint32_t huge_references(Frame head) const {
    const auto leaves = leaves_over(head);
    return leaves + holders_in_block(head);
  }

 protected:
  std::uint32_t leaves_over(Frame frame) const {
    step({{{objects_.leaves(frame), Deed::read}}}, "load the count of leaves over frame", frame);
    return blocks_[frame / fan].leaves;
  }
  std::uint32_t holders_of(Frame frame) const {
    step({{{objects_.count(frame), Deed::read}}}, "load the count of frame", frame);
    return frames_[frame].count;
  }
  std::uint32_t holders_in_block(Frame head) const {
    step({{{objects_.sum(head), Deed::read}}}, "load the sum of counts at frame", head);
    return blocks_[head / fan].small;
  }
  unsigned task() const { return running() ? scheduler_->task() : 0; }
  bool running() const { return scheduler_ != nullptr && scheduler_->running(); }
  using Touches = std::array<Touch, max_touches>;
  void step(const Touches& touches, const char* text, std::uint32_t number = no_number) const {
    if (running()) scheduler_->access({touches, text, number});
  }
  Touch allocator() const { return {objects_.allocator(), Deed::write}; }
  Touch memory(Frame frame) const { return {objects_.memory(frame), Deed::write}; }

  Objects objects_;

 private:
  void take_frame(const char* text) {
    auto next = machine::none;
    do {
      next = next_frame();
      if (next == machine::none || fail_in_[task()] == 1)
        step({{allocator()}}, text);
      else
        step({{allocator(),
               memory(next),
               {objects_.count(next), Deed::write},
               {objects_.sum(next), Deed::add}}},
             text, next);
    } while (next != next_frame());
  }
  /// The frame that the allocator would give now.
  Frame next_frame() const {
    const auto b = header().broken != machine::none ? header().broken : header().whole;
    if (b == machine::none) return machine::none;
    Frame frame = b * fan;
    while (!is_free(frame)) ++frame;
    return frame;
  }
  bool fails() {
    auto& left = fail_in_[task()];
    return left != 0 && --left == 0;
  }
  static Allocation refused() { return {false, machine::none}; }
  Allocation counted(const Allocation& got) {
    if (!got.ok) ++failed_[task()];
    return got;
  }

  Scheduler* scheduler_ = nullptr;
  std::array<std::uint32_t, max_tasks> fail_in_{}, failed_{};
};

}  // namespace cow::props::race
