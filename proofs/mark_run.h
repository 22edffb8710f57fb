#pragma once

#include "impl/kernel/eager.h"
#include "impl/kernel/guard.h"
#include "impl/kernel/soft_dirty.h"
#include "impl/kernel/swapping.h"
#include "proofs/steps.h"

/// How the steps run that change what entries say of writes to their pages, those of an eager fork
/// and of shared page tables, and merges.
namespace cow::proofs {

/// A page that a merge may look at (kernel::mergeable) looks for its like.
template <class M>
Outcome run_merge(M& m, const Scene& scene, const Area& area) {
  m.hold_spaces();
  const typename M::Place place{scene.place};
  kernel::merge_page(m, kernel::SmallPage<M>{place, m.load(place)}, area);
  return {};
}

/// Those of shared page tables: of an entry of the lowest directory.
template <class M>
Outcome run_table_step(Step step, M& m, const Scene& scene) {
  m.set_tables();
  const auto process = m.state().process_of(scene.place);
  if (step == Step::share_entry) {
    return kernel::share_entry(m, m.directory(), m.child_directory(), 0), Outcome();
  }
  if (step == Step::make_entry) {
    auto entry = M::Entry::none();
    const bool made = kernel::make_entry(m, m.directory(), 0, &entry);
    return {made ? kernel::Status::ok : kernel::Status::no_memory};
  }
  if (step == Step::drop_table) {
    return kernel::drop_table(m, process, m.directory(), 0, 1, false), Outcome();
  }
  const bool owned = kernel::own_entry(m, process, m.directory(), 0, 1);
  return {owned ? kernel::Status::ok : kernel::Status::no_memory};
}

/// As run_step.
template <class M>
Outcome run_mark_step(Step step, M& m, const Scene& scene) {
  const typename M::Place place{scene.place}, child{scene.child};
  const Area area = m.state().area(scene.place);
  switch (step) {
    case Step::give_up_page:
      return kernel::give_up_page(m, place), Outcome();
    case Step::page_out:
      return kernel::page_out(m, place), Outcome();
    case Step::write_protect_page:
      return kernel::write_protect_page(m, place, static_cast<bool>(scene.new_write)), Outcome();
    case Step::guard_page:
      return kernel::guard_page(m, place), Outcome();
    case Step::unguard_page:
      return kernel::unguard_page(m, place), Outcome();
    case Step::clear_page_refs:
      return kernel::clear_page_refs(m, place), Outcome();
    case Step::demand_marked:
      return {kernel::demand_marked(m, place, area)};
    case Step::hold_leaf:
      return kernel::hold_leaf(m, place), Outcome();
    case Step::copy_for_child:
      return {kernel::copy_for_child(m, place, child, area)};
    case Step::inherit_page:
      return kernel::inherit_page(m, place, child, area), Outcome();
    case Step::merge_page:
      return run_merge(m, scene, area);
    case Step::unmap_pages:
    case Step::protect_pages:
      return run_batch_step(step, m, scene);
    default:
      return run_table_step(step, m, scene);
  }
}

/// The same for a huge leaf.
template <class M>
Outcome run_huge_mark_step(Step step, M& m, const Scene& scene) {
  const typename M::Place place{scene.place};
  const bool on = static_cast<bool>(scene.new_write);
  switch (step) {
    case Step::give_up_huge:
      return kernel::give_up_huge(m, place), Outcome();
    case Step::page_out_huge:  // of a range that has all of it, or not
      return kernel::page_out_huge(m, place, 0, on ? M::fan : 0), Outcome();
    case Step::write_protect_huge:
      return kernel::write_protect_huge(m, place, on), Outcome();
    default:
      return kernel::clear_huge_refs(m, place), Outcome();
  }
}

}  // namespace cow::proofs
