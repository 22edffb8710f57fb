#pragma once

#include <cstdint>

#include "props/museum/races.h"

/// Planted bugs of pins that are taken without a lock while a fork goes on.
namespace cow::props::museum {

/// A15: no sequence number. Fork sees no pin, the pin sees the entry as it was, fork protects it.
template <class Base>
struct PinIgnoresFork : Base {
  using Base::Base;
  std::uint32_t write_protections(typename Base::Process) const { return 0; }
};

/// A16: the sequence number is looked at again for small pages only.
template <class Base>
struct HugePinIgnoresFork : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    first_ = {};
    huge_ = {};
  }
  std::uint32_t write_protections(typename Base::Process p) const {
    auto& was_huge = huge_[this->task()];
    auto& first = first_[this->task()];
    if (!was_huge) first = Base::write_protections(p);
    was_huge = false;
    return first;
  }
  void get_pinned(typename Base::Frame frame) {
    Base::get_pinned(frame);
    huge_[this->task()] = this->blocks_[frame / Base::fan].leaves > 0;
  }

 private:
  mutable PerTask<std::uint32_t> first_{};
  mutable PerTask<bool> huge_{};
};

/// A16, as it was found: the sequence number is not looked at for huge pages of the pool.
template <class Base>
struct PooledPinIgnoresFork : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    first_ = {};
    pooled_ = {};
  }
  std::uint32_t write_protections(typename Base::Process p) const {
    auto& was_pooled = pooled_[this->task()];
    auto& first = first_[this->task()];
    if (!was_pooled) first = Base::write_protections(p);
    was_pooled = false;
    return first;
  }
  void get_pinned(typename Base::Frame frame) {
    Base::get_pinned(frame);
    pooled_[this->task()] = this->pooled(frame);
  }

 private:
  mutable PerTask<std::uint32_t> first_{};
  mutable PerTask<bool> pooled_{};
};

}  // namespace cow::props::museum
