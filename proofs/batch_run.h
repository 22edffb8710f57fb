#pragma once

#include "impl/kernel/gather.h"
#include "impl/kernel/swapping.h"
#include "proofs/steps.h"

/// How the steps run that pay for several pages with one flush.
namespace cow::proofs {

/// Two pages of one process leave, and are paid for, by the shipped Gather. In between the space is
/// held alone, so that only processors see what is owed still.
template <class M, class Change>
Outcome run_gather(M& m, const Scene& scene, Change change) {
  m.gather();
  const auto process = m.state().process_of(scene.place);
  const kernel::SpaceLock<M> lock(m, process);
  Outcome outcome;
  kernel::Gather<M> owed(m, process);
  for (const auto& [slot, page] : {std::pair{scene.place, M::first_page},  //
                                   std::pair{scene.child, M::second_page}}) {
    typename M::Place place{slot};
    place.page = page;
    change(place, owed);
  }
  outcome.owing = m.state();
  owed.pay();
  return outcome;
}

template <class M>
Outcome run_protect_pages(M& m, const Scene& scene) {
  const auto area = m.state().area(scene.place);
  const Area next(area.is_shared(), area.cow, scene.new_read, scene.new_write);
  m.set_area(scene.place, next);
  m.set_area(scene.child, next);
  return run_gather(m, scene,
                    [&](auto& place, auto& owed) { kernel::protect_page(m, place, next, owed); });
}

/// The batch of pages that go to swap, of one page.
template <class M>
Outcome run_pageout_batch(M& m, const Scene& scene) {
  m.gather();
  m.waits_for_swap();
  const Area area = m.state().area(scene.place);
  typename M::Place place{scene.place};
  place.page = M::first_page;
  kernel::PageoutBatch<M> batch(m, m.state().process_of(scene.place), area);
  batch.add(place, m.load(place));
  batch.go();
  return {};
}

/// As run_step.
template <class M>
Outcome run_batch_step(Step step, M& m, const Scene& scene) {
  switch (step) {
    case Step::unmap_pages:
      return run_gather(m, scene,
                        [&](auto& place, auto& owed) { kernel::zap_page(m, place, owed); });
    case Step::zap_huge_pages:
      return run_gather(m, scene,
                        [&](auto& place, auto& owed) { kernel::zap_huge(m, place, owed); });
    case Step::protect_pages:
      return run_protect_pages(m, scene);
    default:
      return run_pageout_batch(m, scene);
  }
}

}  // namespace cow::proofs
