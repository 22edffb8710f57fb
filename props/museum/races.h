#pragma once

#include <array>
#include <optional>

#include "props/race/stepped_machine.h"

/// Planted bugs that only show when CPUs interleave: nothing that runs one operation at a time can
/// see them. Each is a mixin over a SteppedMachine. What one remembers of the operation that is
/// under way it keeps for each task apart.
namespace cow::props::museum {

template <class T>
using PerTask = std::array<T, race::max_tasks>;

/// B11: the count is read before the leaves, from which a split moves references to it.
template <class Base>
struct CountBeforeLeaves : Base {
  using Base::Base;
  std::uint32_t references(typename Base::Frame frame) const {
    const auto count = this->holders_of(frame);
    return count + this->leaves_over(frame);
  }
};

/// B11: a split gives up the leaf's reference before its sub-pages have theirs.
template <class Base>
struct LeafGoesFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    huge_ = gone_ = {};
  }
  typename Base::Entry load(const typename Base::Place& at) const {
    const auto entry = Base::load(at);
    huge_[this->task()] = entry.huge();
    return entry;
  }
  void get(typename Base::Frame frame) {
    if (huge_[this->task()] && !gone_[this->task()]) {  // the first of a split
      gone_[this->task()] = true;
      this->step({{{this->objects().leaves(frame), race::Deed::write}}}, "drop the leaf over frame",
                 frame);
      --this->blocks_[frame / Base::fan].leaves;
    }
    Base::get(frame);
  }
  void put_huge(typename Base::Frame head) {
    if (!gone_[this->task()]) Base::put_huge(head);
    gone_[this->task()] = false;
  }

 private:
  mutable PerTask<bool> huge_{};
  PerTask<bool> gone_{};
};

/// C1: fork gives up its locks and flushes the parent's translations then.
template <class Base>
struct ForkFlushesLate : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    late_ = {};
  }
  void flush_process(typename Base::Process p) { late_[this->task()] = p; }
  void unlock_space(typename Base::Process p) {
    Base::unlock_space(p);
    auto& late = late_[this->task()];
    if (!late || *late != p) return;
    late.reset();
    Base::flush_process(p);
  }

 private:
  PerTask<std::optional<typename Base::Process>> late_{};
};

/// C2: a page is flushed after its table was unlocked; its frame is long put.
template <class Base>
struct FlushesAfterUnlock : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    late_ = {};
  }
  void flush(const typename Base::Place& at) { late_[this->task()] = at; }
  void unlock_table(typename Base::Frame table) {
    Base::unlock_table(table);
    auto& late = late_[this->task()];
    if (!late || late->table != table) return;
    const auto at = *late;
    late.reset();
    Base::flush(at);
  }

 private:
  PerTask<std::optional<typename Base::Place>> late_{};
};

/// C5: the new entry is stored while other CPUs still have the old translation.
template <class Base>
struct NewEntryFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    cleared_ = {};
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    auto& cleared = cleared_[this->task()];
    if (!entry.present() && !Base::load(at).huge()) {
      cleared = at;  // not yet: whoever stores next replaces it
      return;
    }
    Base::store(at, entry);
    if (cleared) Base::flush(at);
    cleared.reset();
  }
  void flush(const typename Base::Place& at) {
    if (!cleared_[this->task()]) Base::flush(at);
  }
  void put(typename Base::Frame frame) {
    if (const auto at = cleared_[this->task()]) {  // nobody did: it is dropped
      cleared_[this->task()].reset();
      Base::store(*at, Base::Entry::none());
      Base::flush(*at);
    }
    Base::put(frame);
  }

 private:
  PerTask<std::optional<typename Base::Place>> cleared_{};
};

/// C17: a page table is freed at once, though a processor may be on its way through it.
template <class Base>
struct FreesTablesAtOnce : Base {
  using Base::Base;
  void flush_walks() {}
};

/// A flush does not wait until the CPU is between two instructions.
template <class Base>
struct FlushesInMidInstruction : Base {
  using Base::Base;
  void begin_instruction(typename Base::Cpu) {}
  void end_instruction(typename Base::Cpu) {}
};

