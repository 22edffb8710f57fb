#pragma once

#include <algorithm>

#include "props/race/scheduler.h"

/// Small programs that are known to be right or wrong, for the tests of the engine.
namespace cow::props::race::toys {

/// A few words of shared memory, each an object, and a few locks behind them.
class Toy : public Program {
 public:
  static constexpr std::uint32_t words = 4, locks = 4;

  unsigned tasks() const override { return 2; }
  std::uint32_t objects() const override { return words + locks; }
  void begin(Scheduler& scheduler) override {
    scheduler_ = &scheduler;
    memory_ = {};
  }

 protected:
  int load(std::uint32_t at) {
    step({at, Deed::read}, "load", at);
    return memory_[at];
  }
  void store(std::uint32_t at, int value) {
    step({at, Deed::write}, "store", at);
    memory_[at] = value;
  }
  void add(std::uint32_t at, int value) {
    step({at, Deed::write}, "add", at);
    memory_[at] += value;
  }
  /// If it is as expected.
  bool swap(std::uint32_t at, int expected, int value) {
    step({at, Deed::write}, "swap", at);
    if (memory_[at] != expected) return false;
    memory_[at] = value;
    return true;
  }
  void lock(std::uint32_t at) { step({words + at, Deed::lock}, "lock", at); }
  void unlock(std::uint32_t at) { step({words + at, Deed::unlock}, "unlock", at); }
  /// What a spin loop does between two looks at these words.
  void spin(std::uint32_t at, std::uint32_t other) {
    scheduler_->access({{{{at, Deed::await}, {other, Deed::await}}}, "spin on", at});
  }
  void spin(std::uint32_t at) { step({at, Deed::await}, "spin on", at); }
  std::optional<Failure> expect(bool right, const char* text) const {
    if (right) return std::nullopt;
    return Failure{Wrong::judged, 1, text};
  }

  std::array<int, words> memory_{};

 private:
  void step(const Touch& touch, const char* text, std::uint32_t number) {
    scheduler_->access({{touch}, text, number});
  }
  Scheduler* scheduler_ = nullptr;
};

/// Each task adds one. With `Atomic` in one step, else by a load and a store.
template <bool Atomic, unsigned Tasks = 2>
struct Counter : Toy {
  unsigned tasks() const override { return Tasks; }
  void run(unsigned, Scheduler&) override {
    if (Atomic)
      add(0, 1);
    else
      store(0, load(0) + 1);
  }
  std::optional<Failure> judge() override {
    return expect(memory_[0] == static_cast<int>(Tasks), "an increment was lost");
  }
};

/// The same under a lock.
struct LockedCounter : Toy {
  void run(unsigned, Scheduler&) override {
    lock(0);
    store(0, load(0) + 1);
    unlock(0);
  }
  std::optional<Failure> judge() override {
    return expect(memory_[0] == 2, "an increment was lost");
  }
};

/// Two locks, by the two tasks in the same order or in opposite ones. With `Apart` the second task
/// comes only when the first is done, so that this never deadlocks.
template <bool Opposite, bool Apart = false>
struct TwoLocks : Toy {
  void run(unsigned task, Scheduler&) override {
    if (Apart && task == 1) {
      while (load(0) == 0) spin(0);
    }
    const unsigned first = Opposite ? task : 0;
    lock(first);
    lock(1 - first);
    unlock(1 - first);
    unlock(first);
    if (Apart && task == 0) store(0, 1);
  }
  std::optional<Failure> judge() override { return std::nullopt; }
};

/// Task 1 waits for a word that task 0 sets only when it is `Right`.
template <bool Right>
struct Flag : Toy {
  void run(unsigned task, Scheduler&) override {
    if (task == 0) return store(1, 7), store(0, Right ? 1 : 0);
    while (load(0) == 0) spin(0);
    seen_ = load(1);
  }
  std::optional<Failure> judge() override { return expect(seen_ == 7, "the flag came too early"); }

  int seen_ = 0;
};

/// A loop that looks for ever, without saying that it spins.
struct Endless : Toy {
  void run(unsigned task, Scheduler&) override {
    while (task == 1 && load(0) == 0) {
    }
  }
  std::optional<Failure> judge() override { return std::nullopt; }
};

/// How impl/machine/known_to.h spares a CPU the shootdowns of what it does not know: the CPU says
/// that it knows the process, then it walks; who takes a page away clears the entry, then it asks
/// who knows. Either the other way round is wrong.
template <bool SaysFirst, bool ClearsFirst>
struct Shootdown : Toy {
  static constexpr std::uint32_t entry = 0, known = 1, cached = 2, freed = 3;

