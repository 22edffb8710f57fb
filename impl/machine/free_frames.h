#pragma once

#include <utility>

#include "impl/machine/nodes.h"

namespace cow::machine {

/// The frames that are free. A block whose frames are all free again can be handed out whole. Every
/// block that has free frames is on one of two lists of its node, so that taking one and giving it
/// back cost the same at any size.
template <class Geometry>
class FreeFrames : public Nodes<Geometry> {
  using Base = Nodes<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Frame;

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

 protected:
  /// Puts every frame on the lists. REQUIRES: the block is all zeroes.
  void free_everything() {
    auto& header = *this->header_;
    header.installed = none;
    header.nodes.fill({});
    this->order_nodes();
    const auto blocks = (this->config_.frames + fan - 1) / fan;
    for (auto b = blocks; b-- > 0;) {
      const auto count = std::min(fan, this->config_.frames - b * fan);
      this->blocks_[b].free = count;
      for (Frame f = b * fan; f < b * fan + count; ++f) bits_of(f) |= bit(f);
      link(b, count == fan ? this->lists(b).whole : this->lists(b).broken);
      this->count_free(b * fan, count);
    }
    header.free_frames = this->config_.frames;
  }

  /// A free frame, taken off the lists and not yet anything, from the nearest node that has one;
  /// `none` when there is none.
  Frame take() {
    for (const auto node : this->fallback()) {
      if (const auto frame = take_on(node); frame != none) return frame;
    }
    return none;
  }
  Frame take_on(std::uint32_t node) {
    const auto& free = this->header_->nodes[node];
    return take_from(free.broken != none ? free.broken : free.whole);
  }
  /// From another block in use of the same node.
  Frame take_outside(Frame head) {
    auto b = this->lists(head / fan).broken;
    if (b == head / fan) b = this->links_[b].next;
    return take_from(b);
  }
  Frame take_from(std::uint32_t b) {
    if (b == none) return none;
    auto& block = this->blocks_[b];
    if (block.free == fan) unlink(b), link(b, this->lists(b).broken);
    std::uint32_t w = 0;
    while (this->bitmaps_[word(b) + w] == 0) ++w;
    auto& bits = this->bitmaps_[word(b) + w];
    const auto frame = b * fan + w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    if (--block.free == 0) unlink(b);
    account(frame, 1);
    return frame;
  }
  /// The same for a block of which every frame is free.
  std::uint32_t take_block() {
    for (const auto node : this->fallback()) {
      const auto b = this->header_->nodes[node].whole;
      if (b == none) continue;
      unlink(b);
      this->blocks_[b].free = 0;
      for (std::uint32_t w = 0; w < words_per_block; ++w) this->bitmaps_[word(b) + w] = 0;
      account(b * fan, fan);
      return b;
    }
    return none;
  }
  void give_back(Frame frame) {
    const auto b = frame / fan;
    auto& block = this->blocks_[b];
    bits_of(frame) |= bit(frame);
    if (block.free++ == 0) link(b, this->lists(b).broken);
    if (block.free == fan) unlink(b), link(b, this->lists(b).whole);
    ++this->header_->free_frames;
    this->count_free(frame, 1);
  }

 private:
  static constexpr std::uint32_t words_per_block = (fan + 63) / 64;
  static std::size_t word(std::uint32_t block) { return std::size_t{block} * words_per_block; }

  std::uint64_t& bits_of(Frame f) const { return this->bitmaps_[word(f / fan) + f % fan / 64]; }
  static std::uint64_t bit(Frame f) { return std::uint64_t{1} << (f % fan % 64); }

  /// `count` frames were taken, from `first` on.
  void account(Frame first, std::uint32_t count) {
    auto& header = *this->header_;
    const auto end = first + count;
    header.free_frames -= count;
    this->count_free(first, 0U - count);
    if (end > header.touched * Base::touched_together) open_frames(end);
  }

  /// Frames below `end` are in use from now on. Memory that was never used is as dirty as any.
  void open_frames(Frame end) {
    constexpr auto together = Base::touched_together;
    auto& touched = this->header_->touched;
    const auto before = std::exchange(touched, (end + together - 1) / together);
    const auto bytes = std::size_t{touched - before} * together * Base::page_bytes;
    if (Base::G::checked) std::memset(this->page(before * together), 0xA5, bytes);
  }

  void link(std::uint32_t b, std::uint32_t& list) {
    this->links_[b] = {list, none};
    if (list != none) this->links_[list].prev = b;
    list = b;
  }
  void unlink(std::uint32_t b) {
    const auto [next, prev] = this->links_[b];
    auto& mine = this->lists(b);
    if (next != none) this->links_[next].prev = prev;
    auto& before = prev != none      ? this->links_[prev].next
                   : mine.whole == b ? mine.whole
                                     : mine.broken;
    before = next;
  }
};

}  // namespace cow::machine