/// A count goes up by a load and a store.
template <class Base>
struct CountsInTwoSteps : Base {
  using Base::Base;
  void get(typename Base::Frame frame) {
    const auto count = this->holders_of(frame);
    this->step({{{this->objects().count(frame), race::Deed::write},
                 {this->objects().sum(frame), race::Deed::add}}},
               "store the count of frame", frame);
    this->frames_[frame].count = count + 1;
    ++this->blocks_[frame / Base::fan].small;
  }
};

/// B22: whether somebody else holds a shared object is asked first, and acted upon later.
template <class Base>
struct AsksForTheLastOwner : Base {
  using Base::Base;
  bool put_table_unless_last(typename Base::Frame table) {
    if (this->table_references(table) == 1) return false;
    this->put_table(table);
    return true;
  }
};

/// G3: a child is there for everyone while fork still makes it.
template <class Base>
struct ChildIsBornEarly : Base {
  using Base::Base;
  void start(typename Base::Process p, typename Base::Frame root) {
    Base::start(p, root);
    Base::publish(p);
  }
};

/// G11: a fault gives up the lock once it has looked at the area, and goes by what it saw.
template <class Base>
struct FaultDropsItsLock : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    shares_ = dropped_ = {};
  }
  void share_space(typename Base::Process p) {
    Base::share_space(p);
    shares_[this->task()] = true;
  }
  typename Base::AreaList areas(typename Base::Process p) {
    const auto list = Base::areas(p);
    if (shares_[this->task()]) Base::unshare_space(p), dropped_[this->task()] = true;
    shares_[this->task()] = false;
    return list;
  }
  void unshare_space(typename Base::Process p) {
    if (!dropped_[this->task()]) Base::unshare_space(p);
    shares_[this->task()] = dropped_[this->task()] = false;
  }
  std::span<const typename Base::Area> areas(typename Base::Process p) const {
    return Base::areas(p);
  }

 private:
  PerTask<bool> shares_{}, dropped_{};
};

/// The TLB is filled under the space lock, which whoever waits for the CPU may hold.
template <class Base>
struct FillsUnderTheSpaceLock : Base {
  using Base::Base;
  void tlb_fill(typename Base::Cpu cpu, typename Base::Process p, std::uint64_t page,
                typename Base::Entry entry) {
    Base::share_space(p);
    Base::tlb_fill(cpu, p, page, entry);
    Base::unshare_space(p);
  }
};

/// Whoever shares a space sets the same bit, and clears it when done: of two who share it the first
/// to leave lets in who wants it alone. It takes three CPUs.
template <class Base>
struct SharersAreNotCounted : Base {
  using Base::Base;
  using Process = typename Base::Process;
  void lock_space(Process p) { take(p, alone, alone | shared, "lock the space of P"); }
  void share_space(Process p) { take(p, shared, alone, "share the space of P"); }
  void unlock_space(Process p) { give_up(p, alone, "unlock the space of P"); }
  void unshare_space(Process p) { give_up(p, shared, "unshare the space of P"); }

 private:
  static constexpr std::uint32_t alone = 1, shared = 2;

  void touch(Process p, race::Deed deed, const char* text) {
    this->step({{{this->objects().space_lock(p), deed}}}, text, p);
  }
  void take(Process p, std::uint32_t bit, std::uint32_t hindrance, const char* text) {
    auto& word = this->processes_[p].locked;
    for (bool taken = false; !taken;) {
      touch(p, race::Deed::read, "look at the space lock of P");
      if ((word & hindrance) != 0) {
        touch(p, race::Deed::await, "wait for the space lock of P");
        continue;
      }
      touch(p, race::Deed::write, text);
      taken = (word & hindrance) == 0;
    }
    word |= bit;
    ++this->header().locks;
  }
  void give_up(Process p, std::uint32_t bit, const char* text) {
    touch(p, race::Deed::write, text);
    this->processes_[p].locked &= ~bit;
    --this->header().locks;
    this->released();
  }
};

}  // namespace cow::props::museum
