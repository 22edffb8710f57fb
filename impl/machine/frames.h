#pragma once

#include "impl/machine/cpu_pools.h"

namespace cow::machine {

/// Frames that are handed out, and their reference counts. Frames come singly or as aligned blocks
/// of `fan`; a frame that nobody holds any more is free at once.
template <class Geometry>
class Frames : public CpuPools<Geometry> {
  using Base = CpuPools<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Frame, typename Base::Slot;

  /// `ok` is false when memory ran out; then `frame` means nothing.
  struct Allocation {
    bool ok;
    Frame frame;
  };

  /// One frame, held once by whoever stores it next. Its bytes are whatever they were.
  Allocation allocate() { return allocate_as(FrameKind::data); }

  /// One frame from a block of the same node that is in use already, but not the one from `head`
  /// on: for pages that make room there.
  Allocation allocate_outside(Frame head) {
    if (fails_now()) return {false, none};
    auto frame = this->take_outside(head);
    if (frame == none && this->drain()) frame = this->take_outside(head);
    return frame == none ? refuse() : start(frame, FrameKind::data);
  }

  /// One frame for a page table, with no entry set.
  Allocation allocate_table() {
    const auto got = allocate_as(FrameKind::table);
    if (got.ok) std::memset(this->page(got.frame), 0, Base::page_bytes);
    return got;
  }

  /// `fan` consecutive, aligned frames, held by one huge leaf. Fails when no block is whole.
  Allocation allocate_huge() {
    if (fails_now()) return {false, none};
    auto b = this->take_block();
    if (b == none && this->drain()) b = this->take_block();
    if (b == none) return refuse();
    this->expect_near(b * fan, true);
    this->blocks_[b].leaves = 1;
    for (Frame f = b * fan; f < (b + 1) * fan; ++f) this->frames_[f].kind = FrameKind::data;
    this->note(kernel::Event::allocation, fan);
    return {true, b * fan};
  }

  /// One more holder of a data frame.
  void get(Frame frame) {
    if (Base::G::checked && !held_data(frame, 2)) return;
    auto& count = this->frames_[frame].count;
    auto& small = this->blocks_[frame / fan].small;
    if (count == this->most_) return small -= count, count = 0, void();
    ++count;
    ++small;
  }

  // Have the counts room for `more` holders, or for one more pin?
  bool can_get(Frame frame, std::uint32_t more = 1) const {
    return !this->counts_narrowly() || frame >= this->config_.frames ||
           this->most_ - this->frames_[frame].count >= more;
  }
  bool can_pin(Frame frame) const {
    return can_get(frame) && (!this->counts_narrowly() || frame >= this->config_.frames ||
                              this->frames_[frame].pins < this->most_);
  }
  bool can_get_huge(Frame head) const {
    return !this->counts_narrowly() || head >= this->config_.frames ||
           this->blocks_[head / fan].leaves < this->most_;
  }
  /// Each part of a huge page on its own, as a split needs it.
  bool can_get_parts(Frame head) const {
    bool can = true;
    for (Frame f = head; this->counts_narrowly() && f < head + fan; ++f) can = can && can_get(f);
    return can;
  }
  /// `more` owners of a table.
  bool can_get_table(Frame table, std::uint32_t more = 1) const {
    return !this->counts_narrowly() || table >= this->config_.frames ||
           this->most_ - this->frames_[table].count >= more;
  }

  /// One holder less; the last one frees the frame, unless a huge leaf covers it.
  void put(Frame frame) {
    if (Base::G::checked && !this->sane(frame)) return;
    auto& info = this->frames_[frame];
    if (info.count == 0 || info.kind != FrameKind::data) {
      return this->complain(kernel::Law::no_dangling, 3, frame);
    }
    auto& block = this->blocks_[frame / fan];
    --info.count;
    --block.small;
    if (info.count == 0 && block.leaves == 0) free_frame(frame);
  }

  /// One more pin, which is a holder like any other and is counted besides.
  void get_pinned(Frame frame) {
    get(frame);
    if (Base::G::checked && frame >= this->config_.frames) return;
    auto& pins = this->frames_[frame].pins;
    auto& all = this->blocks_[frame / fan].pins;
    if (pins == this->most_) return all -= pins, pins = 0, void();
    ++pins;
    ++all;
  }
  void put_pinned(Frame frame) {
    if (Base::G::checked && frame >= this->config_.frames) return;
    if (this->frames_[frame].pins == 0) return this->complain(kernel::Law::exact_count, 12, frame);
    --this->frames_[frame].pins;
    --this->blocks_[frame / fan].pins;
    put(frame);
  }
  bool pinned(Frame frame) const {
    return (!Base::G::checked || frame < this->config_.frames) && this->frames_[frame].pins != 0;
  }
  /// Is any sub-page pinned?
  bool huge_pinned(Frame head) const {
    return (!Base::G::checked || head < this->config_.frames) &&
           this->blocks_[head / fan].pins != 0;
  }

