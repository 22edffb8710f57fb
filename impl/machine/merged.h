#pragma once

#include <algorithm>
#include <atomic>
#include <optional>

#include "impl/machine/memory.h"

namespace cow::machine {

/// The frames that a merge offers to whoever has the same bytes (Linux: the stable tree of KSM): a
/// mark a frame, and how many there are. No two of them have the same bytes. Marks are given while
/// every space is held alone, and taken away by the last who maps the frame.
template <class Geometry>
class Merged : public Memory<Geometry> {
  using Base = Memory<Geometry>;

 public:
  using Base::Base, Base::page_bytes;
  using typename Base::Frame;

  bool is_merged(Frame frame) const {
    return (!Base::G::checked || frame < this->config_.frames) && this->merged_[frame] != 0;
  }
  void offer(Frame frame) {
    if (Base::G::checked && !this->sane(frame)) return;
    if (this->merged_[frame] == 0) count().fetch_add(1);
    this->merged_[frame] = 1;
  }
  /// It is offered no more.
  void withdraw(Frame frame) {
    if (!is_merged(frame)) return;
    this->merged_[frame] = 0;
    count().fetch_sub(1);
  }
  /// The first one from `from` on.
  std::optional<Frame> next_merged(Frame from) const {
    if (this->header_->merged == 0) return std::nullopt;
    for (auto f = from; f < this->config_.frames; ++f) {
      if (this->merged_[f] != 0) return f;
    }
    return std::nullopt;
  }
  /// Have the two frames the same bytes now? (Linux: pages_identical)
  bool same_page(Frame a, Frame b) const {
    if (Base::G::checked && std::max(a, b) >= this->config_.frames) return false;
    return std::memcmp(this->page(a), this->page(b), page_bytes) == 0;
  }

  /// [frame]: not 0: it is offered.
  std::span<const std::uint8_t> merged_marks() const {
    return {this->merged_, this->config_.frames};
  }

 private:
  std::atomic_ref<std::uint32_t> count() { return std::atomic_ref(this->header_->merged); }
};

}  // namespace cow::machine
