#pragma once

#include <utility>

#include "props/museum/races.h"

/// Planted bugs of merges that show only when CPUs interleave.
namespace cow::props::museum {

/// H3: whether a device keeps the page is asked before it is out of use, and not again.
template <class Base>
struct MergeAsksFirst : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_join(const M& m, const typename M::Entry& entry) {
      return entry.suspended() || Base::Decisions::may_join(m, entry);
    }
  };
};

/// What was found alike is taken to be alike still when both pages are out of use.
template <class Base>
struct ComparesOnce : Base {
  using Base::Base;
  using Frame = typename Base::Frame;
  void reset() {
    Base::reset();
    alike_ = {};
  }
  bool same_page(Frame a, Frame b) const {
    auto& alike = alike_[this->task()];
    if (alike == std::pair{a, b}) return true;
    const bool same = Base::same_page(a, b);
    if (same) alike = {a, b};
    return same;
  }

 private:
  mutable PerTask<std::pair<Frame, Frame>> alike_{};
};

}  // namespace cow::props::museum
