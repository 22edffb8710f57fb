#pragma once

#include <cstring>
#include <vector>

#include "impl/machine/byte_machine.h"

namespace cow::machine {

/// What the counts of a small machine have to be, given who holds what: told of every holder that
/// comes and goes, in any order, it knows the blocks, the free bits and the frame table byte for
/// byte. It knows as well whether some frame is held as it never may be.
/// REQUIRES everywhere: frames lie in the machine.
template <class Geometry>
class Tally {
 public:
  using M = ByteMachine<Geometry>;
  using Frame = typename M::Frame;
  static constexpr std::uint32_t fan = M::fan;
  static_assert(fan <= 64, "one word of free bits a block");

  /// What uses a frame as a table: one place in one tree, or any number of areas that map the
  /// object whose root it is.
  enum class Owner : std::uint32_t { area = 1, tree = 1U << 16 };

  explicit Tally(const Config& config)
      : config_(config),
        blocks_((config.frames + fan - 1) / fan),
        bits_(blocks_.size()),
        huge_exclusive_(blocks_.size()),
        full_((blocks_.size() + 63) / 64),
        whole_(full_.size()) {
    frames_.resize(blocks_.size() * fan);
    held_.resize(frames_.size());
    reset();
  }

  /// Nobody holds anything.
  void reset() {
    std::fill(frames_.begin(), frames_.end(), FrameInfo{});
    std::fill(held_.begin(), held_.end(), Held{});
    std::fill(huge_exclusive_.begin(), huge_exclusive_.end(), 0U);
    free_ = config_.frames;
    tables_ = wrong_ = 0;
    for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
      const auto count = std::min(fan, config_.frames - b * fan);
      blocks_[b] = {0, 0, count, 0};
      bits_[b] = ~std::uint64_t{0} >> (64 - count);
      note_shape(b);
    }
  }

  void add_table(Frame f, Owner owner) {
    held_[f].owners += static_cast<std::uint32_t>(owner);
    update(f);
  }
  void drop_table(Frame f, Owner owner) {
    held_[f].owners -= static_cast<std::uint32_t>(owner);
    update(f);
  }
  /// A small leaf.
  void add_small(Frame f, bool exclusive) {
    ++held_[f].small;
    held_[f].exclusive += exclusive ? 1U : 0U;
    change_block(f / fan, [&](Block& block) { ++block.small; });
    update(f);
  }
  void drop_small(Frame f, bool exclusive) {
    --held_[f].small;
    held_[f].exclusive -= exclusive ? 1U : 0U;
    change_block(f / fan, [&](Block& block) { --block.small; });
    update(f);
  }
  /// An object holds the frame for all that map it.
  void add_object(Frame f) {
    ++held_[f].objects;
    add_small(f, false);
  }
  void drop_object(Frame f) {
    --held_[f].objects;
    drop_small(f, false);
  }
  void add_pin(Frame f) {
    ++held_[f].pins;
    change_block(f / fan, [&](Block& block) { ++block.small, ++block.pins; });
    update(f);
  }
  void drop_pin(Frame f) {
    --held_[f].pins;
    change_block(f / fan, [&](Block& block) { --block.small, --block.pins; });
    update(f);
  }
  void add_huge(Frame head, bool exclusive) {
    change_block(head / fan, [&](Block& block) {
      ++block.leaves;
      huge_exclusive_[head / fan] += exclusive ? 1U : 0U;
    });
    for (Frame f = head; f < head + fan; ++f) update(f);
  }
  void drop_huge(Frame head, bool exclusive) {
    change_block(head / fan, [&](Block& block) {
      --block.leaves;
      huge_exclusive_[head / fan] -= exclusive ? 1U : 0U;
    });
    for (Frame f = head; f < head + fan; ++f) update(f);
  }

  std::uint32_t tables() const { return tables_; }
  bool of_object(Frame f) const { return f < held_.size() && held_[f].objects != 0; }
  bool exclusive(Frame f) const { return held_[f].exclusive != 0; }
  /// The blocks without a free frame, and those with free frames only, one bit each.
  const std::vector<std::uint64_t>& full() const { return full_; }
  const std::vector<std::uint64_t>& whole() const { return whole_; }

