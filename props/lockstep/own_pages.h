#pragma once

#include "props/lockstep/sharing_bound.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

/// A store over several pages that is refused may have made the first of them the process's own
/// already, which shows when the file is written later. Which of them it was is the subject's
/// affair: it says so, and the reference goes by it. What the page holds is the same either way.
template <class Subject>
void follow_refusal(model::Reference& reference, const model::Op& op, const Subject& subject) {
  if (!reaches_pages(op.kind) || op.proc >= reference.world().procs) return;
  const auto [first, end] = touched_pages(op, reference.world());
  for (auto page = first; page < end; ++page) {
    if (!model::shows_file(reference.page(op.proc, page))) continue;
    if (!subject.shows_file(op.proc, page)) reference.make_own(op.proc, page);
  }
}

/// Which of the pages that were given up it has dropped is the subject's affair, too: it says so,
/// and the reference goes by it from then on. That they really read as zeroes, and all others as
/// before, is compared as ever. REQUIRES: `op` succeeded.
template <class Subject>
void follow_drops(model::Reference& reference, SharingBound& bound, const model::Op& op,
                  const Subject& subject) {
  const auto [first, end] = touched_pages(op, reference.world());
  for (auto page = first; page < end; ++page) {
    if (!reference.page(op.proc, page).given_up || !subject.dropped(op.proc, page)) continue;
    reference.drop_given_up(op.proc, page);
    bound.give_back(op.proc, page);
  }
}

}  // namespace cow::props
