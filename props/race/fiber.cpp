#include "props/race/fiber.h"

#include <boost/context/detail/fcontext.hpp>
#include <new>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define COW_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COW_ASAN 1
#endif
#endif
#ifdef COW_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

namespace cow::props::race {

namespace context = boost::context::detail;

namespace {
constexpr std::size_t guard = 4096;  ///< an overflow is a crash, not silence
constexpr std::size_t stack_bytes = 256 << 10;
}  // namespace

/// What the sanitizer is told around a switch, and where the fiber begins.
struct Fiber::Switch {
  static void leave([[maybe_unused]] void** fake, [[maybe_unused]] const void* bottom,
                    [[maybe_unused]] std::size_t size) {
#ifdef COW_ASAN
    __sanitizer_start_switch_fiber(fake, bottom, size);
#endif
  }
  static void arrive([[maybe_unused]] void* fake, [[maybe_unused]] const void** bottom,
                     [[maybe_unused]] std::size_t* size) {
#ifdef COW_ASAN
    __sanitizer_finish_switch_fiber(fake, bottom, size);
#endif
  }

  static void entry(context::transfer_t from) {
    auto* const fiber = static_cast<Fiber*>(from.data);
    fiber->outside_ = from.fctx;
    arrive(nullptr, &fiber->bottom_outside_, &fiber->size_outside_);
    fiber->body_(fiber->argument_);
    fiber->ended_ = true;
    leave(nullptr, fiber->bottom_outside_, fiber->size_outside_);
    context::jump_fcontext(fiber->outside_, fiber);
  }
};

Fiber::Fiber() {
  void* const at = mmap(nullptr, guard + stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  stack_ = static_cast<std::byte*>(at);
  mprotect(stack_, guard, PROT_NONE);
}

Fiber::~Fiber() { munmap(stack_, guard + stack_bytes); }

void Fiber::start(void (*body)(void*), void* argument) {
  body_ = body;
  argument_ = argument;
  ended_ = false;
  fake_inside_ = nullptr;
  inside_ =
      context::make_fcontext(stack_ + guard + stack_bytes, stack_bytes, &Fiber::Switch::entry);
}

void Fiber::resume() {
  Switch::leave(&fake_outside_, stack_ + guard, stack_bytes);
  inside_ = context::jump_fcontext(inside_, this).fctx;
  Switch::arrive(fake_outside_, nullptr, nullptr);
}

void Fiber::pause() {
  Switch::leave(&fake_inside_, bottom_outside_, size_outside_);
  outside_ = context::jump_fcontext(outside_, this).fctx;
  Switch::arrive(fake_inside_, &bottom_outside_, &size_outside_);
}

}  // namespace cow::props::race
