#pragma once

#include <optional>

#include "impl/machine/accounts.h"

namespace cow::machine {

/// The identifiers that tag each CPU's translations, so that those of one process may stay while
/// another runs. Only its CPU changes what is kept here of it, within an instruction, or whoever
/// interrupts it between two. How they are given out and believed: impl/kernel/asid.h.
template <class Geometry>
class Asids : public Accounts<Geometry> {
  using Base = Accounts<Geometry>;

 public:
  using Base::Base;
  using typename Base::Cpu, typename Base::Process;

  bool has_asids() const { return this->config_.asids != 0; }
  const CpuAsids& asids(Cpu cpu) const { return this->asids_[cpu]; }

  /// Does the CPU use the process's translations, so that a flush has to interrupt it?
  bool runs(Cpu cpu, Process p) const { return asids(cpu).running == p; }
  /// From now on it does, but finds nothing in its TLB before it uses an identifier.
  void run(Cpu cpu, Process p) {
    this->asids_[cpu].loaded = none;
    this->asids_[cpu].running = p;
  }
  void use_asid(Cpu cpu, std::uint32_t asid) { this->asids_[cpu].loaded = asid; }

  /// The identifier that tags the process's translations on this CPU, if one does.
  std::optional<std::uint32_t> asid_of(Cpu cpu, Process p) const {
    for (std::uint32_t asid = 0; asid < this->config_.asids; ++asid) {
      if (asids(cpu).of[asid].process == p) return asid;
    }
    return std::nullopt;
  }
  /// That one, else the next in turn, which may be another process's still.
  std::uint32_t take_asid(Cpu cpu, Process p) {
    if (const auto own = asid_of(cpu, p)) return *own;
    auto& next = this->asids_[cpu].next;
    const auto asid = next;
    next = (asid + 1) % this->config_.asids;
    return asid;
  }
  AsidContext asid_context(Cpu cpu, std::uint32_t asid) const { return asids(cpu).of[asid]; }
  void set_asid_context(Cpu cpu, std::uint32_t asid, AsidContext context) {
    this->asids_[cpu].of[asid] = context;
  }

  /// How often the process's translations were flushed, whoever had that name: it never starts
  /// anew, so that no CPU takes a process for one that had the name before.
  std::uint32_t generation(Process p) const { return this->generations_[p]; }
  /// One flush more; the new generation.
  std::uint32_t advance_generation(Process p) { return ++this->generations_[p]; }

  /// By which process's accesses the CPU could use this translation as it is; `none`: by nobody's,
  /// since its identifier is nobody's, or will be flushed before it is used again.
  Process user_of(Cpu cpu, const Translation& t) const {
    if (!has_asids()) return t.process;
    const auto& mine = asids(cpu);
    const std::uint32_t asid = t.valid - 1U;
    if (asid >= this->config_.asids) return none;
    const auto [process, generation] = mine.of[asid];
    if (process >= this->config_.procs) return none;
    const bool in_use = mine.running == process && mine.loaded == asid;
    return in_use || generation == this->generations_[process] ? process : none;
  }

 protected:
  /// No identifier is anybody's. REQUIRES: the block is all zeroes.
  void start_asids() {
    for (Cpu cpu = 0; has_asids() && cpu < this->config_.cpus; ++cpu) {
      this->asids_[cpu] = CpuAsids{};
    }
  }
};

/// A flush of a process has come to a CPU, which is between two instructions: `flush_part` flushes
/// what it is for. Where the CPU has missed another flush meanwhile, everything goes: it notes the
/// newest generation, and whoever brings the missed one finds nothing left to do. A CPU that does
/// not run the process stays as it is, since it will look at the generation before it does. Linux:
/// flush_tlb_func.
template <class M, class FlushPart>
void catch_up(M& m, typename M::Cpu cpu, typename M::Process p, std::uint32_t generation,
              FlushPart flush_part) {
  if (!m.runs(cpu, p)) return;
  const auto asid = m.asids(cpu).loaded;
  if (asid == none) return;
  const auto known = m.asid_context(cpu, asid).generation;
  const auto now = m.generation(p);
  if (known == now) return;
  if (known + 1 == generation && generation == now) {
    flush_part(cpu);
  } else {
    m.flush_asid(cpu, asid);
  }
  m.set_asid_context(cpu, asid, {p, now});
}

}  // namespace cow::machine
