#pragma once

#include <utility>

#include "impl/kernel/decisions.h"
#include "props/museum/collapse.h"
#include "props/museum/migrate.h"
#include "props/museum/tables.h"

/// Planted bugs about pages that were given up (MADV_FREE): that somebody wrote to one is noted
/// nowhere, or is lost on the page's way, and it is dropped (catalogue rows D1, D2, B20).
namespace cow::props::museum {

/// As if nobody had written to it since it was given up.
template <class Entry>
constexpr Entry undirtied(const Entry& entry) {
  return entry.given_up() ? entry.made_clean() : entry;
}

/// Knows when a fork is at work.
template <class Base>
struct SeesForks : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    forks_ = false;
  }
  void start(typename Base::Process p, typename Base::Frame root) {
    Base::start(p, root);
    forks_ = true;
  }
  void publish(typename Base::Process p) {
    Base::publish(p);
    forks_ = false;
  }
  void end(typename Base::Process p) {
    Base::end(p);
    forks_ = false;
  }

 protected:
  bool forks() const { return forks_; }

 private:
  bool forks_ = false;
};

/// Taking write permission takes the dirty bit along: at fork, of a leaf of that size.
template <class Base, bool huge>
struct ForkUndirties : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool protects = entry.present() && Base::load(at).writable() && !entry.writable();
    const bool undirties = this->forks() && protects && entry.huge() == huge;
    Base::store(at, undirties ? undirtied(entry) : entry);
  }
};
/// D1: of a small page.
template <class Base>
using ForkUndirtiesPage = ForkUndirties<Base, false>;
/// D2: of a huge one.
template <class Base>
using ForkUndirtiesHuge = ForkUndirties<Base, true>;

/// D1 of mprotect.
template <class Base>
struct ProtectUndirties : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    const auto protects = entry.present() && !entry.suspended() && old.writable() &&
                          !entry.writable() && !this->forks();
    Base::store(at, protects ? undirtied(entry) : entry);
  }
};

/// D1 of mremap: the entry that is stored elsewhere is clean.
template <class Base>
struct MoveUndirties : SeesForks<Base> {
  using SeesForks<Base>::SeesForks;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto moves = entry.present() && Base::load(at).empty() && !this->forks();
    Base::store(at, moves ? undirtied(entry) : entry);
  }
};

struct Undirties {
  static constexpr auto of(const auto& entry) { return undirtied(entry); }
  template <class M>
  static auto of(M&, const typename M::Place&, const typename M::Entry& entry) {
    return undirtied(entry);
  }
};
/// D1 of a split: the pages of a dirty huge page are clean.
template <class Base>
struct SplitUndirties : SplitChanges<Base, Undirties> {
  using SplitChanges<Base, Undirties>::SplitChanges;
};
/// D1 of migration.
template <class Base>
struct MigrateUndirties : ResumeChanges<Base, Undirties> {
  using ResumeChanges<Base, Undirties>::ResumeChanges;
};

/// Changes what becomes of an entry that the kernel makes dirty, for a write of its own or a pin.
template <class Base, class Change>
struct DirtyingChanges : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    const auto dirties = old.present() && !old.dirty() && entry == old.made_dirty();
    Base::store(at, dirties ? Change::of(entry) : entry);
  }
};
/// D1 of the kernel's own writes, and a device's: only processors set the dirty bit.
template <class Base>
using OnlyProcessorsDirty = DirtyingChanges<Base, Undirties>;
/// D9: what the kernel makes dirty is writable.
template <class Base>
using DirtyIsWritable = DirtyingChanges<Base, GrantsWrite>;

/// Pageout drops whatever was given up, written since or not.
template <class Base>
struct DropsWhatWasGivenUp : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_discard(const M&, const typename M::Entry& entry) {
      return entry.given_up();
    }
  };
};

/// A page is given up behind the back of a translation for writing.
template <class Base>
struct GivesUpWithoutFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    const auto entry = Base::load(at);
    if (!entry.present() || entry.dirty()) Base::flush(at);
  }
};
/// The same of a huge page.
template <class Base>
struct GivesUpHugeWithoutFlush : Base {
  using Base::Base;
  void flush_huge(const typename Base::Place& at) {
    const auto entry = Base::load(at);
    if (!entry.present() || entry.dirty()) Base::flush_huge(at);
  }
};

/// B20: pageout takes a batch of pages that were given up out of use, and puts those back which
/// others have, too, with what the first of the batch allowed.
template <class Base>
struct PutsBackLikeTheFirst : Base {
  using Base::Base;
  using Entry = typename Base::Entry;
  void reset() {
    Base::reset();
    first_ = {};
    fails_ = kept_ = false;
  }
  void unlock_table(typename Base::Frame table) {
    Base::unlock_table(table);
    first_ = {};
  }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_discard(const M& m, const Entry& entry) {
      return !entry.dirty() && (entry.huge() || m.joins_batch(entry));
    }
  };
  bool joins_batch(const Entry& entry) const {
    if (first_.empty()) first_ = entry;
    fails_ = this->references(entry.frame()) != 1;
    return true;
  }
  void store(const typename Base::Place& at, Entry entry) {
    kept_ = std::exchange(fails_, false);
    if (kept_) entry = first_.writable() ? Base::load(at).made_writable() : Base::load(at);
    Base::store(at, entry);
  }
  void put(typename Base::Frame frame) {
    if (!std::exchange(kept_, false)) Base::put(frame);
  }

 private:
  mutable Entry first_;
  mutable bool fails_ = false;  ///< the next store takes a page out of use, which fails
  bool kept_ = false;           ///< so that it is not put
};

/// E9: gives up pages of a table that others have, too.
template <class Base>
using GivesUpShared = ChangesShared<Base, kernel::Change::give_up>;

}  // namespace cow::props::museum
