#pragma once

#include "impl/machine/frames.h"

namespace cow::machine {

/// The pool of huge pages (Linux: nr_hugepages, free_hugepages, resv_hugepages), set aside when
/// the machine is reset. It holds each of its pages by one leaf for good; a page that nobody else
/// holds is free. So whatever drops the last holder gives it back without knowing of the pool.
template <class Geometry>
class HugePool : public Frames<Geometry> {
  using Base = Frames<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Allocation, typename Base::Frame;

  bool has_pool() const { return this->config_.pool > 0; }

  /// A page of the pool for one leaf more. `promised`: it was, which cannot fail, and is redeemed
  /// now; else what is promised to others stays.
  Allocation allocate_pooled(bool promised) {
    if (!promised && this->fails_now()) return {false, none};
    return take_pooled_on(*this, promised);
  }
  /// The pool owes `count` pages more from now on. False when it has no more than it owes.
  bool promise_pooled(std::uint32_t count) {
    if (count > 0 && this->fails_now()) return false;
    return promise_pooled_on(*this, count);
  }
  /// Its pages that nobody has, promised or not.
  std::uint32_t free_pooled() const { return count_free_pooled(*this); }
  /// That many promises are not needed any more.
  void release_pooled(std::uint32_t count) { this->header_->promised -= count; }

 protected:
  /// As the above, on a machine that counts in its own way.
  template <class Machine>
  static std::uint32_t count_free_pooled(const Machine& m) {
    std::uint32_t free = 0;
    for (std::uint32_t b = 0; b < m.config().pool; ++b) {
      free += m.huge_references(b * fan) == 0 ? 1U : 0U;
    }
    return free;
  }
  template <class Machine>
  static Allocation take_pooled_on(Machine& m, bool promised) {
    const auto free = count_free_pooled(m);
    if (free <= (promised ? 0 : m.header().promised)) {
      m.note(kernel::Event::failed_allocation);
      return {false, none};
    }
    const auto head = nearest_pooled(m);
    m.get_huge(head);
    if (promised) --m.header().promised;
    m.note(kernel::Event::allocation, fan);
    return {true, head};
  }
  /// Of two that are equally near the first. REQUIRES: one is free.
  template <class Machine>
  static Frame nearest_pooled(const Machine& m) {
    Frame best = none;
    for (Frame head = 0; head < m.config().pool * fan; head += fan) {
      if (m.huge_references(head) != 0) continue;
      if (best == none || far(m, head) < far(m, best)) best = head;
    }
    return best;
  }
  template <class Machine>
  static std::uint32_t far(const Machine& m, Frame frame) {
    return m.distance(m.here(), m.node_of(frame));
  }
  template <class Machine>
  static bool promise_pooled_on(Machine& m, std::uint32_t count) {
    auto& promised = m.header().promised;
    const bool enough = count <= count_free_pooled(m) - promised;
    if (enough) promised += count;
    if (!enough) m.note(kernel::Event::failed_allocation);
    return enough;
  }

  /// REQUIRES: all is free.
  void fill_pool() {
    for (std::uint32_t b = 0; b < this->config_.pool; ++b) this->allocate_huge();
  }
};

}  // namespace cow::machine
