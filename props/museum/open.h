#pragma once

#include <memory>
#include <string_view>

#include "props/explore/explorable.h"
#include "props/museum/museum.h"
#include "props/museum/stage.h"
#include "props/subjects/call.h"

/// What the families of the museum open their exhibits with.
namespace cow::props::museum {

using Plain = machine::ByteMachine<machine::Tiny>;

std::unique_ptr<Session> open_on(const model::World& world, std::unique_ptr<Stage<Plain>> machine);
std::unique_ptr<explore::Explorable> explore_on(std::unique_ptr<Stage<Plain>> machine);

template <template <class> class Mutant>
constexpr Openers open{
    [](const model::World& world) {
      return open_on(world, std::make_unique<Planted<Mutant, Plain>>(config_of(world)));
    },
    [](const model::World& world) {
      return explore_on(std::make_unique<Planted<Mutant, Plain>>(config_of(world)));
    }};

// Why no proof of today's sees a mutant.
inline constexpr std::string_view outside_steps = "breaks a loop or a step that is not proved yet";
inline constexpr std::string_view knows_forks = "knows whether a fork, or a migration, is at work";
inline constexpr std::string_view concrete_places = "its state is of concrete places";
inline constexpr std::string_view remembers = "remembers what came before";
inline constexpr std::string_view inside_tlbs = "reaches into the TLBs, which terms do not have";

}  // namespace cow::props::museum
