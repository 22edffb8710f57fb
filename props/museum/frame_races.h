#pragma once

#include <cstdint>
#include <optional>

#include "props/museum/races.h"

/// Planted bugs of pages whose frames change while other CPUs use them.
namespace cow::props::museum {

/// A15 of migration: whether somebody else holds the frame is asked while its mappings are still in
/// use, and a pin without a lock comes in between.
template <class Base>
struct MigrateAsksFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    asked_ = {};
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.suspended()) asked_[this->task()] = Base::references(entry.frame());
    Base::store(at, entry);
  }
  std::uint32_t asked() const { return asked_[this->task()]; }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_migrate(const M& m, const typename M::Frame&, std::uint32_t mappings) {
      return m.asked() == mappings;
    }
  };

 private:
  PerTask<std::uint32_t> asked_{};
};

/// A15 of collapse: the same for each of its small pages.
template <class Base>
struct CollapseAsksFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    pinned_ = {};
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.suspended()) pinned_[this->task()] = Base::pinned(entry.frame());
    Base::store(at, entry);
  }
  bool was_pinned() const { return pinned_[this->task()]; }
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_collapse(const M& m, const typename M::Entry&) {
      return !m.was_pinned();
    }
  };

 private:
  PerTask<bool> pinned_{};
};

/// C5 of migration and collapse: the bytes are copied while a CPU still writes by the old
/// translation.
template <class Base>
struct CopiesBeforeFlush : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    late_ = {};
  }
  void flush(const typename Base::Place& at) {
    if (!Base::load(at).suspended()) return Base::flush(at);
    late_[this->task()] = at;
  }
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    Base::copy_page(to, from);
    catch_up();
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    catch_up();
    Base::store(at, entry);
  }

 private:
  void catch_up() {
    auto& late = late_[this->task()];
    if (late) Base::flush(*late);
    late.reset();
  }
  PerTask<std::optional<typename Base::Place>> late_{};
};

/// E4: a split gives up the lock of the table while nothing stands in the huge page's place.
template <class Base>
struct SplitLeavesAHole : Base {
  using Base::Base;
  void flush_huge(const typename Base::Place& at) {
    const bool hole = !Base::load(at).present();
    if (hole) Base::unlock_table(at.table);
    Base::flush_huge(at);
    if (hole) Base::lock_table(at.table);
  }
};

}  // namespace cow::props::museum
