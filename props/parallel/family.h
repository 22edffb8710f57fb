#pragma once

#include <array>

#include "props/draw/draw.h"
#include "props/lockstep/passed_memory.h"
#include "props/parallel/beside.h"
#include "props/parallel/plan.h"

namespace cow::props::parallel {

/// What the ancestor is made of, in operations of process 0: small and huge, some of it written.
inline std::vector<model::Op> ancestor_ops(const Plan& plan) {
  const auto fan = plan.fan(), bytes = model::page_bytes(plan.world.geometry);
  model::Op map;
  map.kind = model::Kind::map;
  map.access = model::Access::write;
  map.count = 2 * fan;
  model::Op huge = map;
  huge.page = 2 * fan;
  huge.huge = true;
  std::vector<model::Op> ops{map, huge};
  for (const auto page : {0U, 1U, 2U, fan, 2 * fan + 1, 3 * fan}) {
    model::Op write;
    write.kind = model::Kind::write;
    write.page = page;
    write.length = bytes;
    write.value = static_cast<std::uint8_t>(page + 1);
    ops.push_back(write);
  }
  return ops;
}

/// The processes that one thread has for itself. What they share with others, by fork from one
/// ancestor, must never show. Operations are drawn as for every other engine.
template <class M>
class Family {
 public:
  Family(const Plan& plan, std::uint32_t t, std::uint64_t seed)
      : plan_(plan), t_(t), beside_(plan.world, names(plan, t)), seeds_(seed) {
    beside_.reference().reset();
    kill_all();
  }

  /// One operation, or a new beginning when all are dead. Empty, or what was wrong.
  std::string step(machine::System<M>& system) {
    if (beside_.reference().living() == 0 || !draw_) return begin(system);
    auto op = draw_->next(beside_.reference());
    if (op.file) op.file = false, op.to = 0;  // other threads would see what it writes there
    return beside_.perform(system, op);
  }

  std::string end(machine::System<M>& system) {
    std::string wrong;
    while (wrong.empty()) {
      const auto process = who_can_exit(beside_.reference());
      if (!process) break;
      wrong = beside_.perform(system, exit_of(*process));
    }
    return wrong;
  }

  /// REQUIRES: the audit has looked, and no thread has done anything since.
  template <class Audit>
  std::string compare(const M& m, const Audit& audit) const {
    for (std::uint32_t i = 0; i < plan_.world.procs; ++i) {
      const auto p = plan_.family(t_, i);
      if (m.alive(p) != beside_.reference().alive(i)) return fmt::format("P{} lives or not", p);
      if (!m.alive(p)) continue;
      for (std::uint32_t page = 0; page < plan_.world.pages; ++page) {
        auto wrong = beside_.compare(i, page, audit.seen(p, page));
        if (!wrong.empty()) return wrong;
      }
    }
    return {};
  }

 private:
  static Beside::Names names(const Plan& plan, std::uint32_t t) {
    Beside::Names names{{}, t, plan.threads, plan.procs()};
    for (std::uint32_t i = 0; i < plan.world.procs; ++i)
      names.processes.push_back(plan.family(t, i));
    return names;
  }
  static model::Op exit_of(std::uint32_t i) {
    model::Op exit;
    exit.kind = model::Kind::exit;
    exit.proc = static_cast<std::uint8_t>(i);
    return exit;
  }
  void kill_all() { beside_.reference().perform(exit_of(0)); }

  std::string begin(machine::System<M>& system) {
    const auto status = system.fork(plan_.ancestor, plan_.family(t_, 0));
    if (status == kernel::Status::no_memory) return {};
    if (status != kernel::Status::ok) return fmt::format("a fork of the ancestor is refused");
    beside_.reference().reset();
    for (const auto& op : ancestor_ops(plan_)) beside_.reference().perform(op);
    draw_.emplace(plan_.world, seeds_.next());
    return {};
  }

  Plan plan_;
  std::uint32_t t_;
  Beside beside_;
  Random seeds_;
  std::optional<Draw> draw_;
};

}  // namespace cow::props::parallel
