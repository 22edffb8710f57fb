#pragma once

#include <cstdint>
#include <optional>

/// Planted bugs about long-term pins and the exclusive mark (catalogue families A and B).
namespace cow::props::museum {

/// A21: a pin for reading does not unshare, so that the process later writes to a copy.
template <class Base>
struct ReadPinDoesNotUnshare : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_pin(const M&, const typename M::Entry& entry,
                                    const typename M::Area&, bool write) {
      if (write) return entry.writable();
      return entry.readable();
    }
  };
};

/// A5, as Linux was before 2020 (CVE-2020-29374): a pin for reading takes the frame that it finds,
/// shared or not, and a write reuses a frame that has one mapping, pinned by somebody or not.
template <class Base>
struct ReuseOverlooksPin : ReadPinDoesNotUnshare<Base> {
  using ReadPinDoesNotUnshare<Base>::ReadPinDoesNotUnshare;
  struct Decisions : ReadPinDoesNotUnshare<Base>::Decisions {
    template <class M>
    static bool may_reuse(const M& m, const typename M::Entry& entry) {
      const auto frame = entry.frame();
      return m.references(frame) - m.frame_info(frame).pins == 1;
    }
  };
};

/// A6: the same bug, mended for small pages only.
template <class Base>
struct HugeReuseOverlooksPin : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
      const auto head = entry.frame();
      return m.huge_references(head) - m.block_info(head / M::fan).pins == 1;
    }
    template <class M>
    static bool may_pin(const M& m, const typename M::Entry& entry, const typename M::Area& area,
                        bool write) {
      if (entry.huge() && !write) return entry.readable();
      return Base::Decisions::may_pin(m, entry, area, write);
    }
  };
};

/// A12: fork shares a pinned page like any other, and the parent's next write leaves it.
template <class Base>
struct ForkSharesPinned : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool copies_on_fork(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

/// A14: the same for a huge page.
template <class Base>
struct ForkSharesPinnedHuge : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool splits_on_fork(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

/// A17: a write reuses a frame by its count of references alone; a pin makes the process move to
/// a copy, away from its own device.
template <class Base>
struct PinForcesCopy : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
      return m.references(entry.frame()) == 1;
    }
  };
};

/// A22: a page that loses write permission is taken for a shared one, and copied under its pin.
template <class Base>
struct ReadOnlyIsShared : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto before = Base::load(at);
    typename Base::Bool loses = before.present() && before.writable() && !entry.writable();
    if constexpr (requires { entry.suspended(); }) loses = loses && !entry.suspended();
    Base::store(at, entry.with_exclusive(entry.exclusive() && !loses));
  }
};

/// B1 for pins: their count is one bit wide, and a second pin makes it zero.
template <class Base>
struct NarrowPinCount : Base {
  using Base::Base;
  void get_pinned(typename Base::Frame frame) {
    Base::get_pinned(frame);
    if (this->frames_[frame].pins != 2) return;
    this->frames_[frame].pins = 0;
    this->blocks_[frame / Base::fan].pins -= 2;
  }
  void put_pinned(typename Base::Frame frame) {
    if (this->frames_[frame].pins == 0) {  // it wraps again
      ++this->frames_[frame].pins;
      ++this->blocks_[frame / Base::fan].pins;
    }
    Base::put_pinned(frame);
  }
};

/// B12: whether a page may be reused is asked of its whole huge page, of which it is one part.
template <class Base>
struct CountsTheWholeHugePage : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_reuse(const M& m, const typename M::Entry& entry) {
      return entry.exclusive() || m.huge_references(entry.frame() / M::fan * M::fan) == 1;
    }
  };
};

/// B19: a pin that is dropped keeps its reference.
template <class Base>
struct UnpinKeepsReference : Base {
  using Base::Base;
  void put_pinned(typename Base::Frame frame) {
    Base::get(frame);
    Base::put_pinned(frame);
  }
};

}  // namespace cow::props::museum
