#pragma once

#include "impl/kernel/status.h"

namespace cow::kernel {

/// May the process act? A dead one cannot, and one that has lent its memory waits (vfork.h). Under
/// a lock of its space, or of its pins, the answer stays.
template <class M>
Status may_act(M& m, const typename M::Process& p) {
  if (!m.alive(p)) return Status::no_process;
  if (m.waits(p)) return Status::busy;
  return Status::ok;
}

}  // namespace cow::kernel
