#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/lockstep/pin_canaries.h"

namespace cow::props {
namespace {

using namespace canary;

/// "law at index: text" of the failure, or "pass".
template <class S>
std::string verdict(const std::string& text) {
  const auto trace = model::parse(text).trace;
  Lockstep<S> session(trace.world, trace.world);
  const auto failure = check_trace(session, trace);
  if (!failure) return "pass";
  return std::string(kernel::name(failure->law)) + " at " + std::to_string(failure->index) + ": " +
         failure->findings.at(0).text;
}

const std::string mapped = "P0 map p0 4 private write\n";
const std::string pinned = mapped + "P0 write p0 1 0x11\nP0 pin d0 p0 write\n";

TEST(Remap, FindsPagesInTheWrongOrder) {
  const std::string trace = mapped + "P0 write p1 1 0x07\nP0 remap p0 4 p8\n";
  EXPECT_EQ(verdict<Correct>(trace), "pass");
  EXPECT_EQ(verdict<SwapsAtRemap>(trace),
            "isolation at 2: P0 now sees p8 differ at byte 0: 07 00 00 00 00 00 00 00, "
            "expected 00 00 00 00 00 00 00 00");
}

TEST(Dontneed, FindsBytesThatShouldBeGone) {
  const std::string trace = mapped + "P0 write p0 1 0x07\nP0 dontneed p0 1\n";
  EXPECT_EQ(verdict<Correct>(trace), "pass");
  EXPECT_EQ(verdict<NeedsAll>(trace),
            "no-disclosure at 2: P0 now sees p0 differ at byte 0: 07 00 00 00 00 00 00 00, "
            "expected 00 00 00 00 00 00 00 00");
}

TEST(Advise, FindsAChildThatSeesWhatItShouldNot) {
  using model::Advice;
  const std::string wipe = mapped + "P0 write p0 1 0x07\nP0 advise p0 1 wipeonfork\nP0 fork P1\n";
  EXPECT_EQ(verdict<Correct>(wipe), "pass");
  EXPECT_EQ(verdict<Ignores<Advice::wipeonfork>>(wipe),
            "no-disclosure at 3: P1, which did nothing, now sees p0 differ at byte 0: "
            "07 00 00 00 00 00 00 00, expected 00 00 00 00 00 00 00 00");
  EXPECT_EQ(verdict<Ignores<Advice::keeponfork>>(mapped + "P0 write p0 1 0x07\n"
                                                          "P0 advise p0 1 wipeonfork\n"
                                                          "P0 advise p0 1 keeponfork\n"
                                                          "P0 fork P1\n"),
            "isolation at 4: P1, which did nothing, now sees p0 differ at byte 0: "
            "00 00 00 00 00 00 00 00, expected 07 00 00 00 00 00 00 00");
}

TEST(Advise, FindsAChildThatGetsWhatItShouldNot) {
  using model::Advice;
  const std::string start = mapped + "P0 advise p0 1 dontfork\n";
  EXPECT_EQ(verdict<Correct>(start + "P0 fork P1\n"), "pass");
  EXPECT_EQ(verdict<Ignores<Advice::dontfork>>(start + "P0 fork P1\n"),
            "permission at 2: P1 p0 is mapped for write, expected not mapped");
  EXPECT_EQ(verdict<Ignores<Advice::dofork>>(start + "P0 advise p0 1 dofork\nP0 fork P1\n"),
            "permission at 3: P1 p0 is not mapped, expected mapped for write");
}

TEST(Pins, PassWhatIsRight) {
  const std::string trace = pinned +
                            "P0 fork P1\nP0 write p0 1 0x22\nP0 device-read d0 4\nP0 unmap p0 4\n"
                            "P0 device-write d0 4 0x33\nP0 device-read d0+2 4\nP0 unpin d0\n";
  EXPECT_EQ(verdict<Correct>(trace), "pass");
  EXPECT_EQ(verdict<Blind>(trace), "pass");
}

TEST(Pins, FindThatAForkTookTheirPage) {
  const std::string trace = pinned + "P0 fork P1\nP0 write p0 1 0x22\n";
  const std::string difference =
      "pin-stable at 4: d0 of P0 shows other bytes at byte 0: 11 00 00 00 00 00 00 00, "
      "expected 22 00 00 00 00 00 00 00";
  EXPECT_EQ(verdict<LosesPinsAtFork<Correct>>(trace), difference);
  EXPECT_EQ(verdict<LosesPinsAtFork<Blind>>(trace), difference) << "by a device's read";
}

TEST(Pins, FindThatADeviceReadsSomethingElse) {
  EXPECT_EQ(verdict<ReadsWrong<Correct>>(pinned + "P0 device-read d0 2\n"),
            "pin-stable at 3: P0 read wrong bytes, at byte 1: 80, expected 00");
  EXPECT_EQ(verdict<ReadsShort<Correct>>(pinned + "P0 device-read d0 2\n"),
            "permission at 3: read 1 bytes, expected 2");
}

TEST(Pins, FindThatADevicesWriteDoesNotArrive) {
  const std::string trace = pinned + "P0 device-write d0 1 0x55\n";
  const std::string difference =
      "pin-stable at 3: P0 now sees p0 differ at byte 0: 11 00 00 00 00 00 00 00, "
      "expected 55 00 00 00 00 00 00 00";
  EXPECT_EQ(verdict<LosesDeviceWrites<Correct>>(trace), difference);
  EXPECT_EQ(verdict<LosesDeviceWrites<Blind>>(trace), difference);
}

TEST(Pins, FindOnesThatAreHeldTooLongOrTooShort) {
  EXPECT_EQ(verdict<KeepsPinsAtExec>(pinned + "P0 exec\n"),
            "pin-stable at 3: d0 of P0 is held, expected not held");
  EXPECT_EQ(verdict<UnpinsBoth>(pinned + "P0 pin d1 p1 read\nP0 unpin d0\n"),
            "pin-stable at 4: d1 of P0 is not held, expected held");
}

TEST(Pins, FindThatARefusalPartedThem) {
  const std::string difference =
      "refused-unchanged at 3: d0 of P0 shows other bytes at byte 0: 00 00 00 00 00 00 00 00, "
      "expected 11 00 00 00 00 00 00 00";
  EXPECT_EQ(verdict<RefusesAndParts>(pinned + "P0 fork P1 oom@1\n"), difference);
}

TEST(Pins, AllowACopyForTheChildOfWhatIsPinned) {
  EXPECT_EQ(verdict<CopiesAtFork>(pinned + "P0 fork P1\n"), "pass");
  EXPECT_EQ(verdict<CopiesAtFork>(mapped + "P0 write p0 1 0x11\nP0 fork P1\n"),
            "frugal at 2: 1 pages copied, where 0 suffice");
  EXPECT_EQ(verdict<CopiesAtFork>(pinned + "P0 unpin d0\nP0 fork P1\n"),
            "frugal at 4: 1 pages copied, where 0 suffice");
}

TEST(Pins, CostAFaultAndAFrameOnce) {
  EXPECT_EQ(verdict<PinsAtCost>(mapped + "P0 pin d0 p0 write\n"), "pass");
  EXPECT_EQ(verdict<PinsAtCost>(mapped + "P0 pin d0 p0 write\nP0 pin d1 p0 write\n"),
            "frugal at 2: 1 page faults, where 0 suffice");
  EXPECT_EQ(verdict<PinsAtCost>(mapped + "P0 read p0 1\nP0 pin d0 p0 write\n"
                                         "P0 pin d1 p0 read\n"),
            "frugal at 3: 1 page faults, where 0 suffice");
}

}  // namespace
}  // namespace cow::props
