#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

#include "props/draw/draw.h"
#include "props/lockstep/differences.h"
#include "props/lockstep/sharing_bound.h"
#include "props/museum/counts.h"
#include "props/museum/forks.h"
#include "props/museum/permissions.h"
#include "props/subjects/embedded.h"

// What copy-on-write promises, each promise on its own and in one sentence, over drawn traces on
// the embedded kernel. The lockstep says the same more sharply; these say it so that it can be
// read. Each is shown to fail on mutants of the museum that break it.

namespace cow::props {
namespace {

using model::Kind;
using model::Op;
using model::Status;
using Kernel = machine::ByteMachine<machine::Tiny>;

/// A drawn trace on a kernel over machine `M`. The reference goes along because Draw looks at it.
template <class M>
class Story {
 public:
  Story(const model::World& a_world, std::uint64_t seed)
      : world(a_world),
        reference(world),
        subject(world),
        draw_(world, seed),
        left_(Random(seed).between(20, 100)) {}

  bool ended() const { return left_ == 0 || reference.living() == 0; }
  /// Without files, whose pages change under private mappings.
  Op next() {
    --left_;
    Op op = draw_.next(reference);
    op.file = false;
    if (op.kind == Kind::map) op.to = 0;
    return op;
  }
  Status perform(const Op& op) {
    const auto status = subject.perform(op).status;
    if (status == Status::ok) reference.perform(op);
    return status;
  }
  void exit(std::uint32_t p) {
    Op op;
    op.kind = Kind::exit;
    op.proc = static_cast<std::uint8_t>(p);
    if (reference.alive(p)) perform(op);
  }
  std::uint64_t copies() const { return subject.costs().copies; }

  /// All that a process can see, in some order of bytes. Without shared pages if so asked.
  std::vector<std::uint8_t> view(std::uint32_t p, bool with_shared = true) {
    subject.audit();
    std::vector<std::uint8_t> all;
    for (std::uint32_t page = 0; page < world.pages; ++page) {
      const bool shared = reference.page(p, page).sharing == model::Sharing::shared;
      if (shared && !with_shared) continue;
      const Seen seen = subject.seen(p, page);
      all.push_back(seen.mapped);
      all.push_back(static_cast<std::uint8_t>(seen.access));
      for (int i = 0; i < 16; ++i) all.push_back(seen.bytes != nullptr ? seen.bytes[i] : 0);
    }
    return all;
  }
  std::vector<std::vector<std::uint8_t>> all_views(bool with_shared = true) {
    std::vector<std::vector<std::uint8_t>> all;
    for (std::uint32_t p = 0; p < world.procs; ++p) all.push_back(view(p, with_shared));
    return all;
  }

  const model::World world;
  model::Reference reference;
  Embedded<M> subject;

 private:
  Draw draw_;
  std::uint32_t left_;
};

/// RapidCheck's own integers grow with the size of the test; a seed must not.
rc::Gen<std::uint64_t> any_seed() {
  return
      [](const rc::Random& random, int) { return rc::shrinkable::just(rc::Random(random).next()); };
}

struct Silent final : rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

/// Does `property(story)` hold for drawn stories on machine M? It answers how often it had
/// something to say; one that says too little does not hold.
template <class M, class Property>
testing::AssertionResult holds(Property property, const model::World& base = {}) {
  std::uint64_t said = 0;
  const auto testable = [&] {
    const std::uint64_t seed = *any_seed();
    model::World world = draw_world(base, seed);
    world.huge_cow = base.huge_cow;
    Story<M> story(world, seed);
    said += property(story);
  };
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 300;
  params.disableShrinking = true;  // there is but the seed
  Silent silent;
  const auto result =
      rc::detail::checkTestable(testable, rc::detail::TestMetadata{}, params, silent);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  if (!result.template is<rc::detail::SuccessResult>()) {
    return testing::AssertionFailure() << text.str();
  }
  if (said < 300) return testing::AssertionFailure() << "vacuous: said " << said << " times";
  return testing::AssertionSuccess();
}

/// A mutant breaks the property by what it asserts, not by an error of the test.
template <class M, class Property>
testing::AssertionResult breaks(Property property, const model::World& base = {}) {
  const auto result = holds<M>(property, base);
  const std::string_view text = result.message();
  if (!result && text.find("RC_ASSERT") != std::string_view::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "not broken: " << text;
}

constexpr auto siblings_are_isolated = [](auto& story) {
  std::uint64_t writes = 0;
  while (!story.ended()) {
    const Op op = story.next();
    auto before = story.all_views(false);
    if (story.perform(op) != Status::ok || op.kind != Kind::write) continue;
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

/// How many private pages of `parent` some device holds.
std::uint32_t pinned_pages(const model::Reference& reference, std::uint32_t parent) {
  std::uint32_t pinned = 0;
  for (std::uint32_t i = 0; i < reference.world().pages; ++i) {
    const auto& page = reference.page(parent, i);
    pinned += page.object != 0 && page.sharing == model::Sharing::private_ ? 1U : 0U;
  }
  return pinned;
}

constexpr auto copies_are_bounded_by_writes = [](auto& story) {
  std::uint64_t copied = 0;
  while (!story.ended()) {
    const Op op = story.next();
    const auto [first, end] = touched_pages(op, story.world);
    const bool parts = model::is_store(op.kind) || op.kind == Kind::pin;
    const bool moves =
        op.kind == Kind::collapse || op.kind == Kind::migrate || op.kind == Kind::unmerge;
    const bool forks = op.kind == Kind::fork && op.proc < story.world.procs;
    const bool eager = story.world.fork == model::Fork::eager;
    const auto allowed = parts || moves             ? end - first
                         : forks && eager           ? story.world.pages
                         : forks                    ? pinned_pages(story.reference, op.proc)
                         : op.kind == Kind::compact ? model::huge_pages(story.world.geometry)
                                                    : 0;
    const auto before = story.copies();
    story.perform(op);
    RC_ASSERT(story.copies() - before <= allowed);
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
  for (std::uint32_t p = 0; p < story.world.procs; ++p) story.exit(p);
  story.subject.audit();
  RC_ASSERT(story.subject.costs().used_frames == 0U);
  return std::uint64_t{used};
};

TEST(Properties, WhenEveryProcessHasExitedEveryFrameIsFree) {
  EXPECT_TRUE(holds<Kernel>(frames_come_back));
  EXPECT_TRUE(breaks<museum::CopyKeepsSource<Kernel>>(frames_come_back));
  EXPECT_TRUE(breaks<museum::RollbackLeaks<Kernel>>(frames_come_back));
}

/// After the story all but one process exit, and that one writes to every page that it may.
constexpr auto the_last_sharer_writes_in_place = [](auto& story) {
  while (!story.ended()) story.perform(story.next());
  std::uint32_t last = 0;
  while (last + 1 < story.world.procs && !story.reference.alive(last)) ++last;
  for (std::uint32_t p = 0; p < story.world.procs; ++p) {
    if (p != last) story.exit(p);
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
