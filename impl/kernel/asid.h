#pragma once

#include "impl/kernel/decisions.h"
#include "impl/kernel/status.h"

/// Address-space identifiers (x86: PCID, Arm: ASID). A CPU has few; each tags what its TLB has
/// cached for one process, so that the process finds it again when it comes back. A flush
/// interrupts the CPUs that run the process; to all others it is deferred: it advances the
/// process's generation, and a CPU compares that with what the identifier is right up to before it
/// uses it again. So stale translations may stay for long, even of frames that are others' by then,
/// where nobody can use them. Linux: arch/x86/mm/tlb.c, since 94b1b03b519b and 10af6235e0d3.
namespace cow::kernel {

/// The CPU goes over to a process. It says so first, and looks at the generation then; a flush
/// advances the generation first, and looks at who runs then: so one of the two sees the other
/// (CVE-2016-2069). Linux: switch_mm_irqs_off, choose_new_asid. REQUIRES: within an instruction.
template <class M>
void switch_to(M& m, typename M::Cpu cpu, typename M::Process p) {
  if (!m.has_asids() || m.runs(cpu, p)) return;
  m.run(cpu, p);
  const auto generation = m.generation(p);
  const auto asid = m.take_asid(cpu, p);
  const auto context = m.asid_context(cpu, asid);
  if (m.valid_process(context.process) && context.process != p) m.note(Event::asid_recycle);
  if (!M::Decisions::may_keep_translations(m, context, p, generation)) {
    m.note(Event::late_flush);
    m.flush_asid(cpu, asid);
  }
  m.set_asid_context(cpu, asid, {p, generation});
  m.use_asid(cpu, asid);
}

}  // namespace cow::kernel
