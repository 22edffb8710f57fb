#pragma once

#include <memory>
#include <string_view>

#include "props/explore/explorable.h"
#include "props/lockstep/lockstep.h"
#include "props/museum/museum.h"
#include "props/subjects/embedded.h"

/// What the families of the museum open their exhibits with. Each mutant is a kernel of its own,
/// seconds for the compiler; so each family is a file that is compiled by itself.
namespace cow::props::museum {

template <class M>
std::unique_ptr<Session> open_lockstep(const model::World& world) {
  return std::make_unique<Lockstep<Embedded<M>>>(world, world);
}

template <template <class> class Mutant>
constexpr Openers open{&open_lockstep<Mutant<machine::ByteMachine<machine::Tiny>>>,
                       &explore::open_explorable<Mutant<machine::ByteMachine<machine::Tiny>>>};

// Why no proof of today's sees a mutant.
inline constexpr std::string_view outside_steps = "breaks a loop or a step that is not proved yet";
inline constexpr std::string_view inside_tlbs = "reaches into the TLBs, which terms do not have";
inline constexpr std::string_view huge_pages = "huge pages are not proved yet";

}  // namespace cow::props::museum
