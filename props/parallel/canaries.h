#pragma once

#include <array>
#include <atomic>
#include <thread>

#include "impl/machine/parallel_machine.h"

// Machines that many threads must not run: each lacks one thing that one thread alone never needs.

namespace cow::props::parallel::canary {

/// Lets other threads run where much can go wrong, so that few rounds show what is missing. A
/// right machine stays right.
template <class Base>
struct Slow : Base {
  using Base::Base;
  typename Base::Allocation allocate() {
    const auto got = Base::allocate();
    pause();
    return got;
  }
  void write_bytes(typename Base::Frame frame, std::uint32_t offset,
                   std::span<const std::uint8_t> in) {
    pause();
    Base::write_bytes(frame, offset, in);
  }
  static void pause() {
    constinit thread_local unsigned count = 0;
    if (++count % 16 == 0) std::this_thread::yield();
  }
};

/// A reference is taken by a load and a store: of two that are taken at once, one is lost.
template <class Base>
struct LoadThenStore : Base {
  using Base::Base;
  void get(typename Base::Frame frame) {
    const auto word = this->counts_[frame].word();
    Base::pause();
    this->counts_[frame].start(word + 1);
  }
};

/// Whether a frame is free is read from two words: the last PTE and the last leaf may both see the
/// other gone.
template <class Base>
struct TwoWords : Base {
  using Base::Base;
  void put(typename Base::Frame frame) {
    auto& count = this->counts_[frame];
    count.put();
    Base::pause();
    if (count.holders() == 0 && this->leaves(frame).load() == 0) {
      this->settle(frame, machine::FrameCount::Put::last);
    }
  }
};

/// A shootdown tells the other CPUs and goes on, while they may be in an access that has looked up
/// the old translation already. They drop it before their next one.
template <class Base>
struct FlushWithoutWait : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    if (at.process != machine::none) tell();
  }
  void flush_huge(const typename Base::Place&) { tell(); }
  void flush_process(typename Base::Process) { tell(); }
  void begin_instruction(typename Base::Cpu cpu) {
    Base::begin_instruction(cpu);
    obey(cpu);
  }
  void rest() {
    for (typename Base::Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) obey(cpu);
    Base::rest();
  }
  void obey(typename Base::Cpu cpu) {
    if (!told[cpu].exchange(false)) return;
    for (typename Base::Process p = 0; p < this->config_.procs; ++p) {
      this->flush_process_on(cpu, p);
    }
  }
  void tell() {
    for (auto& cpu : told) cpu = true;
  }
  std::array<std::atomic<bool>, machine::max_cpus> told{};
};

/// A CPU says that it may know the process only when it caches a translation, after it has walked:
/// a shootdown in between passes it over.
template <class Base>
struct IsKnownTooLate : Base {
  using Base::Base;
  auto tlb_find(typename Base::Cpu cpu, typename Base::Process p, std::uint64_t page, bool write) {
    return machine::Tlbs<typename Base::G>::tlb_find(cpu, p, page, write);
  }
  void tlb_fill(typename Base::Cpu cpu, typename Base::Process p, std::uint64_t page,
                typename Base::Entry entry) {
    Base::pause();
    this->known_[p].add(cpu, page / Base::fan);
    Base::tlb_fill(cpu, p, page, entry);
  }
};

/// A table's lock is open again before what it protects is done.
template <class Base>
struct UnlocksTablesEarly : Base {
  using Base::Base;
  void lock_table(typename Base::Frame table) {
    Base::lock_table(table);
    Base::unlock_table(table);
  }
  void unlock_table(typename Base::Frame) {}
};

}  // namespace cow::props::parallel::canary
