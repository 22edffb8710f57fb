#pragma once

#include "props/race/stepped_swap.h"

namespace cow::props::race {

/// The part of a SteppedMachine that looks into TLBs, fills and flushes them.
class SteppedTlbs : public SteppedSwap {
  using Base = SteppedSwap;
  using Plain = machine::ByteMachine<machine::Tiny>;

 public:
  using Base::Base;

  // TLBs. A shootdown interrupts each CPU, between two instructions of it.
  std::optional<Frame> tlb_find(Cpu cpu, Process p, std::uint64_t page, bool write) const {
    step({{{objects_.tlb(cpu, p), Deed::read}}}, "look into the TLB of CPU", cpu);
    return Base::tlb_find(cpu, p, page, write);
  }
  void tlb_fill(Cpu cpu, Process p, std::uint64_t page, Entry entry) {
    const Touch own{objects_.tlb(cpu, p), Deed::write};
    const auto tag = tag_in_use(cpu, p);
    if (!tag.known()) return;
    const auto& slot = translation(cpu, slot_of(tag.number, page, entry.huge()));
    Process victim = p;
    do {
      victim = slot.valid != 0 ? slot.process : p;
      if (victim == p)
        step({{own}}, "fill the TLB of CPU", cpu);
      else
        step({{own, {objects_.tlb(cpu, victim), Deed::write}}}, "fill the TLB of CPU", cpu);
    } while (victim != (slot.valid != 0 ? slot.process : p));
    Base::tlb_fill(cpu, p, page, entry);
  }
  void flush_page(Process p, std::uint64_t page) {
    shoot_down(p, "flush a page on CPU", [&](Cpu cpu) { flush_page_on(cpu, p, page); });
  }
  void flush_range(Process p, std::uint64_t first, std::uint64_t end) {
    shoot_down(p, "flush a range on CPU", [&](Cpu cpu) { flush_range_on(cpu, p, first, end); });
  }
  void flush_process(Process p) {
    shoot_down(p, "flush the process on CPU", [&](Cpu cpu) { flush_process_on(cpu, p); });
  }

  // Identifiers. What a CPU keeps of them it alone changes, within an instruction, or who
  // interrupts it: but whom it runs others look at.
  void run(Cpu cpu, Process p) {
    step({{{objects_.running(cpu), Deed::write}}}, "go over to the process, on CPU", cpu);
    Base::run(cpu, p);
  }
  std::uint32_t generation(Process p) const {
    step({{{objects_.generation(p), Deed::read}}}, "load the generation of P", p);
    return Base::generation(p);
  }
  std::uint32_t advance_generation(Process p) {
    step({{{objects_.generation(p), Deed::write}}}, "advance the generation of P", p);
    return Base::advance_generation(p);
  }
  void flush_asid(Cpu cpu, std::uint32_t asid) {
    const auto before = asid_context(cpu, asid).process, now = asids(cpu).running;
    const bool taken = valid_process(before) && before != now;
    step({{{objects_.tlb(cpu, now), Deed::write},
           taken ? Touch{objects_.tlb(cpu, before), Deed::write} : Touch{}}},
         "flush an identifier on CPU", cpu);
    Base::flush_asid(cpu, asid);
  }
  void flush_walks() {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      step({{{objects_.instruction(cpu), Deed::pass}}}, "wait for CPU", cpu);
    }
  }
  void begin_instruction(Cpu cpu) {
    step({{{objects_.instruction(cpu), Deed::lock}}}, "begin an instruction on CPU", cpu);
  }
  void end_instruction(Cpu cpu) {
    step({{{objects_.instruction(cpu), Deed::unlock}}}, "end the instruction on CPU", cpu);
  }

 protected:
  template <class Act>
  void shoot_down(Process p, const char* text, Act act) {
    const auto generation = has_asids() ? advance_generation(p) : 0;
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      if (has_asids() && !is_seen_to_run(cpu, p)) continue;
      interrupt(cpu, p, text);
      if (has_asids()) {
        catch_up(static_cast<Plain&>(*this), cpu, p, generation, act);
      } else {
        act(cpu);
      }
    }
  }
  bool is_seen_to_run(Cpu cpu, Process p) const {
    step({{{objects_.running(cpu), Deed::read}}}, "look at whom it runs: CPU", cpu);
    return runs(cpu, p);
  }
  void interrupt(Cpu cpu, Process p, const char* text) {
    const Touch newest{objects_.generation(p), Deed::read};
    step({{{objects_.instruction(cpu), Deed::pass},
           {objects_.tlb(cpu, p), Deed::write},
           has_asids() ? newest : Touch{}}},
         text, cpu);
  }
};

}  // namespace cow::props::race
