#pragma once

#include <cstdint>

#include "impl/kernel/areas.h"
#include "impl/machine/block.h"

/// Planted bugs about pages that go to other frames under their mappings (catalogue families B, C
/// and D).
namespace cow::props::museum {

/// Knows when a migration is at work: it holds more than one space, as only a fork does besides.
template <class Base>
struct KnowsMigrations : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    locked_ = 0;
    forks_ = false;
  }
  void lock_space(typename Base::Process p) {
    Base::lock_space(p);
    ++locked_;
  }
  void unlock_space(typename Base::Process p) {
    Base::unlock_space(p);
    if (--locked_ == 0) forks_ = false;
  }
  void start(typename Base::Process p, typename Base::Frame root) {
    Base::start(p, root);
    forks_ = true;
  }

 protected:
  bool migrates() const { return locked_ > 1 && !forks_; }

 private:
  std::uint32_t locked_ = 0;
  bool forks_ = false;
};

/// C9 of migration: the frame changes, and translations to the old one stay.
template <class Base>
struct MigrateWithoutFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    if (!Base::load(at).suspended()) Base::flush(at);
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (!entry.present() && Base::load(at).suspended()) Base::flush(at);  // a collapse, not us
    Base::store(at, entry);
  }
};

/// The bytes do not come along.
template <class Base>
struct MigrateForgetsCopy : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    if (!this->migrates()) Base::copy_page(to, from);
  }
};

/// A12 of migration: the count of references is not asked for pins, and the device stays behind.
template <class Base>
struct MigrateMovesPinned : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_migrate(const M& m, const typename M::Frame& frame, std::uint32_t mappings) {
      return m.references(frame) - m.frame_info(frame).pins == mappings;
    }
  };
};

/// B13: the child's entries are looked for in its parent, so that they keep the old frame; and
/// nobody counts whether all were found.
template <class Base>
struct MigrateMissesChildren : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  typename Base::Entry load(const typename Base::Place& at) const {
    const bool child = at.process != machine::none && at.process != 0;
    return this->migrates() && child ? Base::Entry::none() : Base::load(at);
  }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_migrate(const M& m, const typename M::Frame& frame, std::uint32_t) {
      return !m.pinned(frame);
    }
  };
};

/// B10: the second mapping of the new frame takes no reference.
template <class Base>
struct MigrateCountsOnce : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  void get(typename Base::Frame frame) {
    if (!this->migrates()) Base::get(frame);
  }
};

/// B9: the old frame keeps the references of the mappings that left it.
template <class Base>
struct MigrateKeepsOld : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  void put(typename Base::Frame frame) {
    if (!this->migrates()) Base::put(frame);
  }
};

/// Changes what an entry becomes that is in use again.
template <class Base, class Change>
struct ResumeChanges : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool resumes =
        at.process != machine::none && entry.present() && Base::load(at).suspended();
    Base::store(at, resumes ? Change::of(*this, at, entry) : entry);
  }
};

struct ByTheArea {
  template <class M>
  static auto of(M& m, const typename M::Place& at, const typename M::Entry& entry) {
    const auto* area = kernel::find_area(m.areas(at.process), at.page);
    return area != nullptr && area->may_write() ? entry.made_writable() : entry;
  }
};
struct AlwaysWritable {
  template <class M>
  static auto of(M&, const typename M::Place&, const typename M::Entry& entry) {
    return entry.made_writable();
  }
};
struct LikeAnyShared {
  template <class M>
  static auto of(M&, const typename M::Place&, const typename M::Entry& entry) {
    return entry.exclusive() ? entry.write_protected().made_common() : entry;
  }
};

/// D8: what an entry allows afterwards is taken from its area, not from what it allowed before.
template <class Base>
struct MigrateGoesByArea : ResumeChanges<Base, ByTheArea> {
  using ResumeChanges<Base, ByTheArea>::ResumeChanges;
};
/// D9: migrating makes the page dirty, and what is dirty writable.
template <class Base>
struct MigrateGrantsWrite : ResumeChanges<Base, AlwaysWritable> {
  using ResumeChanges<Base, AlwaysWritable>::ResumeChanges;
};
/// A18 of migration: that the page was exclusive is forgotten, so that the next write faults.
template <class Base>
struct MigrateLosesExclusive : ResumeChanges<Base, LikeAnyShared> {
  using ResumeChanges<Base, LikeAnyShared>::ResumeChanges;
};

}  // namespace cow::props::museum
