#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/reference.h"
#include "props/proved/machine_state.h"

/// The way back from the words of the proofs to a machine: a state of small pages, such as a solver
/// made up, is built on a ByteMachine in a tiny world, and beside it in the reference. No
/// operations have to lead there.
namespace cow::props::proved {

/// Where a slot went.
struct BuiltSlot {
  int process = -1;        ///< whose page; -1: the file's, or nobody's
  std::uint32_t page = 0;  ///< counted from the start of user space, or of the file
};

struct Built {
  std::string why_not;  ///< what cannot be built, in words; empty: all below is there
  model::World world;
  std::unique_ptr<Machine> machine;
  std::unique_ptr<model::Reference> reference;  ///< what the processes of the machine see
  std::vector<BuiltSlot> slots;                 ///< [slot]
  std::vector<std::uint32_t> frames;            ///< [frame]; machine::none: it is free
  std::uint32_t unused_process = 0;             ///< the first that is dead
  std::uint32_t unused_page = 0;                ///< where no process has mapped anything
};

/// Builds the state: each slot with an area, or an entry, becomes a page of its process, on pages
/// that no huge page could cover; objects become pages of the file. Left out are what CPUs in the
/// middle of a step hold, and holders that are no slots (`others`: huge pages): then `why_not` says
/// so. It says so, too, when the audit does not find the machine lawful, or when what its processes
/// see is not what the reference says.
Built rebuild(const MachineState& state);

}  // namespace cow::props::proved
