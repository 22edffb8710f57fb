#pragma once

#include "props/museum/races.h"

/// Planted bugs of entries that processors change, too, which show only when CPUs interleave.
namespace cow::props::museum {

/// C15: the kernel loads an entry, changes it and stores it, though a processor may set the dirty
/// bit in between.
template <class Base>
struct ChangesInTwoSteps : Base {
  using Base::Base;
  bool replace(const typename Base::Place& at, typename Base::Entry, typename Base::Entry after) {
    Base::store(at, after);
    return true;
  }
};

/// The same on the processor's side: it sets the dirty bit by a load and a store.
template <class Base>
struct DirtiesInTwoSteps : Base {
  using Base::Base;
  bool set_dirty(typename Base::Frame table, std::uint32_t index, typename Base::Entry seen) {
    Base::store_at(table, index, seen.made_dirty());
    return true;
  }
};

}  // namespace cow::props::museum
