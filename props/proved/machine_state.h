#pragma once

#include "impl/kernel/where_broken.h"
#include "impl/machine/byte_machine.h"

/// The state of a running machine in the words of the proofs, so that the very invariants that are
/// proved (impl/kernel/invariants.h) can be looked at in it.
namespace cow::props::proved {

using MachineState = kernel::PlainState;
using Invariant = kernel::Invariant<MachineState>;
using Machine = machine::ByteMachine<machine::Tiny>;
using kernel::where_broken;

/// As the proofs of small pages see it: a slot is a PTE, and who covers a frame with a huge leaf is
/// among its `others`. A page without a table of PTEs has a slot, too, an empty one. Each process
/// on each CPU is a CPU, since tables, and so slots, may be shared.
MachineState small_state(const Machine& machine);
/// As the proofs of huge pages see it: a slot is a PMD's leaf, of a process or of an object of the
/// pool's pages, a frame a whole block, and small holders of its parts are its `others`. What the
/// proofs leave out is left out: blocks in which tables lie. That no part of a huge page is in the
/// swap cache, nor merged, is left to the audit.
MachineState huge_state(const Machine& machine);

}  // namespace cow::props::proved
