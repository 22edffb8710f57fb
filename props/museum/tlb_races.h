#pragma once

#include <cstdint>
#include <optional>

/// Planted bugs of deferred flushes that show only when CPUs interleave (impl/kernel/asid.h,
/// gather.h). They show only in worlds with few identifiers, or with batches.
namespace cow::props::museum {

/// A CPU looks at the generation of the process that it goes over to, and only then says that it
/// runs it: a flush in between neither interrupts it nor is seen.
template <class Base>
struct LooksBeforeItRuns : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    late_ = {};
  }
  void run(typename Base::Cpu cpu, typename Base::Process p) { late_[this->task()] = Over{cpu, p}; }
  typename Base::Number generation(typename Base::Process p) const {
    const auto seen = Base::generation(p);
    auto& late = late_[this->task()];
    if (late) const_cast<LooksBeforeItRuns*>(this)->Base::run(late->cpu, late->process);
    late.reset();
    return seen;
  }

 private:
  struct Over {
    typename Base::Cpu cpu;
    typename Base::Process process;
  };
  mutable PerTask<std::optional<Over>> late_{};
};

/// A batch is flushed after the lock of the space was given up.
template <class Base>
struct BatchFlushedLate : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    late_ = {};
  }
  void flush_range(typename Base::Process p, std::uint64_t first, std::uint64_t end) {
    late_[this->task()] = Range{p, first, end};
  }
  void unlock_space(typename Base::Process p) {
    Base::unlock_space(p);
    auto& late = late_[this->task()];
    if (!late || late->process != p) return;
    const auto range = *late;
    late.reset();
    Base::flush_range(range.process, range.first, range.end);
  }

 private:
  struct Range {
    typename Base::Process process;
    std::uint64_t first, end;
  };
  PerTask<std::optional<Range>> late_{};
};

}  // namespace cow::props::museum
