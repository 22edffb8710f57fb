#include "props/lockstep/lost_pages.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/lockstep/lockstep.h"

namespace cow::props {
namespace {

/// A subject that keeps to the reference, but has one process lose its page at one operation.
class Loses {
 public:
  Loses(const model::World& world, const model::Op& at, bool failed)
      : reference_(world), at_(at), failed_(failed) {}

  void reset() {
    reference_.reset();
    lost_ = false;
  }
  model::Answer perform(const model::Op& op) {
    lost_ = lost_ || op == at_;
    costs_.failed_allocations += op == at_ && failed_ ? 1 : 0;
    if (lost_ && op.proc == 1 && op.kind == model::Kind::read) {
      return {model::Status::bus_error, {}};
    }
    return reference_.perform(op);
  }
  bool lost(std::uint32_t process, std::uint32_t page) const {
    return lost_ && process == 1 && page < 4;
  }
  Costs costs() const { return costs_; }

 private:
  model::Reference reference_;
  model::Op at_;
  bool failed_, lost_ = false;
  Costs costs_;
};

constexpr auto script =
    "world tiny pool=1\nP0 map p0 4 private write hugetlb\nP0 write p0 1 0x11\nP0 fork P1\n"
    "P1 read p0 1\nP0 write p0 1 0x12\nP1 read p0 1\n";

std::optional<Law> law_of(std::size_t at, bool failed) {
  const auto trace = model::parse(script).trace;
  Lockstep<Loses> lockstep(trace.world, trace.world, trace.ops[at], failed);
  for (const auto& op : trace.ops) {
    if (!lockstep.step(op)) return lockstep.failure().law;
  }
  return std::nullopt;
}

TEST(LostPages, MayBeLostWhenTheirOwnerWritesAndThePoolIsDry) {
  EXPECT_EQ(law_of(4, true), std::nullopt);
}

TEST(LostPages, AreNotLostWithoutAnAllocationThatFailed) {
  EXPECT_EQ(law_of(4, false), Law::permission);
}

TEST(LostPages, AreNotLostByWhatAnybodyElseDoes) { EXPECT_EQ(law_of(3, true), Law::permission); }

/// For want of a page of the pool a child may be refused, its owner may not.
TEST(LostPages, ThePoolMayOnlyBeDryForThoseThatItOwesNothing) {
  auto trace = model::parse(script).trace;
  model::Reference reference(trace.world);
  for (std::size_t i = 0; i < 3; ++i) reference.perform(trace.ops[i]);
  using model::Status;
  EXPECT_TRUE(starves(reference, trace.ops[3], Status::ok, Status::bus_error));
  EXPECT_FALSE(starves(reference, trace.ops[4], Status::ok, Status::bus_error));
  EXPECT_TRUE(starves(reference, trace.ops[4], Status::ok, Status::no_memory));
}

}  // namespace
}  // namespace cow::props
