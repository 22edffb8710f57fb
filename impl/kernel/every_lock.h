#pragma once

/// Locks of all processes at once, for what has to find everybody who maps a page.
namespace cow::kernel {

/// One lock of every process, in order.
template <class M, auto lock, auto unlock>
class EveryLock {
 public:
  explicit EveryLock(M& m) : m_(m) {
    while (m_.valid_process(locked_)) (m_.*lock)(locked_++);
  }
  ~EveryLock() {
    while (locked_ > 0) (m_.*unlock)(--locked_);
  }
  EveryLock(const EveryLock&) = delete;
  EveryLock& operator=(const EveryLock&) = delete;

 private:
  M& m_;
  typename M::Process locked_ = 0;
};
/// Holds every address space still, and every name that a fork could give.
template <class M>
using EverySpaceLock = EveryLock<M, &M::lock_space, &M::unlock_space>;
/// The same for the pins of all processes: with both held nobody takes or frees a frame.
template <class M>
using EveryPinsLock = EveryLock<M, &M::lock_pins, &M::unlock_pins>;

}  // namespace cow::kernel
