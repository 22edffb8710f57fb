#pragma once

#include <optional>

/// Planted bugs about areas: remap, dontneed, and what fork does with which (families C and G).
namespace cow::props::museum {

/// C2: remap does not flush the translations of the place that it empties.
template <class Base>
struct MoveWithoutFlush : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    cleared_.reset();
  }
  void flush(const typename Base::Place& at) {
    if (Base::load(at).present()) return Base::flush(at);
    cleared_ = at;  // whoever does not go on with this entry moves it
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    catch_up();
    Base::store(at, entry);
  }
  void put(typename Base::Frame frame) {
    catch_up();
    Base::put(frame);
  }
  void unlock_table(typename Base::Frame table) {
    cleared_.reset();
    Base::unlock_table(table);
  }

 private:
  void catch_up() {
    if (cleared_) Base::flush(*cleared_);
    cleared_.reset();
  }
  std::optional<typename Base::Place> cleared_;
};

/// G17: two areas of one object are joined though their pages are no neighbours in it.
template <class Base>
struct MergeForgetsOffset : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_merge(const M&, const typename M::Area& left, const typename M::Area& right) {
      auto moved = right;
      moved.offset = left.offset + (left.end - left.first);
      return left.continues_in(moved);
    }
  };
};

/// No row of its own: areas that are alike are never joined, so that a process has more and more.
template <class Base>
struct NeverMerges : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_merge(const M&, const typename M::Area&, const typename M::Area&) {
      return false;
    }
  };
};

/// No row of its own (LTP madvise10): a child finds the bytes of an area that was to be wiped.
template <class Base>
struct ForkDoesNotWipe : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool wipes_on_fork(const M&, const typename M::Area&) {
      return false;
    }
  };
};

}  // namespace cow::props::museum
