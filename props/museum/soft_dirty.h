#pragma once

#include "props/museum/uffd.h"

/// Planted bugs about marks of what was written (soft-dirty): a page is written, and counts as not
/// written; so a checkpoint, or a migration of the running process, leaves its old bytes (catalogue
/// rows D5, D7, and twins of A11, A17, C2).
namespace cow::props::museum {

/// D7: mprotect grants write permission to what its process is to be told of, small or huge.
template <class Base, bool huge>
struct ProtectOverlooksMarks : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M& m, const typename M::Entry& entry,
                                        const typename M::Area& area) {
      return Base::Decisions::may_upgrade(m, huge ? entry : entry.made_written(), area);
    }
    template <class M>
    static typename M::Bool may_upgrade_huge(const M& m, const typename M::Entry& entry,
                                             const typename M::Area& area) {
      return Base::Decisions::may_upgrade_huge(m, huge ? entry.made_written() : entry, area);
    }
  };
};
template <class Base>
using ProtectOverlooksMark = ProtectOverlooksMarks<Base, false>;
template <class Base>
using ProtectOverlooksHugeMark = ProtectOverlooksMarks<Base, true>;

/// As if nobody had written there, though somebody may have. What is writable is noticed at once.
struct ForgetsWrite {
  static constexpr auto of(const auto& entry) {
    return entry.writable() ? entry : entry.made_unwritten();
  }
  static constexpr auto of(const auto& entry, const auto& /*last*/) { return of(entry); }
  template <class M>
  static auto of(M&, const typename M::Place&, const typename M::Entry& entry) {
    return of(entry);
  }
};

/// D5: an entry of swap has no room for the mark.
template <class Base>
struct SwapForgetsWrite : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    Base::store(at, entry.swapped() ? entry.made_unwritten() : entry);
  }
};
/// D5 of migration, whose entries have no room either.
template <class Base>
using MigrateForgetsWrite = ResumeChanges<Base, ForgetsWrite>;
/// D5 of a split.
template <class Base>
using SplitForgetsWrite = SplitChanges<Base, ForgetsWrite>;

/// D5 of mremap, or of fork: the entry that is stored elsewhere counts as not written.
template <class Base>
using MoveForgetsWrite = ElsewhereChanges<Base, false, ForgetsWrite>;
template <class Base>
using ForkForgetsWrite = ElsewhereChanges<Base, true, ForgetsWrite>;

/// A11: a forced write, whose entry stays read-only, is noted nowhere.
template <class Base>
struct ForceIsNotNoted : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    const auto stays = old.present() && entry.present() && !entry.writable();
    const auto notes = stays && old.unwritten() && !entry.unwritten();
    Base::store(at, notes ? entry.made_unwritten() : entry);
  }
};

/// A17: what a device holds counts as not written, too, and what the device writes nobody notes.
template <class Base>
struct ClearsWhatIsPinned : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_clear_refs(const M&, const typename M::Entry&) {
      return true;
    }
  };
};

/// C2: the mark is cleared behind the back of a translation for writing.
template <class Base>
struct ClearsWithoutFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    if (!Base::load(at).unwritten()) Base::flush(at);
  }
};

/// What clearing finds written stays so: the whole of memory is copied each time.
template <class Base>
struct ClearsNothing : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    Base::store(at, entry.made_written());
  }
};

}  // namespace cow::props::museum
