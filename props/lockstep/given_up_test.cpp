#include "props/lockstep/given_up.h"

#include <gtest/gtest.h>
#include <vector>

#include "model/trace_text.h"
#include "props/lockstep/lockstep.h"

namespace cow::props {
namespace {

enum class Mood : std::uint8_t { drops, drops_half, drops_and_gives_back };

/// A subject that keeps to the reference, but whose machine needs memory before the operation `at`:
/// P0's p0 is gone then, half of it, or all until `back`.
class Pressed {
 public:
  Pressed(const model::World& world, Mood mood, const model::Op& at, const model::Op& back)
      : reference_(world), mood_(mood), at_(at), back_(back) {}

  void reset() { reference_.reset(); }
  model::Answer perform(const model::Op& op) {
    if (op == at_) press();
    if (op == back_ && mood_ == Mood::drops_and_gives_back) reference_.restore(0, 0, was_, bytes_);
    return reference_.perform(op);
  }
  bool dropped(std::uint32_t, std::uint32_t) const { return false; }  // nobody asks in time
  bool is_zero_but(std::uint32_t p, std::uint32_t page, std::uint32_t first,
                   std::uint32_t end) const {
    const auto bytes = reference_.bytes(p, page);
    return is_zero(bytes.first(first)) && is_zero(bytes.subspan(end));
  }

 protected:
  model::Reference reference_;

 private:
  void press() {
    was_ = reference_.page(0, 0);
    const auto bytes = reference_.bytes(0, 0);
    bytes_.assign(bytes.begin(), bytes.end());
    auto left = bytes_;
    const auto gone = mood_ == Mood::drops_half ? left.size() / 2 : left.size();
    std::fill_n(left.begin(), gone, std::uint8_t{0});
    reference_.restore(0, 0, was_, left);
  }

  Mood mood_;
  model::Op at_, back_;
  model::Page was_;
  std::vector<std::uint8_t> bytes_;
};

/// Shows its pages, too.
struct PressedInSight : Pressed {
  using Pressed::Pressed;
  Seen seen(std::uint32_t p, std::uint32_t page) const {
    const auto& at = reference_.page(p, page);
    return {at.mapped, at.access, reference_.bytes(p, page).data()};
  }
};

constexpr auto given_up = "P0 map p0 1 private write\nP0 write p0 16 0x11\nP0 free p0 1\n";

/// `at`: an operation that comes once only. The lockstep reads whole pages, too.
template <class S>
std::optional<Law> law_of(Mood mood, std::size_t at, const std::string& script) {
  const auto trace = model::parse(script).trace;
  Lockstep<S> lockstep(trace.world, trace.world, mood, trace.ops[at], trace.ops.back());
  const auto failure = check_trace(lockstep, trace);
  return failure ? std::optional(failure->law) : std::nullopt;
}

template <class S>
class GivenUp : public testing::Test {};
using Subjects = testing::Types<Pressed, PressedInSight>;
TYPED_TEST_SUITE(GivenUp, Subjects);

TYPED_TEST(GivenUp, MayBeDroppedBeforeAnything) {
  for (const std::string next :
       {"P0 read p0 15\n", "P0 read p0+3 2\nP0 read p0 16\n",
        "P0 write p0+3 2 0x31\nP0 read p0 16\n", "P0 write p0 16 0x31\nP0 read p0 16\n",
        "P0 pin d0 p0 write\nP0 device-read d0 16\n", "P0 fork P1\nP0 read p0 16\nP1 read p0 16\n",
        "P0 pageout p0 1\n"})
    EXPECT_EQ(law_of<TypeParam>(Mood::drops, 3, given_up + next), std::nullopt) << next;
}

TYPED_TEST(GivenUp, IsNotDroppedInPart) {
  for (const std::string next : {"P0 read p0 15\n", "P0 write p0 1 0x31\nP0 read p0 16\n"})
    EXPECT_EQ(law_of<TypeParam>(Mood::drops_half, 3, given_up + next), Law::isolation) << next;
}

TYPED_TEST(GivenUp, DoesNotComeBack) {
  const auto law = law_of<TypeParam>(Mood::drops_and_gives_back, 3,
                                     std::string(given_up) + "P0 read p0 15\nP0 read p0 14\n");
  EXPECT_TRUE(law == Law::isolation || law == Law::no_disclosure);
}

TYPED_TEST(GivenUp, NothingElseIsDropped) {
  const std::string kept = "P0 map p0 1 private write\nP0 write p0 16 0x11\n";
  EXPECT_EQ(law_of<TypeParam>(Mood::drops, 2, kept + "P0 read p0 15\n"), Law::isolation);
  EXPECT_EQ(law_of<TypeParam>(Mood::drops, 4,
                              given_up + std::string("P0 write p0 1 0x31\n") + "P0 read p0 15\n"),
            Law::isolation);
}

}  // namespace
}  // namespace cow::props
