#pragma once

#include "impl/kernel/hugetlb_range.h"
#include "proofs/steps.h"

/// How the steps run of huge pages of the pool.
namespace cow::proofs {

template <class M>
Outcome run_fault_hugetlb(M& m, const Scene& scene, const Area& area) {
  const auto need = scene.new_write  ? kernel::Need::write
                    : scene.new_read ? kernel::Need::read
                                     : kernel::Need::exclusive;
  return {kernel::fault_hugetlb(m, m.state().process_of(scene.place), 0, area, need)};
}

/// One turn of the loop of kernel::fill_object, of one page that was promised.
template <class M>
Outcome run_fill_object(M& m, Area area) {
  area.first = 0;
  area.end = 1;
  std::uint32_t promised = 1;
  return {kernel::fill_object(m, area, &promised) ? kernel::Status::ok : kernel::Status::no_memory};
}

template <class M>
Outcome run_fork_hugetlb(M& m, const Scene& scene, const Area& area) {
  const typename M::Place place{scene.place};
  const bool done = kernel::fork_hugetlb(m, place, m.child_process(), area);
  return {done ? kernel::Status::ok : kernel::Status::no_memory};
}

/// What kernel::take_from_all_but does to one who shares the page with its owner, whose entry is at
/// `child`.
template <class M>
Outcome run_lose_hugetlb(M& m, const Scene& scene) {
  m.hold_spaces();
  const auto process = m.state().process_of(scene.place);
  const auto head = m.state().frame(scene.child);
  auto references = kernel::clear_lost(m, process, head);
  Outcome outcome;
  outcome.owing = m.state();
  m.flush_process(process);
  for (; references > 0; --references) m.put_huge(head);
  return outcome;
}

/// As run_step.
template <class M>
Outcome run_pool_step(Step step, M& m, const Scene& scene) {
  const typename M::Place place{scene.place};
  Area area = m.state().area(scene.place);
  area.hugetlb = true;
  switch (step) {
    case Step::demand_hugetlb:
      return {kernel::demand_hugetlb(m, place, area)};
    case Step::demand_held_hugetlb: {
      const auto held = kernel::held_hugetlb(m, area, 0);
      return kernel::demand_held_hugetlb(m, place, held.frame(), area), Outcome();
    }
    case Step::own_hugetlb: {
      const bool write = static_cast<bool>(scene.new_write);
      return {kernel::own_hugetlb(m, place, area, area.reserved, write)};
    }
    case Step::fault_hugetlb:
      return run_fault_hugetlb(m, scene, area);
    case Step::fill_object:
      return run_fill_object(m, area);
    case Step::fork_hugetlb:
      return run_fork_hugetlb(m, scene, area);
    default:
      return run_lose_hugetlb(m, scene);
  }
}

}  // namespace cow::proofs
