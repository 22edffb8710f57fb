#pragma once

#include <cstdint>

#include "impl/kernel/remap.h"

/// Planted bugs about the ranges of system calls, and what moves with one (catalogue rows A24, E1,
/// E3, E15, G13).
namespace cow::props::museum {

/// A24: advice is about whole huge pages, and its range is rounded inwards: what sticks out of them
/// is not kept from the child.
template <class Base>
struct AdviceRoundsInwards : Base {
  using Base::Base;
  kernel::Status on_change_areas(typename Base::Process p, std::uint64_t first, std::uint64_t end,
                                 const typename Base::ChangeArea& change) {
    kernel::Area nowhere;  // of no page, to find out what the change is about
    change(nowhere);
    if (!nowhere.dontfork) return Base::on_change_areas(p, first, end, change);
    first = (first + Base::fan - 1) / Base::fan * Base::fan;
    end = end / Base::fan * Base::fan;
    return first < end ? Base::on_change_areas(p, first, end, change) : kernel::Status::ok;
  }
};

/// E1: remap takes a huge leaf for a page table and moves it as one.
template <class Base>
struct MovesLeafAsTable : Base {
  using Base::Base;
  using typename Base::Entry;
  void reset() {
    Base::reset();
    lifted_ = Entry::none();
  }
  void store(const typename Base::Place& at, Entry entry) {
    const auto old = Base::load(at);
    const bool arrives = lifted_.present() && entry == lifted_;
    lifted_ = old.huge() && entry.empty() ? old : Entry::none();
    Base::store(at, arrives ? Entry::table(entry.frame()) : entry);
  }
  void put_huge(typename Base::Frame head) {
    lifted_ = Entry::none();  // it does not move, it goes
    Base::put_huge(head);
  }

 private:
  Entry lifted_;  ///< the huge leaf that was taken away last
};

/// E3: remap makes page tables for small pages before it knows that what moves is a huge one.
template <class Base>
struct MakesTablesFirst : Base {
  using Base::Base;
  bool on_make_tables_for_move(typename Base::Process p, const kernel::Move& move) {
    for (auto page = move.to; page < move.moved(move.end); ++page) {
      if (!kernel::make_table<Base>(*this, this->root(p), page, 0)) return false;
    }
    return true;
  }
};

/// E15: the length of a range is kept in eight bits.
template <class Base>
struct LengthIsNarrow : Base {
  using Base::Base;
  bool on_in_user_space(std::uint64_t first, std::uint64_t count) const {
    return Base::on_in_user_space(first, static_cast<std::uint8_t>(count));
  }
};

/// G13: map rounds the end of a range up, unmap rounds it down: the last page stays in the tables.
template <class Base>
struct UnmapRoundsDown : Base {
  using Base::Base;
  void on_zap_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    Base::on_zap_range(p, first, end - end % 2);
  }
};

}  // namespace cow::props::museum