  void begin(Scheduler& scheduler) override {
    Toy::begin(scheduler);
    memory_[entry] = 1;
    dangling_ = false;
  }
  void run(unsigned task, Scheduler&) override {
    if (task == 0)
      access(), access();
    else
      take_away();
  }
  std::optional<Failure> judge() override { return expect(!dangling_, "a freed page was used"); }

 private:
  void access() {
    lock(0);  // an instruction
    if (load(cached) == 0) {
      if (SaysFirst) store(known, 1);
      const int found = load(entry);
      if (!SaysFirst) store(known, 1);
      store(cached, found);
    }
    if (load(cached) == 1) dangling_ = dangling_ || load(freed) == 1;
    unlock(0);
  }
  void take_away() {
    if (ClearsFirst) store(entry, 0);
    const bool asks = load(known) == 1;
    if (!ClearsFirst) store(entry, 0);
    if (asks) lock(0), store(cached, 0), unlock(0);
    store(freed, 1);
  }

  bool dangling_ = false;
};

/// A stack of nodes 1, 2, 3 (Treiber 1986). Some tasks borrow a node: take it and put it back; the
/// others take one for good. When not `Right`, who takes one does not notice that the top went
/// away and came back with another node below it (ABA). That takes one who borrowed the top, one
/// who took the node below it, and one who was asleep: no two tasks can show it.
template <bool Right>
struct Stack : Toy {
  enum class Does : std::uint8_t { borrows, takes };
  static constexpr std::uint32_t top = 0;  // and at 1, 2, 3 what lies below each

  explicit Stack(std::vector<Does> tasks) : does_(std::move(tasks)), taken_(does_.size()) {}

  unsigned tasks() const override { return static_cast<unsigned>(does_.size()); }
  void begin(Scheduler& scheduler) override {
    Toy::begin(scheduler);
    memory_ = {1, 2, 3, 0};
    std::ranges::fill(taken_, 0);
  }
  void run(unsigned task, Scheduler&) override {
    const int node = pop();
    if (does_[task] == Does::takes)
      taken_[task] = node;
    else if (node != 0)
      push(node);
  }
  std::optional<Failure> judge() override {
    std::array<int, words> seen{};
    for (const int node : taken_) ++seen[static_cast<std::size_t>(node)];
    for (int node = memory_[top] % 8; node != 0; node = memory_[static_cast<std::size_t>(node)]) {
      if (++seen[static_cast<std::size_t>(node)] > 1) break;
    }
    return expect(seen[1] == 1 && seen[2] == 1 && seen[3] == 1, "a node is lost or there twice");
  }

 private:
  /// The node, and above it how often the top changed.
  static int changed(int old, int node) { return (Right ? old / 8 * 8 + 8 : 0) + node; }

  int pop() {
    for (;;) {
      const int old = load(top), node = old % 8;
      if (node == 0) return 0;
      const int below = load(static_cast<std::uint32_t>(node));
      if (swap(top, old, changed(old, below))) return node;
    }
  }
  void push(int node) {
    for (bool done = false; !done;) {
      const int old = load(top);
      store(static_cast<std::uint32_t>(node), old % 8);
      done = swap(top, old, changed(old, node));
    }
  }

  std::vector<Does> does_;
  std::vector<int> taken_;
};

/// Mutual exclusion (Peterson 1981). When not `Right`, the turn is set before the flag.
template <bool Right>
struct Peterson : Toy {
  static constexpr std::uint32_t turn = 2, inside = 3;  // 0 and 1: the flags

  void begin(Scheduler& scheduler) override {
    Toy::begin(scheduler);
    together_ = false;
  }
  void run(unsigned task, Scheduler&) override {
    const auto other = 1 - task;
    if (Right) store(task, 1);
    store(turn, static_cast<int>(other));
    if (!Right) store(task, 1);
    while (load(other) == 1 && load(turn) == static_cast<int>(other)) spin(other, turn);
    add(inside, 1);
    together_ = together_ || load(inside) == 2;
    add(inside, -1);
    store(task, 0);
  }
  std::optional<Failure> judge() override {
    return expect(!together_, "both tasks are in the critical section");
  }

  bool together_ = false;
};

}  // namespace cow::props::race::toys
