#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

#include "props/draw/draw.h"
#include "props/subjects/embedded.h"

/// A promise of copy-on-write, tried on drawn traces: does it hold on a kernel, and does a mutant
/// break it?
namespace cow::props {

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
  model::Op next() {
    --left_;
    model::Op op = draw_.next(reference);
    op.file = false;
    if (op.kind == model::Kind::map) op.to = 0;
    return op;
  }
  model::Status perform(const model::Op& op) {
    const auto status = subject.perform(op).status;
    if (status == model::Status::ok) reference.perform(op);
    return status;
  }
  void exit(std::uint32_t p) {
    model::Op op;
    op.kind = model::Kind::exit;
    op.proc = static_cast<std::uint8_t>(p);
    if (reference.alive(p)) perform(op);
  }
  /// All but one exit, who waits for a child after that child; at last nobody waits any more.
  void exit_all_but(std::uint32_t last) {
    for (std::uint32_t round = 0; round < world.procs; ++round) {
      for (std::uint32_t p = 0; p < world.procs; ++p) {
        if (p != last) exit(p);
      }
    }
  }
  std::uint64_t copies() const { return subject.costs().copies; }
  std::uint64_t happened(kernel::Event event) const {
    return subject.events()[static_cast<std::size_t>(event)];
  }

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
inline rc::Gen<std::uint64_t> any_seed() {
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

}  // namespace cow::props
