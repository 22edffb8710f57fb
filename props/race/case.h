#pragma once

#include <vector>

#include "model/op.h"

namespace cow::props::race {

/// What the race engine explores: a start state, made by operations one after another, and what a
/// few CPUs do then at the same time. Two CPUs that act as one process are two threads of one
/// address space (CLONE_VM). Accesses stay within one page: nothing makes those of two pages one.
struct Case {
  model::World world;
  std::vector<model::Op> before;
  std::vector<std::vector<model::Op>> tasks;

  bool operator==(const Case&) const = default;
};

}  // namespace cow::props::race
