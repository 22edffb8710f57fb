#pragma once

#include <cstddef>

namespace cow::props::race {

/// A function on a stack of its own, which it may leave in the middle and come back to. This is
/// the one place that knows how stacks are switched (Boost.Context).
///
/// A fiber may be started anew while it is paused: what it was doing is abandoned, and no
/// destructor of it runs. REQUIRES: what runs in a fiber owns nothing while it is paused.
class Fiber {
 public:
  Fiber();  ///< throws std::bad_alloc
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// The next `resume` calls `body(argument)`, which must not throw.
  void start(void (*body)(void*), void* argument);
  /// Runs it until it pauses or ends. REQUIRES: called from outside, and it has not ended.
  void resume();
  /// Back to whoever resumed it. REQUIRES: called from inside.
  void pause();
  bool ended() const { return ended_; }

 private:
  struct Switch;

  std::byte* stack_ = nullptr;
  void* inside_ = nullptr;   ///< where it is paused
  void* outside_ = nullptr;  ///< who resumed it
  void (*body_)(void*) = nullptr;
  void* argument_ = nullptr;
  bool ended_ = true;
  // For the sanitizers, which must know which stack is in use:
  void* fake_inside_ = nullptr;
  void* fake_outside_ = nullptr;
  const void* bottom_outside_ = nullptr;
  std::size_t size_outside_ = 0;
};

}  // namespace cow::props::race
