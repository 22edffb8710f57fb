#pragma once

#include <utility>

#include "impl/machine/slots.h"

namespace cow::machine {

/// The frames that are free. A block whose frames are all free again can be handed out whole. Every
/// block that has free frames is on one of two lists, so that taking one and giving it back cost
/// the same at any size.
template <class Geometry>
class FreeFrames : public Slots<Geometry> {
  using Base = Slots<Geometry>;

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
    auto& header = *this->header_;
    auto& block = this->blocks_[b];
    if (block.free == fan) unlink(b), link(b, header.broken);
    std::uint32_t w = 0;
    while (this->bitmaps_[word(b) + w] == 0) ++w;
    auto& bits = this->bitmaps_[word(b) + w];
    const auto frame = b * fan + w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    if (--block.free == 0) unlink(b);
    account(frame + 1, 1);
    return frame;
  }
  /// The same for a block of which every frame is free.
  std::uint32_t take_block() {
    const auto b = this->header_->whole;
    if (b == none) return none;
    unlink(b);
    this->blocks_[b].free = 0;
    for (std::uint32_t w = 0; w < words_per_block; ++w) this->bitmaps_[word(b) + w] = 0;
    account((b + 1) * fan, fan);
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

  /// `count` frames were taken, all below `end`.
  void account(Frame end, std::uint32_t count) {
    auto& header = *this->header_;
    header.free_frames -= count;
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
    auto& header = *this->header_;
    if (next != none) this->links_[next].prev = prev;
    auto& before = prev != none        ? this->links_[prev].next
                   : header.whole == b ? header.whole
                                       : header.broken;
    before = next;
  }
};

}  // namespace cow::machine
