#include "props/museum/open.h"

#include "props/lockstep/lockstep.h"
#include "props/museum/functions_of_kernel.h"
#include "props/subjects/embedded.h"

namespace cow::props::museum {

template class Functions<Plain>;

std::unique_ptr<Session> open_on(const model::World& world, std::unique_ptr<Stage<Plain>> machine) {
  return std::make_unique<Lockstep<Embedded<Stage<Plain>>>>(world, std::move(machine));
}

std::unique_ptr<explore::Explorable> explore_on(std::unique_ptr<Stage<Plain>> machine) {
  const bool more = machine->extra() != 0;
  return std::make_unique<explore::ExplorableMachine<Stage<Plain>>>(std::move(machine), more);
}

}  // namespace cow::props::museum
