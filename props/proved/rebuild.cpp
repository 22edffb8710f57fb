#include "props/proved/rebuild.h"

#include "props/proved/beside.h"
#include "props/proved/builder.h"

namespace cow::props::proved {

Built rebuild(const MachineState& state) {
  Built built;
  try {
    built = Builder(state).build();
  } catch (const NotBuilt& not_built) {
    built.why_not = not_built.why;
    return built;
  }
  Audit audit(*built.machine);
  if (!audit.look_properly()) {
    built.why_not = "the audit finds in it: " + audit.findings().front().text;
    return built;
  }
  put_reference_beside(state, audit, built);
  const auto differs = seen_otherwise(*built.machine, audit, *built.reference);
  if (!differs.text.empty()) {
    built.why_not = "the reference says otherwise: " + differs.text;
  }
  return built;
}

}  // namespace cow::props::proved
