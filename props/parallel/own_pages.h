#pragma once

#include "props/draw/random.h"
#include "props/parallel/beside.h"
#include "props/parallel/plan.h"

namespace cow::props::parallel {

/// The pages of the common process that one thread has for itself, while others map, unmap and
/// fork beside it. Now and then it forks the process: the child must have these pages as they are,
/// and what it writes to them must not come back.
template <class M>
class OwnPages {
 public:
  OwnPages(const Plan& plan, std::uint32_t t, std::uint64_t seed)
      : plan_(plan),
        t_(t),
        world_(plan.world),
        beside_((world_.procs = 2, world_),
                {{Plan::common, plan.child(t)}, t, plan.threads, plan.procs()}),
        random_(seed) {}

  /// Empty, or what was wrong.
  std::string step(machine::System<M>& system) {
    if (!random_.one_in(12)) return beside_.perform(system, draw(0));
    return fork_and_compare(system);
  }

  /// REQUIRES: the audit has looked, and no thread has done anything since.
  template <class Audit>
  std::string compare(const Audit& audit) const {
    for (std::uint32_t i = 0; i < Plan::own_pages; ++i) {
      const auto page = plan_.own_from(t_) + i;
      auto wrong = beside_.compare(0, page, audit.seen(Plan::common, page));
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  model::Op of(model::Kind kind, std::uint32_t process) const {
    model::Op op;
    op.kind = kind;
    op.proc = static_cast<std::uint8_t>(process);
    return op;
  }

  model::Op draw(std::uint32_t process) {
    using model::Kind;
    constexpr std::array kinds = {Kind::map,   Kind::map,   Kind::unmap,  Kind::protect,
                                  Kind::write, Kind::write, Kind::write,  Kind::read,
                                  Kind::read,  Kind::read,  Kind::migrate};
    auto op = of(kinds[random_.below(kinds.size())], process);
    op.page = plan_.own_from(t_) + random_.below(Plan::own_pages);
    if (model::is_access(op.kind)) {
      const auto bytes = model::page_bytes(world_.geometry);
      op.offset = random_.below(bytes);
      op.length = 1 + random_.below(std::min(bytes - op.offset, 16U));
      op.value = static_cast<std::uint8_t>(random_.next());
    } else {
      op.count = 1 + random_.below(plan_.own_from(t_ + 1) - op.page);
      op.access = random_.one_in(4) ? model::Access::read : model::Access::write;
    }
    return op;
  }

  std::string fork_and_compare(machine::System<M>& system) {
    auto fork = of(model::Kind::fork, 0);
    fork.child = 1;
    auto wrong = beside_.perform(system, fork);
    if (!wrong.empty() || !beside_.reference().alive(1)) return wrong;  // no memory
    for (int i = 0; i < 6 && wrong.empty(); ++i) {
      wrong = beside_.perform(system, draw(random_.below(2)));
    }
    return wrong.empty() ? beside_.perform(system, of(model::Kind::exit, 1)) : wrong;
  }

  Plan plan_;
  std::uint32_t t_;
  model::World world_;
  Beside beside_;
  Random random_;
};

}  // namespace cow::props::parallel
