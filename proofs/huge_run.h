#pragma once

#include "impl/kernel/huge_page.h"
#include "proofs/mark_run.h"
#include "proofs/steps.h"

namespace cow::proofs {

/// As kernel::fork_leaf decides.
template <class M>
Outcome run_fork_huge(M& m, const Scene& scene, const Area& area) {
  const typename M::Place place{scene.place};
  if (M::Decisions::splits_on_fork(m, m.load(place))) return {kernel::split_huge(m, place)};
  kernel::fork_huge(m, place, typename M::Place{scene.child}, area);
  return {};
}

/// What kernel::migrate_huge does to a block that one leaf names.
template <class M>
Outcome run_migrate_huge(M& m, const Scene& scene) {
  const typename M::Place place{scene.place};
  const auto old = m.load(place).frame();
  kernel::suspend_huge(m, place);
  const auto fresh = m.allocate_huge();
  if (!fresh.ok) return kernel::resume_page(m, place), Outcome{kernel::Status::no_memory};
  m.copy_huge(fresh.frame, old);
  kernel::resume_huge_on(m, place, fresh.frame, true);
  return {};
}

/// The last lines of kernel::replace_table, which takes an area of the bytes'
/// machine.
template <class M>
Outcome run_install_huge(M& m, const Scene& scene, const Area& area) {
  const auto fresh = m.allocate_huge();
  if (!fresh.ok) return {kernel::Status::no_memory};
  const auto leaf = M::Entry::huge_leaf(fresh.frame, area.may_read(), area.may_write());
  m.store(typename M::Place{scene.place}, leaf.made_exclusive());
  return {};
}

/// The steps of huge_page.h, as run_step.
template <class M>
Outcome run_huge_step(Step step, M& m, const Scene& scene) {
  m.set_huge();
  const typename M::Place place{scene.place};
  const Area area = m.state().area(scene.place);
  bool again = false;
  switch (step) {
    case Step::demand_zero_huge:
      return {kernel::demand_zero_huge(m, place, area)};
    case Step::demand_huge_zero_page:
      return kernel::demand_huge_zero_page(m, place, area), Outcome();
    case Step::split_huge:
      return {kernel::split_huge(m, place)};
    case Step::huge_write_fault:
      return {kernel::huge_write_fault(m, place, &again)};
    case Step::unshare_huge:
      return {kernel::unshare_huge(m, place, &again)};
    case Step::fork_huge:
      return run_fork_huge(m, scene, area);
    case Step::zap_huge:
      return kernel::zap_huge(m, place), Outcome();
    case Step::protect_huge: {
      const Area next(area.is_shared(), area.cow, scene.new_read, scene.new_write);
      m.set_area(scene.place, next);
      return kernel::protect_huge(m, place, next), Outcome();
    }
    case Step::suspend_huge:
      return kernel::suspend_huge(m, place), Outcome();
    case Step::migrate_huge:
      return run_migrate_huge(m, scene);
    case Step::fault_huge: {
      const bool write = static_cast<bool>(scene.new_write);
      return {kernel::fault_huge(m, m.state().process_of(scene.place), 0, area, write, &again)};
    }
    case Step::install_huge:
      return run_install_huge(m, scene, area);
    case Step::pin_huge:
      return run_pin(m, scene, area);
    case Step::zap_huge_pages:
      return run_batch_step(step, m, scene);
    case Step::give_up_huge:
    case Step::page_out_huge:
    case Step::write_protect_huge:
    case Step::clear_huge_refs:
      return run_huge_mark_step(step, m, scene);
    default:
      return run_pool_step(step, m, scene);
  }
}

}  // namespace cow::proofs