  /// Is every frame held as it may be, and does the machine count just that?
  bool matches(const M& m) const {
    return wrong_ == 0 && free_ == m.free_frames() &&
           std::memcmp(frames_.data(), &m.frame_info(0), config_.frames * sizeof(FrameInfo)) == 0 &&
           std::memcmp(blocks_.data(), &m.block_info(0), blocks_.size() * sizeof(Block)) == 0 &&
           std::memcmp(bits_.data(), m.free_bits(), bits_.size() * sizeof(bits_[0])) == 0;
  }

 private:
  struct Held {
    std::uint32_t owners = 0;     ///< as a table: the sum of Owner
    std::uint32_t small = 0;      ///< small leaves and objects
    std::uint32_t exclusive = 0;  ///< exclusive small leaves
    std::uint32_t objects = 0;
    std::uint32_t pins = 0;
    std::uint32_t wrong = 0;
  };

  /// Brings all that follows from `held_` and the block's leaves up to date.
  void update(Frame f) {
    auto& held = held_[f];
    auto& info = frames_[f];
    const auto b = f / fan;
    const auto mappings = held.small + blocks_[b].leaves, data = mappings + held.pins;
    const bool table = held.owners != 0, was_used = info.kind != FrameKind::unused;
    const bool wrong = (table && data != 0) ||
                       held.owners > static_cast<std::uint32_t>(Owner::tree) ||
                       (held.exclusive != 0 && mappings != 1) || lost_its_pin(f, mappings);
    wrong_ += (wrong ? 1U : 0U) - held.wrong;
    held.wrong = wrong ? 1 : 0;
    tables_ += (table ? 1U : 0U) - (info.kind == FrameKind::table ? 1U : 0U);
    info.kind = table ? FrameKind::table : data != 0 ? FrameKind::data : FrameKind::unused;
    info.pins = static_cast<std::uint16_t>(held.pins);
    info.count = held.small + held.pins + (held.owners >> 16) + (held.owners & 0xffff);
    if (was_used == (table || data != 0)) return;
    const auto change = was_used ? 1U : ~0U;
    free_ += change;
    blocks_[b].free += change;
    bits_[b] ^= std::uint64_t{1} << f % fan;
    note_shape(b);
  }
  void note_shape(std::uint32_t b) {
    const auto bit = std::uint64_t{1} << b % 64;
    full_[b / 64] = (full_[b / 64] & ~bit) | (blocks_[b].free == 0 ? bit : 0);
    whole_[b / 64] = (whole_[b / 64] & ~bit) | (blocks_[b].free == fan ? bit : 0);
  }
  /// Pinned, and mapped privately by somebody who may be moved away from it.
  bool lost_its_pin(Frame f, std::uint32_t mappings) const {
    const auto& held = held_[f];
    const bool alone = held.exclusive != 0 || huge_exclusive_[f / fan] != 0;
    return held.pins != 0 && mappings != 0 && held.objects == 0 && !alone;
  }
  /// Whose huge leaf is exclusive is the only one to map any part of it.
  template <class Change>
  void change_block(std::uint32_t b, Change change) {
    const auto wrong = [&] {
      const auto& block = blocks_[b];
      const auto mappings = block.leaves + block.small - block.pins;
      return huge_exclusive_[b] != 0 && mappings != 1 ? 1U : 0U;
    };
    wrong_ -= wrong();
    change(blocks_[b]);
    wrong_ += wrong();
  }

  Config config_;
  std::vector<FrameInfo> frames_;
  std::vector<Held> held_;
  std::vector<Block> blocks_;
  std::vector<std::uint64_t> bits_;            ///< [block]: its free frames
  std::vector<std::uint32_t> huge_exclusive_;  ///< [block]
  std::vector<std::uint64_t> full_, whole_;
  std::uint32_t free_ = 0, tables_ = 0;
  std::uint32_t wrong_ = 0;  ///< frames and blocks that are held as they never may be
};

}  // namespace cow::machine