  void get_huge(Frame head) {
    if (Base::G::checked && !held_data(head, 2)) return;
    auto& leaves = this->blocks_[head / fan].leaves;
    leaves = leaves == this->most_ ? 0 : leaves + 1;
  }

  /// One huge leaf less; after the last one the sub-pages that nobody holds singly are freed.
  void put_huge(Frame head) {
    if (Base::G::checked && !this->sane(head)) return;
    auto& block = this->blocks_[head / fan];
    if (block.leaves == 0) return this->complain(kernel::Law::no_dangling, 3, head);
    if (--block.leaves > 0) return;
    for (Frame f = head / fan * fan, end = f + fan; f < end; ++f)
      if (this->frames_[f].count == 0) free_frame(f);
  }

  /// The frame that is cached for the slot, with one holder more; not `ok` when there is none, or
  /// its count has no room.
  Allocation get_cached(Slot slot) {
    const auto frame = this->cached_for(slot);
    if (frame == none) return {false, none};
    if (!can_get(frame)) return this->note(kernel::Event::saturated), Allocation{false, none};
    get(frame);
    return {true, frame};
  }
  /// Does a huge leaf map the frame?
  bool covered(Frame frame) const {
    return (!Base::G::checked || frame < this->config_.frames) &&
           this->blocks_[frame / fan].leaves != 0;
  }

  /// Everything that holds this frame: PTEs, objects, pins, and huge leaves that cover it.
  std::uint32_t references(Frame frame) const {
    if (Base::G::checked && frame >= this->config_.frames) return 0;
    const auto leaves = this->blocks_[frame / fan].leaves;  // first: a split moves them to counts
    return leaves + this->frames_[frame].count;
  }
  /// Everything that holds any part of the block, but the pool.
  std::uint32_t huge_references(Frame head) const {
    if (Base::G::checked && head >= this->config_.frames) return 0;
    return this->blocks_[head / fan].leaves + this->blocks_[head / fan].small - pooled(head);
  }
  /// Does it lie in a huge page of the pool? Those are the first blocks (huge_pool.h).
  bool pooled(Frame frame) const { return frame < this->config_.pool * fan; }

  void get_table(Frame table) {
    if (Base::G::checked && !this->is_table(table))
      return this->complain(kernel::Law::no_dangling, 2, table);
    auto& count = this->frames_[table].count;
    count = count == this->most_ ? 0 : count + 1;
  }
  void put_table(Frame table) {
    if (Base::G::checked && (!this->is_table(table) || this->frames_[table].count == 0))
      return this->complain(kernel::Law::no_dangling, 3, table);
    if (--this->frames_[table].count == 0) free_frame(table);
  }
  std::uint32_t table_references(Frame table) const { return this->frames_[table].count; }

  /// Where compaction looks for room, pools hold none.
  void empty_cpu_pools() { this->drain(); }

  /// The k-th allocation from now on fails (once); 0 takes that back.
  void fail_allocation(std::uint32_t k) { this->header_->fail_in = k; }

 protected:
  bool fails_now() {
    auto& left = this->header_->fail_in;
    if (left == 0 || --left > 0) return false;
    this->note(kernel::Event::failed_allocation);
    return true;
  }
  Allocation refuse() {
    this->note(kernel::Event::failed_allocation);
    return {false, none};
  }
  /// Memory has run out, which it has not while a frame is free.
  Allocation refuse_frame() {
    const auto free = this->header_->free_frames;
    if (free > 0) this->complain(kernel::Law::frugal, 6, free);
    return refuse();
  }

 private:
  Allocation allocate_as(FrameKind kind) {
    if (fails_now()) return {false, none};
    const auto frame = this->next_frame();
    if (frame == none) return refuse_frame();
    this->expect_near(frame, false);
    return start(frame, kind);
  }
  Allocation start(Frame frame, FrameKind kind) {
    this->frames_[frame].kind = kind;
    this->frames_[frame].count = 1;
    if (kind == FrameKind::data) ++this->blocks_[frame / fan].small;
    this->note(kernel::Event::allocation);
    return {true, frame};
  }

  void free_frame(Frame frame) {
    this->frames_[frame].kind = FrameKind::unused;
    this->forget_cached(frame);
    this->withdraw(frame);
    this->release(frame);
    if (Base::G::checked) std::memset(this->page(frame), 0xA5, Base::page_bytes);
  }

  bool held_data(Frame frame, std::uint16_t what) {
    if (!this->sane(frame)) return false;
    if (this->frames_[frame].kind == FrameKind::data) return true;
    this->complain(kernel::Law::no_dangling, what, frame);
    return false;
  }
};

}  // namespace cow::machine
