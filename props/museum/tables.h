#pragma once

#include "impl/kernel/decisions.h"

/// Planted bugs about page tables that processes share (catalogue rows B15, B16, C3, D11, E8, E9,
/// and twins of rows about fork that tables have, too).
namespace cow::props::museum {

/// Knows whether a fork is at work.
template <class Base>
struct KnowsSharing : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    forks = 0;
  }
  void begin_write_protection(typename Base::Process p) {
    forks = 1;
    Base::begin_write_protection(p);
  }
  void end_write_protection(typename Base::Process p) {
    Base::end_write_protection(p);
    forks = 0;
  }
  std::uint64_t forks = 0;
};

/// B15: a reference of passage counts as an owner, so that the last one leaves the table to it.
template <class Base>
struct TableCountsPassers : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool table_has_others(const M& m, const typename M::Frame& table, int) {
      const auto passing = 1;
      return m.table_references(table) + passing > 1;
    }
  };
};

/// B16: a table that is shared already is given to a child without being counted.
template <class Base>
struct SharedAlreadyUncounted : Base {
  using Base::Base;
  void get_table(typename Base::Frame table) {
    if (this->table_references(table) == 1 || is_object(table)) Base::get_table(table);
  }

 private:
  bool is_object(typename Base::Frame table) const {
    for (typename Base::Process p = 0; p < this->config().procs; ++p) {
      for (const auto& area : this->areas(p)) {
        if (area.object == table) return true;
      }
    }
    return false;
  }
};

/// C3: whoever lets go of a shared table keeps the translations that came from it.
template <class Base>
struct DropsTableUnflushed : KnowsSharing<Base> {
  using KnowsSharing<Base>::KnowsSharing;
  void flush_process(typename Base::Process p) {
    if (this->forks != 0) Base::flush_process(p);
  }
};

/// D11: the first write upgrades the entry, for all who have the table.
template <class Base>
struct FirstWriterTakesTable : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool table_has_others(const M&, const typename M::Frame&, int) {
      return false;
    }
  };
};

/// E8: off by one: tables of the lowest level are not taken for shared.
template <class Base>
struct SharesOneLevelTooHigh : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool table_has_others(const M& m, const typename M::Frame& table,
                                             int level) {
      return level > 0 && m.table_references(table) > 1;
    }
  };
};

/// E9: one kind of change goes to the entries of a shared table as they are.
template <class Base, kernel::Change change>
struct ChangesShared : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool owns_for(const M&, kernel::Change why) {
      return why != change;
    }
  };
};
template <class Base>
using UnmapsShared = ChangesShared<Base, kernel::Change::unmap>;
template <class Base>
using DropsShared = ChangesShared<Base, kernel::Change::dontneed>;
template <class Base>
using ProtectsShared = ChangesShared<Base, kernel::Change::protect>;
template <class Base>
using MovesShared = ChangesShared<Base, kernel::Change::remap>;
template <class Base>
using PagesOutShared = ChangesShared<Base, kernel::Change::pageout>;

/// A12 for tables: fork shares a table that maps a pinned page.
template <class Base>
struct SharesPinnedTable : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool keeps_pinned_tables(const M&) {
      return false;
    }
  };
};

/// No row of its own: fork shares tables whatever the child is to get of them.
template <class Base>
struct SharesUnadvised : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_share_tables(const M&, const typename M::Area&) {
      return true;
    }
  };
};

/// D14 for tables: the parent's entry lacks write permission since an earlier fork, which is taken
/// for what it was always like: the next child gets a plain one.
template <class Base>
struct SecondChildUnmarked : KnowsSharing<Base> {
  using KnowsSharing<Base>::KnowsSharing;
  void reset() {
    KnowsSharing<Base>::reset();
    shared_ = 0;
  }
  void get_table(typename Base::Frame table) {
    shared_ = this->forks != 0 && this->table_references(table) > 1 ? table + 1 : 0;
    Base::get_table(table);
  }
  void store_at(typename Base::Frame table, std::uint32_t i, typename Base::Entry entry) {
    const bool second = shared_ != 0 && entry.present() && entry.frame() + 1 == shared_;
    shared_ = 0;
    Base::store_at(table, i, second ? Base::Entry::table(entry.frame()) : entry);
  }

 private:
  std::uint64_t shared_ = 0;
};

/// G15 for tables: only the child's entry is marked as shared.
template <class Base>
struct MarksChildOnly : KnowsSharing<Base> {
  using KnowsSharing<Base>::KnowsSharing;
  void store_at(typename Base::Frame table, std::uint32_t i, typename Base::Entry entry) {
    const auto old = this->forks != 0 ? Base::load_at(table, i) : Base::Entry::none();
    const bool marks = old.present() && !old.huge() && old.writable() && entry.present() &&
                       old.frame() == entry.frame() && !entry.writable();
    if (!marks) Base::store_at(table, i, entry);
  }
};

}  // namespace cow::props::museum
