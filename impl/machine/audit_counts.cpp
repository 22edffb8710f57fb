#include <fmt/format.h>
#include <numeric>

#include "impl/machine/audit.h"

// The part of the audit that compares counts, once all holders are known.

namespace cow::machine {

using kernel::Law;

/// First all frames without a branch, since this is most of what an audit costs; only when
/// something is wrong are the culprits looked for and put into words.
template <class G>
void Audit<G>::check_frames() {
  bool right = true;
  std::uint32_t free = 0;
  for (Frame f = 0; f < m_.config().frames; ++f) {
    right &= kernel::count_is_exact(*this, f);
    right &= kernel::free_when_unheld(*this, f);
    right &= m_.frame_info(f).pins == pins_[f];
    free += is_free(f) ? 1U : 0U;
  }
  if (!right) explain_frames();
  if (free != m_.header().free_frames) {
    find(Law::exact_count,
         fmt::format("{} frames are free, the allocator counts {}", free, m_.header().free_frames));
  }
}

template <class G>
void Audit<G>::explain_frames() {
  for (Frame f = 0; f < m_.config().frames; ++f) {
    if (!kernel::count_is_exact(*this, f)) {
      find(Law::exact_count,
           fmt::format("frame {} counts {} holders and has {}", f, count(f), holders_[f]));
    }
    if (m_.frame_info(f).pins != pins_[f]) {
      find(Law::exact_count,
           fmt::format("frame {} counts {} pins and has {}", f, m_.frame_info(f).pins, pins_[f]));
    }
    if (!kernel::free_when_unheld(*this, f)) {
      find(is_free(f) ? Law::no_dangling : Law::exact_count,
           fmt::format("frame {} is {}free with {} references", f, is_free(f) ? "" : "not ",
                       references(f)));
    }
  }
}

template <class G>
void Audit<G>::check_blocks() {
  for (std::uint32_t b = 0; b < huge_.size(); ++b) {
    const auto& block = m_.block_info(b);
    if (block.leaves != huge_[b]) {
      find(Law::exact_count, fmt::format("the huge page at frame {} counts {} leaves and has {}",
                                         b * M::fan, block.leaves, huge_[b]));
    }
    const auto* pins = &pins_[b * M::fan];
    if (block.pins != std::accumulate(pins, pins + M::fan, 0U)) {
      find(Law::exact_count, fmt::format("the block at frame {} counts {} pins, which is wrong",
                                         b * M::fan, block.pins));
    }
    if (block.small != small_[b]) {
      find(Law::exact_count, fmt::format("the block at frame {} counts {} small holders and has {}",
                                         b * M::fan, block.small, small_[b]));
    }
  }
}

/// Every pooled frame is in one pool.
template <class G>
void Audit<G>::check_cpu_pools() {
  if (!m_.has_cpu_pools()) return;
  std::vector<std::uint32_t> found(m_.config().frames);
  for (std::uint32_t cpu = 0; cpu < m_.config().cpus; ++cpu) {
    const auto& pool = m_.cpu_pool(cpu);
    for (std::uint32_t i = 0; i < pool.size && i < max_cpu_pool; ++i) {
      if (pool.frames[i] < found.size()) ++found[pool.frames[i]];
    }
  }
  for (Frame f = 0; f < found.size(); ++f) {
    const auto wanted = m_.frame_info(f).kind == FrameKind::spare ? 1U : 0U;
    if (found[f] == wanted) continue;
    find(found[f] > wanted ? Law::no_dangling : Law::exact_count,
         fmt::format("frame {} is in {} pools of free frames, and {}", f, found[f],
                     wanted != 0 ? "free" : "not marked so"));
  }
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
