#pragma once

#include "props/lockstep/lockstep.h"
#include "props/museum/open.h"

/// For mutants that bring a function of the kernel: each is a kernel of its own, seconds for the
/// compiler.
namespace cow::props::museum {

template <class M>
std::unique_ptr<Session> open_lockstep(const model::World& world) {
  return std::make_unique<Lockstep<Embedded<M>>>(world, world);
}

template <template <class> class Mutant>
constexpr Openers open_own{&open_lockstep<Mutant<Plain>>, &explore::open_explorable<Mutant<Plain>>};

}  // namespace cow::props::museum
