#pragma once

#include <optional>

#include "props/museum/races.h"

/// Planted races of who gives up a lock, or never took it, and goes on with what was seen before.
namespace cow::props::museum {

/// G8: a fault looks for its page table, gives up the space for a moment, and goes on with the
/// table that it found.
template <class Base>
struct FaultGoesOnWithItsTable : Base {
  using Base::Base;
  using typename Base::Process;
  void reset() {
    Base::reset();
    shares_ = {};
  }
  void share_space(Process p) {
    Base::share_space(p);
    shares_[this->task()] = p;
  }
  void unshare_space(Process p) {
    shares_[this->task()].reset();
    Base::unshare_space(p);
  }
  void lock_table(typename Base::Frame table) {
    if (auto& p = shares_[this->task()]) {
      Base::unshare_space(*p);
      Base::share_space(*p);
      p.reset();
    }
    Base::lock_table(table);
  }

 private:
  PerTask<std::optional<Process>> shares_{};
};

/// G9: a write fault copies its page without the lock of the table, and publishes the copy without
/// looking whether the page is still the one that it copied.
template <class Base>
struct CopiesWithoutLock : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    copying_ = {};
  }
  kernel::Status on_move_to_copy(typename Base::Place place, const typename Base::Area& area,
                                 bool writable) {
    copying_[this->task()] = place.table;
    const auto status = Base::on_move_to_copy(place, area, writable);
    copying_[this->task()].reset();
    return status;
  }
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    const auto table = copying_[this->task()];
    if (table) Base::unlock_table(*table);
    Base::copy_page(to, from);
    if (table) Base::lock_table(*table);
  }

 private:
  PerTask<std::optional<typename Base::Frame>> copying_{};
};

/// G10: areas change under a lock that others share, who look through them meanwhile.
template <class Base>
struct AreasChangeUnderReaders : Base {
  using Base::Base;
  void lock_space(typename Base::Process p) { Base::share_space(p); }
  void unlock_space(typename Base::Process p) { Base::unshare_space(p); }
};

/// G12: a migration gives up the spaces to allocate, all but the first, while entries are out of
/// use.
template <class Base>
struct LetsOthersInMidway : Base {
  using Base::Base;
  using typename Base::Process;
  void reset() {
    Base::reset();
    locked_ = {};
  }
  void lock_space(Process p) {
    Base::lock_space(p);
    ++locked_[this->task()];
  }
  void unlock_space(Process p) {
    --locked_[this->task()];
    Base::unlock_space(p);
  }
  typename Base::Allocation allocate() {
    const auto all = this->config().procs;
    if (locked_[this->task()] < all) return Base::allocate();  // no migration
    for (Process p = all; p-- > 1;) Base::unlock_space(p);
    const auto got = Base::allocate();
    for (Process p = 1; p < all; ++p) Base::lock_space(p);
    return got;
  }

 private:
  PerTask<std::uint32_t> locked_{};
};

/// G19: the kernel remembers where a page's bytes are, gives up the lock, and moves them there,
/// while another thread copies the page and leaves it.
template <class Base>
struct KeepsNoReference : Base {
  using Base::Base;
  void get_short(typename Base::Frame) {}
  void put_short(typename Base::Frame) {}
};

/// G19 of files: the kernel reads a page of a file when another thread may have left the file by a
/// write, and others write to it. The first kernel here did; the proof of reach_page found it.
template <class Base>
struct ReadsWhatWasLeft : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool reads_under_lock(const M&, const typename M::Area&) {
      return false;
    }
  };
};

}  // namespace cow::props::museum
