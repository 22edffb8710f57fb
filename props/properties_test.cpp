#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "props/drawn_story.h"
#include "props/lockstep/differences.h"
#include "props/lockstep/sharing_bound.h"
#include "props/lockstep/touched_pages.h"
#include "props/museum/counts.h"
#include "props/museum/forks.h"
#include "props/museum/permissions.h"

// What copy-on-write promises, each promise on its own and in one sentence, over drawn traces on
// the embedded kernel. The lockstep says the same more sharply; these say it so that it can be
// read. Each is shown to fail on mutants of the museum that break it.

namespace cow::props {
namespace {

using model::Kind;
using model::Op;
using model::Status;
using Kernel = machine::ByteMachine<machine::Tiny>;

constexpr auto siblings_are_isolated = [](auto& story) {
  std::uint64_t writes = 0;
  while (!story.ended()) {
    const Op op = story.next();
    auto before = story.all_views(false);
    const auto lost = story.happened(kernel::Event::hugetlb_lost);
    if (story.perform(op) != Status::ok || op.kind != Kind::write) continue;
    // Of a pool that is dry the owner takes its page from its children: they get SIGBUS there.
    if (story.happened(kernel::Event::hugetlb_lost) != lost) continue;
    ++writes;
    auto after = story.all_views(false);
    before[op.proc] = after[op.proc];
    RC_ASSERT(before == after);
  }
  return writes;
};

TEST(Properties, AWriteChangesNothingPrivateOfAnotherProcess) {
  EXPECT_TRUE(holds<Kernel>(siblings_are_isolated));
  EXPECT_TRUE(breaks<museum::ForkProtectsChildOnly<Kernel>>(siblings_are_isolated));
  EXPECT_TRUE(breaks<museum::ReuseOverlooksLeaf<Kernel>>(siblings_are_isolated));
  EXPECT_TRUE(breaks<museum::CopyPutsTwice<Kernel>>(siblings_are_isolated));
}

constexpr auto frames_are_bounded_by_sharing = [](auto& story) {
  std::uint64_t looked = 0;
  SharingBound bound(story.world);
  while (!story.ended()) {
    const Op op = story.next();
    const auto expected = story.reference.check(op);
    SharingBound moved = bound;
    if (expected == Status::ok) moved.before(story.reference, op);
    const auto status = story.perform(op);
    if (status == Status::ok) {
      bound = moved;
      bound.after(story.reference, op);
    } else {
      bound.after_refusal(story.reference, op, status);
    }
    story.subject.audit();
    const auto costs = story.subject.costs();
    const auto allowed = bound.frames_allowed(costs.failed_allocations > 0);
    RC_ASSERT(costs.data_frames <= allowed);
    looked += allowed != SharingBound::unbounded && allowed > 0 ? 1U : 0U;
  }
  return looked;
};

TEST(Properties, ThereAreNoMoreDataFramesThanPagesThatDiffer) {
  EXPECT_TRUE(holds<Kernel>(frames_are_bounded_by_sharing));
  EXPECT_TRUE(breaks<museum::CopyKeepsSource<Kernel>>(frames_are_bounded_by_sharing));
}

/// How many private pages of `parent` some device holds; all of a page of the pool.
std::uint32_t pinned_pages(const model::Reference& reference, std::uint32_t parent) {
  const auto fan = model::huge_pages(reference.world().geometry);
  std::uint32_t pinned = 0, counted = 0;  // all before `counted` are
  for (std::uint32_t i = 0; i < reference.world().pages; ++i) {
    const auto& page = reference.page(parent, i);
    if (i < counted || page.object == 0 || page.sharing != model::Sharing::private_) continue;
    pinned += page.hugetlb ? fan : 1;
    counted = page.hugetlb ? i - i % fan + fan : i + 1;
  }
  return pinned;
}

/// How many pages the operation touches; of a page of the pool all.
std::uint32_t count_touched(const model::Reference& reference, const Op& op) {
  const auto fan = model::huge_pages(reference.world().geometry);
  auto [first, end] = touched_pages(op, reference.world());
  if (first >= end || op.proc >= reference.world().procs) return end - first;
  if (reference.page(op.proc, first).hugetlb) first -= first % fan;
  if (reference.page(op.proc, end - 1).hugetlb) end = (end - 1) / fan * fan + fan;
  return end - first;
}

constexpr auto copies_are_bounded_by_writes = [](auto& story) {
  std::uint64_t copied = 0;
  const auto fan = model::huge_pages(story.world.geometry);
  while (!story.ended()) {
    const Op op = story.next();
    const bool parts = model::is_store(op.kind) || op.kind == Kind::pin;
    const bool moves =
        op.kind == Kind::collapse || op.kind == Kind::migrate || op.kind == Kind::unmerge;
    const bool forks = op.kind == Kind::fork && op.proc < story.world.procs;
    const bool eager = story.world.fork == model::Fork::eager;
    const auto allowed = parts || moves             ? count_touched(story.reference, op)
                         : forks && eager           ? story.world.pages
                         : forks                    ? pinned_pages(story.reference, op.proc)
                         : op.kind == Kind::compact ? model::huge_pages(story.world.geometry)
                                                    : 0;
    const auto before = story.copies(), full = story.happened(kernel::Event::saturated);
    story.perform(op);
    // Where a narrow count had no room for one more the page was copied instead, small or huge.
    const auto refused = (story.happened(kernel::Event::saturated) - full) * fan;
    RC_ASSERT(story.copies() - before <= allowed + refused);
    copied += story.copies() - before;
  }
  return copied;
};

/// But for pins, which part their page from its sharers, forks, which leave it to them, and what
/// moves pages because it was asked to.
TEST(Properties, OnlyWritesCopyAndAtMostThePagesThatTheyTouch) {
  model::World splits;
  splits.huge_cow = model::HugeCow::split;
  EXPECT_TRUE(holds<Kernel>(copies_are_bounded_by_writes, splits));
  EXPECT_TRUE(breaks<museum::CopiesWholeHugePages<Kernel>>(copies_are_bounded_by_writes, splits));
}

constexpr auto frames_come_back = [](auto& story) {
  while (!story.ended()) story.perform(story.next());
  story.subject.audit();
  const auto used = story.subject.costs().used_frames;
  story.exit_all_but(story.world.procs);
  story.subject.audit();
  RC_ASSERT(story.subject.costs().used_frames == 0U);
  return std::uint64_t{used};
};

TEST(Properties, WhenEveryProcessHasExitedEveryFrameIsFree) {
  EXPECT_TRUE(holds<Kernel>(frames_come_back));
  EXPECT_TRUE(breaks<museum::CopyKeepsSource<Kernel>>(frames_come_back));
  EXPECT_TRUE(breaks<museum::RollbackLeaks<Kernel>>(frames_come_back));
}

/// After the story all but one process exit, and that one writes to every page that it may. Two of
/// its own pages may have been merged, so they are parted first.
constexpr auto the_last_sharer_writes_in_place = [](auto& story) {
  while (!story.ended()) story.perform(story.next());
  std::uint32_t last = 0;
  while (last + 1 < story.world.procs && !story.reference.alive(last)) ++last;
  story.exit_all_but(last);
  for (std::uint32_t page = 0; page < story.world.pages; ++page) {
    Op op = read_of(last, page);
    op.kind = Kind::unmerge;
    op.count = 1;
    story.perform(op);
  }
  const auto copies = story.copies();
  std::uint64_t writes = 0;
  for (std::uint32_t page = 0; page < story.world.pages; ++page) {
    Op op = read_of(last, page);
    op.kind = Kind::write;
    if (story.perform(op) == Status::ok) ++writes;
  }
  RC_ASSERT(story.copies() == copies);
  return writes;
};

TEST(Properties, TheLastSharerWritesInPlace) {
  for (const auto policy : {model::HugeCow::split, model::HugeCow::copy}) {
    model::World world;
    world.huge_cow = policy;
    EXPECT_TRUE(holds<Kernel>(the_last_sharer_writes_in_place, world));
    EXPECT_TRUE(breaks<museum::NeverReuses<Kernel>>(the_last_sharer_writes_in_place, world));
  }
}

/// Memory fails in every fork, later and later. A huge page that was split, since it is pinned,
/// stays so: that costs a table and shows nothing.
constexpr auto a_refused_fork_changes_nothing = [](auto& story) {
  std::uint64_t refused = 0;
  for (std::uint8_t k = 0; !story.ended();) {
    Op op = story.next();
    if (op.kind == Kind::fork) op.oom = static_cast<std::uint8_t>(1 + k++ % 8);
    const auto views = story.all_views();
    const auto tables = [&] {
      return story.subject.events()[static_cast<std::size_t>(kernel::Event::split)];
    };
    const auto used = story.subject.costs().used_frames - tables();
    if (story.perform(op) == Status::ok || op.kind != Kind::fork) continue;
    ++refused;
    RC_ASSERT(story.all_views() == views);
    RC_ASSERT(story.subject.costs().used_frames - tables() == used);
  }
  return refused;
};

TEST(Properties, AForkThatIsRefusedChangesNothing) {
  EXPECT_TRUE(holds<Kernel>(a_refused_fork_changes_nothing));
  EXPECT_TRUE(breaks<museum::RollbackLeaks<Kernel>>(a_refused_fork_changes_nothing));
}

}  // namespace
}  // namespace cow::props
