#include "impl/xv6/xv6.h"

// The variant that counts in the entries' two reserved bits.

namespace cow::xv6 {

/// Everybody who has the frame at this page learns how many others there are.
void Xv6Rsw::tell_all(std::uint32_t page, Frame frame, std::uint32_t others) {
  for (const auto& proc : procs_) {
    if (!proc.alive) continue;
    const auto at = walk(proc.pagetable, page);
    if (at == nowhere || (load(at) & V) == 0 || frame_of(load(at)) != frame) continue;
    store(at, (load(at) & ~(Pte{3} << rsw_shift)) | Pte{others & 3U} << rsw_shift);
  }
}

bool Xv6Rsw::share(Frame child, std::uint32_t page, std::size_t at) {
  const Pte pte = load(at);
  const auto sharers = others(pte) + 1;
  if (sharers > 3 && !has(wraps)) {  // the bits are full: as xv6 forked before the lab
    const Frame made = copy_of(pte);
    if (made == none) return false;
    const Pte flags = flags_of(pte) & ~(Pte{3} << rsw_shift);
    if (mappages(child, page, made, flags)) return true;
    kfree(made);
    return false;
  }
  const Pte flags = flags_of(pte) & ~W & ~(Pte{3} << rsw_shift);
  if (!mappages(child, page, frame_of(pte), flags | Pte{sharers & 3U} << rsw_shift)) return false;
  store(at, load(at) & ~W);
  tell_all(page, frame_of(pte), sharers);
  return true;
}

/// No bit is left to say it: what may be written but has no permission is copy-on-write.
bool Xv6Rsw::is_cow(const Proc& proc, std::uint32_t page, Pte pte) const {
  return (pte & W) == 0 && proc.right[page] == historic::Right::write;
}

void Xv6Rsw::release(std::uint32_t page, Pte gone) {
  if (others(gone) == 0) return kfree(frame_of(gone));
  tell_all(page, frame_of(gone), others(gone) - 1);
}

/// What the entries say; where they disagree, what none of them can mean.
void Xv6Rsw::counts(std::span<std::uint32_t> counts) const {
  Xv6::counts(counts);  // a free one has 0, a table 1
  std::vector<bool> seen(counts.size());
  for (const auto& proc : procs_) {
    for (std::uint32_t page = 0; proc.alive && page < sizes_.pages; ++page) {
      const auto at = walk(proc.pagetable, page);
      if (at == nowhere || (load(at) & V) == 0) continue;
      const Frame frame = frame_of(load(at));
      if (frame >= counts.size() || counts[frame] == 0) continue;
      const auto says = others(load(at)) + 1;
      if (seen[frame] && counts[frame] != says) counts[frame] = 99;
      if (!seen[frame]) counts[frame] = says;
      seen[frame] = true;
    }
  }
}

}  // namespace cow::xv6
