#pragma once

#include "impl/machine/slots.h"

namespace cow::machine {

/// The frame allocator and the reference counts. Frames come singly or as aligned blocks of
/// `fan`; a block whose frames are all free again can be handed out whole. Every block that has
/// free frames is on one of two lists, so that taking and putting cost the same at any size.
template <class Geometry>
class Frames : public Slots<Geometry> {
  using Base = Slots<Geometry>;

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

  /// One frame from a block that is in use already, but not the one from `head` on: for pages that
  /// make room there.
  Allocation allocate_outside(Frame head) {
    if (fails_now()) return {false, none};
    const auto frame = take_outside(head);
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
    const auto b = take_block();
    if (b == none) return refuse();
    this->blocks_[b].leaves = 1;
    for (Frame f = b * fan; f < (b + 1) * fan; ++f) this->frames_[f].kind = FrameKind::data;
    this->note(kernel::Event::allocation, fan);
    return {true, b * fan};
  }

  /// One more holder of a data frame.
  void get(Frame frame) {
    if (Base::G::checked && !held_data(frame, 2)) return;
    ++this->frames_[frame].count;
    ++this->blocks_[frame / fan].small;
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
    ++this->frames_[frame].pins;
    ++this->blocks_[frame / fan].pins;
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
    ++this->blocks_[head / fan].leaves;
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

  /// The frame that is cached for the slot, with one holder more; not `ok` when there is none.
  Allocation get_cached(Slot slot) {
    const auto frame = this->cached_for(slot);
    if (frame != none) get(frame);
    return {frame != none, frame};
  }
  /// Does a huge leaf map the frame?
  bool covered(Frame frame) const {
    return (!Base::G::checked || frame < this->config_.frames) && block_info(frame / fan).leaves;
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
    ++this->frames_[table].count;
  }
  void put_table(Frame table) {
    if (Base::G::checked && (!this->is_table(table) || this->frames_[table].count == 0))
      return this->complain(kernel::Law::no_dangling, 3, table);
    if (--this->frames_[table].count == 0) free_frame(table);
  }
  std::uint32_t table_references(Frame table) const { return this->frames_[table].count; }

  bool is_free(Frame frame) const { return (bits_of(frame) & bit(frame)) != 0; }
  std::uint32_t free_frames() const { return this->header_->free_frames; }
  const FrameInfo& frame_info(Frame frame) const { return this->frames_[frame]; }
  const Block& block_info(std::uint32_t block) const { return this->blocks_[block]; }
  const Link& block_link(std::uint32_t block) const { return this->links_[block]; }
  const std::uint64_t* free_bits() const { return this->bitmaps_; }
  std::uint32_t free_in(std::uint32_t block) const {
    std::uint32_t free = 0;
    for (std::uint32_t w = 0; w < words_per_block; ++w)
      free += static_cast<std::uint32_t>(std::popcount(this->bitmaps_[word(block) + w]));
    return free;
  }

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

  /// Puts every frame on the lists. REQUIRES: the block is all zeroes.
  void free_everything() {
    auto& header = *this->header_;
    header.whole = header.broken = header.installed = none;
    const auto blocks = (this->config_.frames + fan - 1) / fan;
    for (auto b = blocks; b-- > 0;) {
      const auto count = std::min(fan, this->config_.frames - b * fan);
      this->blocks_[b].free = count;
      for (Frame f = b * fan; f < b * fan + count; ++f) bits_of(f) |= bit(f);
      link(b, count == fan ? header.whole : header.broken);
    }
    header.free_frames = this->config_.frames;
  }

  /// A free frame, taken off the lists and not yet anything; `none` when there is none.
  Frame take() {
    const auto& header = *this->header_;
    return take_from(header.broken != none ? header.broken : header.whole);
  }
  Frame take_outside(Frame head) {
    auto b = this->header_->broken;
    if (b == head / fan) b = this->links_[b].next;
    return take_from(b);
  }
  Frame take_from(std::uint32_t b) {
    if (b == none) return none;
    auto& block = this->blocks_[b];
    if (block.free == fan) unlink(b), link(b, this->header_->broken);
    std::uint32_t w = 0;
    while (this->bitmaps_[word(b) + w] == 0) ++w;
    auto& bits = this->bitmaps_[word(b) + w];
    const auto frame = b * fan + w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    if (--block.free == 0) unlink(b);
    account(b, 1);
    return frame;
  }
  /// The same for a block of which every frame is free.
  std::uint32_t take_block() {
    const auto b = this->header_->whole;
    if (b == none) return none;
    unlink(b);
    this->blocks_[b].free = 0;
    for (std::uint32_t w = 0; w < words_per_block; ++w) this->bitmaps_[word(b) + w] = 0;
    account(b, fan);
    return b;
  }
  void give_back(Frame frame) {
    const auto b = frame / fan;
    auto& block = this->blocks_[b];
    bits_of(frame) |= bit(frame);
    if (block.free++ == 0) link(b, this->header_->broken);
    if (block.free == fan) unlink(b), link(b, this->header_->whole);
    ++this->header_->free_frames;
  }

 private:
  static constexpr std::uint32_t words_per_block = (fan + 63) / 64;
  static std::size_t word(std::uint32_t block) { return std::size_t{block} * words_per_block; }

  std::uint64_t& bits_of(Frame f) const { return this->bitmaps_[word(f / fan) + f % fan / 64]; }
  static std::uint64_t bit(Frame f) { return std::uint64_t{1} << (f % fan % 64); }

  void account(std::uint32_t b, std::uint32_t count) {
    auto& header = *this->header_;
    header.free_frames -= count;
    if (b >= header.touched) open_blocks(b + 1);
  }

  /// Blocks below `end` are in use from now on. Memory that was never used is as dirty as any.
  void open_blocks(std::uint32_t end) {
    auto& touched = this->header_->touched;
    const auto bytes = std::size_t{end - touched} * fan * Base::page_bytes;
    if (Base::G::checked) std::memset(this->page(touched * fan), 0xA5, bytes);
    touched = end;
  }

  Allocation allocate_as(FrameKind kind) {
    if (fails_now()) return {false, none};
    const auto frame = take();
    if (frame == none) {
      if (free_frames() > 0) this->complain(kernel::Law::frugal, 6, free_frames());
      return refuse();
    }
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
    give_back(frame);
    if (Base::G::checked) std::memset(this->page(frame), 0xA5, Base::page_bytes);
  }

  bool held_data(Frame frame, std::uint16_t what) {
    if (!this->sane(frame)) return false;
    if (this->frames_[frame].kind == FrameKind::data) return true;
    this->complain(kernel::Law::no_dangling, what, frame);
    return false;
  }

  void link(std::uint32_t b, std::uint32_t& list) {
    this->links_[b] = {list, none};
    if (list != none) this->links_[list].prev = b;
    list = b;
  }
  void unlink(std::uint32_t b) {
    const auto [next, prev] = this->links_[b];
    auto& header = *this->header_;
    if (next != none) this->links_[next].prev = prev;
    auto& before = prev != none        ? this->links_[prev].next
                   : header.whole == b ? header.whole
                                       : header.broken;
    before = next;
  }
};

}  // namespace cow::machine
