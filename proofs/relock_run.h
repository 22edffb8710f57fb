#pragma once

#include "impl/kernel/eager.h"
#include "proofs/steps.h"

/// How the steps run that give up a lock in between, or have none.
namespace cow::proofs {

/// The kernel's access to one byte: looks the page up, faults and begins again until it is ready.
template <class M>
Outcome run_reach(M& m, const Scene& scene, bool write, bool force) {
  auto dry = ~std::uint64_t{0};
  const kernel::Reach reach{write, force, &dry};
  Outcome done;
  const auto process = m.state().process_of(scene.place);
  done.status = kernel::reach_page(m, process, 0, reach, [&](const Frame& frame) {
    if (write) {
      m.write_byte(frame, scene.offset, scene.value);
    } else {
      done.read = m.read_byte(frame, scene.offset);
    }
  });
  return done;
}

template <class M>
Outcome run_fault(M& m, const Scene& scene, bool write) {
  m.run_faults();
  return {kernel::fault(m, m.state().process_of(scene.place), 0, write)};
}

template <class M>
Outcome run_pin_slowly(M& m, const Scene& scene) {
  const bool write = static_cast<bool>(scene.new_write);
  const kernel::PinRequest request{0, 0, write ? kernel::Access::write : kernel::Access::read};
  std::optional<Frame> frame;
  return {kernel::pin_slowly(m, m.state().process_of(scene.place), request, false, &frame)};
}

template <class M>
Outcome run_pin_fast(M& m, const Scene& scene) {
  const bool write = static_cast<bool>(scene.new_write);
  const auto frame = kernel::pin_fast(m, scene.cpu, m.state().process_of(scene.place), 0, write);
  if (!frame) return {kernel::Status::segfault};
  m.keep_pin(*frame);
  return {};
}

/// Those who wait for the lock of the swap, which others hold.
template <class M>
Outcome run_waiting(Step step, M& m, const Scene& scene, const Area& area) {
  m.waits_for_swap();
  const typename M::Place place{scene.place}, child{scene.child};
  switch (step) {
    case Step::go_out:
      return kernel::swap_out(m, place), Outcome();
    case Step::come_back:
      return {kernel::swap_in(m, place, area)};
    case Step::fork_swapped:
      return kernel::fork_swapped(m, place, child), Outcome();
    case Step::zap_swapped:
      return kernel::zap_swapped(m, place), Outcome();
    case Step::copy_swapped: {
      const bool done = kernel::copy_swapped(m, m.load(place), child, area);
      return {done ? kernel::Status::ok : kernel::Status::no_memory};
    }
    default:
      return {kernel::write_fault(m, place, area)};
  }
}

template <class M>
Outcome run_relock_step(Step step, M& m, const Scene& scene) {
  const Area area = m.state().area(scene.place);
  switch (step) {
    case Step::reach_read:
    case Step::reach_write:
    case Step::reach_force:
      return run_reach(m, scene, step != Step::reach_read, step == Step::reach_force);
    case Step::fault_read:
    case Step::fault_write:
      return run_fault(m, scene, step == Step::fault_write);
    case Step::make_exclusive:
      m.run_faults();
      return {kernel::make_exclusive(m, m.state().process_of(scene.place), 0, area)};
    case Step::pin_slowly:
      return run_pin_slowly(m, scene);
    case Step::pin_fast:
      return run_pin_fast(m, scene);
    case Step::go_in_batch:
      return run_batch_step(step, m, scene);
    default:
      return run_waiting(step, m, scene, area);
  }
}

}  // namespace cow::proofs
