#include "props/explore/team.h"

#include <utility>

namespace cow::props::explore {

namespace {

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Most rounds end within this: sleeping and being woken took two threads a quarter of their time.
constexpr int spins = 4000;

/// Returns when `value` is not `old` any more.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < spins; ++i) {
    if (value.load() != old) return;
    pause();
  }
  value.wait(old);
}

}  // namespace

Team::Team(std::size_t size) : trouble_(size) {
  for (std::size_t i = 1; i < size; ++i) threads_.emplace_back([this, i] { serve(i); });
}

Team::~Team() {
  work_ = nullptr;
  ++round_;
  round_.notify_all();
  for (auto& thread : threads_) thread.join();
}

/// A round begins when its number is there and has ended when nobody works: so `work_` is only
/// written while no thread reads it.
void Team::run(const Work& work) {
  work_ = &work;
  working_ = static_cast<std::uint32_t>(threads_.size());
  ++round_;
  round_.notify_all();
  take_part(0);
  for (auto left = working_.load(); left > 0; left = working_.load()) wait_while(working_, left);
  std::exception_ptr first;
  for (auto i = trouble_.size(); i-- > 0;) {
    if (auto trouble = std::exchange(trouble_[i], nullptr)) first = std::move(trouble);
  }
  if (first) std::rethrow_exception(first);
}

void Team::serve(std::size_t member) {
  for (std::uint32_t round = 0;; ++round) {
    wait_while(round_, round);
    if (work_ == nullptr) return;
    take_part(member);
    if (--working_ == 0) working_.notify_one();
  }
}

void Team::take_part(std::size_t member) {
  try {
    (*work_)(member);
  } catch (...) {
    trouble_[member] = std::current_exception();
  }
}

}  // namespace cow::props::explore
