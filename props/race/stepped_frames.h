#pragma once

#include <algorithm>
#include <array>
#include <vector>

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
  using Base::Place, Base::AreaList, Base::Allocation, Base::Slot, Base::Grant;

  explicit SteppedFrames(const machine::Config& config)
      : Base(config), objects_(config, fan), lives_(config.frames) {}

  void attach(Scheduler* scheduler) { scheduler_ = scheduler; }
  const Objects& objects() const { return objects_; }
  static_assert(fan == 4, "free huge page names four frames");
  /// The k-th allocation from now on of this task fails; 0: none.
  void fail_allocation_of(unsigned task, std::uint32_t k) { fail_in_[task] = k; }
  /// How many allocations of this task have failed.
  std::uint32_t failed_allocations(unsigned task) const { return failed_[task]; }

  // What a frame is taken for shows only when it happens. So the step of an allocation does not
  // name the frame; whoever goes on using a frame that was freed names the allocator (step_on).
  Allocation allocate() {
    step({{allocator()}}, "allocate a frame");
    return counted(fails() ? refused() : Base::allocate(), 1);
  }
  Allocation allocate_table() {
    step({{allocator()}}, "allocate a table");
    const auto got = counted(fails() ? refused() : Base::allocate_table(), 1);
    if (got.ok && scheduler_ != nullptr) scheduler_->renew_lock(objects_.table_lock(got.frame));
    return got;
  }
  Allocation allocate_outside(Frame head) {
    step({{allocator()}}, "allocate a frame elsewhere");
    return counted(fails() ? refused() : Base::allocate_outside(head), 1);
  }
  std::optional<Frame> block_to_empty() {
    step({{allocator()}}, "look for a block to empty");
    return Base::block_to_empty();
  }
  Allocation allocate_huge() {
    step({{allocator()}}, "allocate a huge page");
    return counted(fails() ? refused() : Base::allocate_huge(), fan);
  }
  void reset() {
    Base::reset();
    protections_.fill(0);
    lives_.assign(config().frames, 0);
  }

  // Counts. Whether a put is the last only the moment can tell: a step whose names are no longer
  // right when its turn comes does nothing and is named again.
  void get(Frame frame) {
    step_on(frame, {{{objects_.count(frame), Deed::add}, {objects_.sum(frame), Deed::add}}},
            "get frame");
    Base::get(frame);
  }
  void put(Frame frame) {
    const Touch count{objects_.count(frame), Deed::write}, sum{objects_.sum(frame), Deed::add},
        leaves{objects_.leaves(frame), Deed::read};
    bool last = false, linked = false;
    do {
      last = Base::references(frame) == 1;
      linked = last && Base::cached(frame);
      if (linked)
        step({{count, sum, leaves, allocator(), memory(frame), swap()}},
             "put and free the cached frame", frame);
      else if (last)
        step({{count, sum, leaves, allocator(), memory(frame)}}, "put and free frame", frame);
      else
        step_on(frame, {{count, sum, leaves, freer(frame)}}, "put frame");
    } while (last != (Base::references(frame) == 1) || linked != (last && Base::cached(frame)));
    Counts::put(frame);
  }
  void get_short(Frame frame) { get(frame); }
  void put_short(Frame frame) { put(frame); }
  void put_gathered(Frame frame) { put(frame); }
  void put_huge_gathered(Frame head) { put_huge(head); }
  void get_pinned(Frame frame) {
    step_on(frame,
            {{{objects_.count(frame), Deed::add},
              {objects_.sum(frame), Deed::add},
              {objects_.pins(frame), Deed::add}}},
            "pin frame");
    Counts::get_pinned(frame);
  }
  void put_pinned(Frame frame) {
    const Touch count{objects_.count(frame), Deed::write}, sum{objects_.sum(frame), Deed::add},
        leaves{objects_.leaves(frame), Deed::read}, pins{objects_.pins(frame), Deed::add};
    bool last = false;
    do {
      last = Base::references(frame) == 1;
      if (last)
        step({{count, sum, leaves, pins, allocator(), memory(frame), swap()}},
             "unpin and free frame", frame);
      else
        step_on(frame, {{count, sum, leaves, pins, freer(frame)}}, "unpin frame");
    } while (last != (Base::references(frame) == 1));
    Counts::put_pinned(frame);
  }
  bool pinned(Frame frame) const {
    step_on(frame, {{{objects_.pins(frame), Deed::read}}}, "load the count of pins of frame");
    return Base::pinned(frame);
  }
  bool huge_pinned(Frame head) const {
    static_assert(fan == 4, "names the pins of four frames");
    step_on(head,
            {{{objects_.pins(head), Deed::read},
              {objects_.pins(head + 1), Deed::read},
              {objects_.pins(head + 2), Deed::read},
              {objects_.pins(head + 3), Deed::read}}},
            "load the sum of pins at frame");
    return Base::huge_pinned(head);
  }
  void get_huge(Frame head) {
    step_on(head, {{{objects_.leaves(head), Deed::add}}}, "get huge page");
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
        step({{leaves, freer(head)}}, "put huge page", head);
    } while (last != (blocks_[head / fan].leaves == 1));
    Counts::put_huge(head);
  }
  bool covered(Frame frame) const { return leaves_over(frame) != 0; }

  void get_table(Frame table) {
    step_on(table, {{{objects_.count(table), Deed::add}}}, "get table");
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
    step_on(table, {{{objects_.count(table), Deed::read}}}, "count owners of table");
    return Base::table_references(table);
  }
  // Two words that are read one after the other. Leaves first: a split moves references from
  // there to the counts, and may be missed in neither (row B11).
  std::uint32_t references(Frame frame) const {
    const auto leaves = leaves_over(frame);
    return leaves + holders_of(frame);
  }
  std::uint32_t huge_references(Frame head) const {
    const auto leaves = leaves_over(head) - (pooled(head) ? 1 : 0);
    return leaves + holders_in_block(head);
  }

 protected:
  /// Of a page from the pool: whether it is free now only the allocator knows.
  Touch freer(Frame frame) const { return pooled(frame) ? allocator() : Touch{}; }
  /// A kernel that lost its way takes anything for the number of a frame.
  bool exists(Frame frame) const { return frame < config().frames; }
  std::uint32_t leaves_over(Frame frame) const {
    step_on(frame, {{{objects_.leaves(frame), Deed::read}}}, "load the count of leaves over frame");
    return exists(frame) ? blocks_[frame / fan].leaves : 0;
  }
  std::uint32_t holders_of(Frame frame) const {
    step_on(frame, {{{objects_.count(frame), Deed::read}}}, "load the count of frame");
    return exists(frame) ? frames_[frame].count : 0;
  }
  std::uint32_t holders_in_block(Frame head) const {
    step_on(head, {{{objects_.sum(head), Deed::read}}}, "load the sum of counts at frame");
    return exists(head) ? blocks_[head / fan].small : 0;
  }
  unsigned task() const { return running() ? scheduler_->task() : 0; }
  bool running() const { return scheduler_ != nullptr && scheduler_->running(); }
  using Touches = std::array<Touch, max_touches>;
  void step(const Touches& touches, const char* text, std::uint32_t number = no_number) const {
    if (running()) scheduler_->access({touches, text, number});
  }
  /// A step that uses a frame. Where the frame is free, or was freed and taken again since the step
  /// was named, the order among the allocator's steps matters, too.
  void step_on(Frame frame, Touches touches, const char* text) const {
    if (!running()) return;
    const bool real = exists(frame);
    bool stale = real && is_free(frame);
    for (bool again = true; again;) {
      const auto life = real ? lives_[frame] : 0;
      if (stale) *std::ranges::find(touches, Deed::none, &Touch::deed) = {0, Deed::read};
      step(touches, text, frame);
      again = real && !stale && (is_free(frame) || life != lives_[frame]);
      stale = again;
    }
  }
  Touch swap() const { return {objects_.swap(), Deed::write}; }
  Touch allocator() const { return {objects_.allocator(), Deed::write}; }
  Touch memory(Frame frame) const { return {objects_.memory(frame), Deed::write}; }

  bool fails() {
    auto& left = fail_in_[task()];
    return left != 0 && --left == 0;
  }
  static Allocation refused() { return {false, machine::none}; }
  Allocation counted(const Allocation& got, std::uint32_t frames) {
    if (!got.ok) return ++failed_[task()], got;
    for (Frame f = got.frame; f < got.frame + frames; ++f) ++lives_[f];
    return got;
  }

  Objects objects_;
  std::array<std::uint32_t, 16> protections_{};  ///< [process]: as write_protections counts them

 private:
  Scheduler* scheduler_ = nullptr;
  std::array<std::uint32_t, max_tasks> fail_in_{}, failed_{};
  std::vector<std::uint32_t> lives_;  ///< [frame]: how often it was taken
};

}  // namespace cow::props::race
