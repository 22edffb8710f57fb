#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "impl/machine/parallel_machine.h"
#include "props/parallel/family.h"
#include "props/parallel/hit_pages.h"
#include "props/parallel/own_pages.h"

namespace cow::props::parallel {

/// Many threads on one machine, in rounds: a while of random operations by all at once, then all
/// threads end, and the whole machine is looked at. What each thread does is the same for the same
/// seed; how the threads interleave is not.
template <class M>
class Stress {
 public:
  Stress(const Plan& plan, std::uint64_t seed)
      : plan_(plan), system_(plan.config()), audit_(system_.machine()) {
    std::vector<std::uint8_t> buffer;
    for (const auto& op : ancestor_ops(plan)) call(system_, op, buffer);
    system_.fork(Plan::ancestor, Plan::common);
    system_.exec(Plan::common);
    for (std::uint32_t t = 0; t < plan.threads; ++t) {
      workers_.push_back(std::make_unique<Worker>(plan, t, seed_of(seed, t)));
    }
  }

  /// Each thread does `steps` steps. Empty, or what was wrong first.
  std::string round(std::uint32_t steps) {
    in_parallel([&](std::uint32_t t) { workers_[t]->work(system_, steps, stop_); });
    auto wrong = first_wrong();
    return wrong.empty() ? look() : wrong;
  }

  /// All exit at once; then every frame must be free.
  std::string end() {
    in_parallel([&](std::uint32_t t) { workers_[t]->end(system_); });
    for (const auto p : {Plan::ancestor, Plan::common}) {
      if (system_.exit(p) != kernel::Status::ok) return "the last processes do not exit";
    }
    auto wrong = first_wrong();
    if (wrong.empty()) wrong = laws();
    if (!wrong.empty()) return wrong;
    const auto& m = system_.machine();
    const auto used = m.config().frames - m.free_frames() - audit_.kept();
    return used == 0 ? std::string() : fmt::format("{} frames are still in use at the end", used);
  }

  const machine::System<M>& system() const { return system_; }

 private:
  struct Worker {
    Worker(const Plan& plan, std::uint32_t t, std::uint64_t seed)
        : random(seed_of(seed, 0)),
          family(plan, t, seed_of(seed, 1)),
          own_pages(plan, t, seed_of(seed, 2)),
          hit_pages(plan, t, seed_of(seed, 3)) {}

    void work(machine::System<M>& system, std::uint32_t steps, std::atomic<bool>& stop) {
      for (std::uint32_t i = 0; i < steps && wrong.empty() && !stop; ++i) {
        const auto which = random.below(4);
        wrong = which == 0   ? family.step(system)
                : which == 1 ? own_pages.step(system)
                             : hit_pages.step(system);
      }
      if (!wrong.empty()) stop = true;
    }
    void end(machine::System<M>& system) { wrong = family.end(system); }

    Random random;
    Family<M> family;
    OwnPages<M> own_pages;
    HitPages<M> hit_pages;
    std::string wrong;
  };

  template <class Work>
  void in_parallel(Work work) {
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < plan_.threads; ++t) {
      threads.emplace_back([&work, t] {
        const machine::ActAsCpu act(t);
        work(t);
      });
    }
    for (auto& thread : threads) thread.join();
  }

  std::string first_wrong() const {
    for (const auto& worker : workers_) {
      if (!worker->wrong.empty()) return worker->wrong;
    }
    return {};
  }
  std::string laws() {
    system_.machine().rest();
    if (audit_.look_properly()) return {};
    const auto& finding = audit_.findings().front();
    return std::string(kernel::name(finding.law)) + ": " + finding.text;
  }
  std::string look() {
    auto wrong = laws();
    for (std::size_t t = 0; t < workers_.size() && wrong.empty(); ++t) {
      wrong = workers_[t]->family.compare(system_.machine(), audit_);
      if (wrong.empty()) wrong = workers_[t]->own_pages.compare(audit_);
    }
    return wrong;
  }

  Plan plan_;
  machine::System<M> system_;
  machine::Audit<typename M::G> audit_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> stop_ = false;
};

/// A whole run: `rounds` rounds, then the end. Empty, or what was wrong first.
template <class M>
std::string stress(const Plan& plan, std::uint64_t seed, int rounds, std::uint32_t steps) {
  Stress<M> run(plan, seed);
  for (int i = 0; i < rounds; ++i) {
    auto wrong = run.round(steps);
    if (!wrong.empty()) return fmt::format("seed {}, round {}: {}", seed, i, wrong);
  }
  auto wrong = run.end();
  return wrong.empty() ? wrong : fmt::format("seed {}, at the end: {}", seed, wrong);
}

}  // namespace cow::props::parallel
