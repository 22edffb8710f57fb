#pragma once

#include "props/museum/races.h"

/// Planted races about page tables that processes share.
namespace cow::props::museum {

/// E7: whoever copied a shared table lets go of it while a processor of the same process may still
/// walk it: its other owner changes it then.
template <class Base>
struct OwnsWithoutWaiting : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    replaced_ = {};
  }
  void store_at(typename Base::Frame table, std::uint32_t i, typename Base::Entry entry) {
    replaced_[this->task()] = entry.present();
    Base::store_at(table, i, entry);
  }
  void flush_walks() {
    if (!replaced_[this->task()]) Base::flush_walks();
  }

 private:
  PerTask<bool> replaced_{};
};

}  // namespace cow::props::museum
