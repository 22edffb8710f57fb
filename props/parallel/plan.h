#pragma once

#include "impl/machine/block.h"
#include "model/world.h"

namespace cow::props::parallel {

/// Who owns what while many threads use one machine: so that each can say what it must find.
///
/// | process      | used by                                                                    |
/// |--------------|----------------------------------------------------------------------------|
/// | ancestor     | nobody writes to it; every family begins as its fork, and shares its pages |
/// | common       | all threads at once, as threads of one address space                       |
/// | child(t)     | thread t: its forks of `common`, soon gone                                 |
/// | family(t, i) | thread t alone                                                             |
///
/// The pages of `common`: two huge pages that everybody hits, one huge page's worth of shared
/// mappings likewise, then a few pages for each thread alone.
struct Plan {
  model::World world;  ///< its `procs` are one family, its `cpus` one
  std::uint32_t threads = 4;

  static constexpr std::uint32_t ancestor = 0, common = 1, own_pages = 4;

  std::uint32_t child(std::uint32_t t) const { return 2 + t; }
  std::uint32_t family(std::uint32_t t, std::uint32_t i) const {
    return 2 + threads + t * world.procs + i;
  }
  std::uint32_t procs() const { return family(threads, 0); }

  std::uint32_t fan() const { return model::huge_pages(world.geometry); }
  std::uint32_t hit_pages() const { return 3 * fan(); }
  std::uint32_t shared_pages_from() const { return 2 * fan(); }
  std::uint32_t own_from(std::uint32_t t) const { return hit_pages() + t * own_pages; }

  machine::Config config() const {
    return {world.frames,
            procs(),
            threads,
            world.pages,
            world.huge_cow == model::HugeCow::copy,
            8,
            world.zero_page == model::ZeroPage::page,
            static_cast<kernel::ForkPolicy>(world.fork),
            0,
            0,
            0,
            world.asids,
            world.flush == model::Flush::batched};
  }
};

/// `frames`: little makes memory run out all the time.
inline Plan tiny_plan(std::uint32_t frames) {
  Plan plan;
  plan.world = {model::Geometry::tiny, model::HugeCow::split, 3, 1, 32, frames};
  return plan;
}

}  // namespace cow::props::parallel
