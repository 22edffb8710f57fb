#include "props/museum/museum.h"

#include <algorithm>
#include <array>

#include "props/explore/explorable.h"
#include "props/lockstep/lockstep.h"
#include "props/museum/counts.h"
#include "props/museum/forks.h"
#include "props/museum/moves.h"
#include "props/museum/permissions.h"
#include "props/museum/pins.h"
#include "props/museum/translations.h"
#include "props/subjects/embedded.h"

namespace cow::props {

namespace {

template <class M>
std::unique_ptr<Session> open_lockstep(const model::World& world) {
  return std::make_unique<Lockstep<Embedded<M>>>(world, world);
}

template <template <class> class Mutant>
constexpr Openers open{&open_lockstep<Mutant<machine::ByteMachine<machine::Tiny>>>,
                       &explore::open_explorable<Mutant<machine::ByteMachine<machine::Tiny>>>};

using namespace museum;
constexpr std::string_view outside_steps = "breaks a loop or a step that is not proved yet";
constexpr std::string_view inside = "reaches into the TLBs, which terms do not have";
constexpr std::string_view huge = "huge pages are not proved yet";

// clang-format off
constexpr std::array all = {
    Exhibit{"A5", "a pin takes a shared page; a write reuses what has one mapping, pinned or not",
            "CVE-2020-29374, Linux 17839856fd58",
            Law::pin_stable, "", "reaches into the counts of bytes", &open<ReuseOverlooksPin>},
    Exhibit{"A6", "the same for huge pages only, after small ones were mended",
            "Linux 09854ba94c6a",
            Law::pin_stable, "", huge, &open<HugeReuseOverlooksPin>},
    Exhibit{"A12", "fork shares a pinned page like any other",
            "Linux 70e806e4e645",
            Law::pin_stable, "fork_page", "", &open<ForkSharesPinned>},
    Exhibit{"A14", "fork shares a pinned huge page like any other",
            "Linux d042035eaf5f",
            Law::pin_stable, "", huge, &open<ForkSharesPinnedHuge>},
    Exhibit{"A17", "a write copies what has more than one reference, be it the writer's own pin",
            "Linux 09854ba94c6a, libfabric #5215",
            Law::pin_stable, "write_fault", "", &open<PinForcesCopy>, Law::frugal},
    Exhibit{"A21", "a pin for reading does not unshare the page",
            "Linux selftest cow.c, 31cc5bc4af70",
            Law::pin_stable, "pin_page", "", &open<ReadPinDoesNotUnshare>},
    Exhibit{"A22", "a page that is mapped read-only is taken for a shared one",
            "Linux selftest cow.c, iouring_ro",
            Law::pin_stable, "protect_page", "", &open<ReadOnlyIsShared>},
    Exhibit{"B1", "the reference count is two bits wide and wraps",
            "CVE-2019-11487",
            Law::exact_count, "", "counts are unbounded in the proofs", &open<NarrowCount>},
    Exhibit{"B1-pins", "the count of pins is one bit wide and wraps",
            "CVE-2019-11487", Law::exact_count, "", "counts are unbounded in the proofs",
            &open<NarrowPinCount>},
    Exhibit{"B9-leak", "a copying write fault keeps its reference on the source",
            "6.828 homework, opuntiaOS #4",
            Law::exact_count, "write_fault", "", &open<CopyKeepsSource>},
    Exhibit{"B9-uaf", "a copying write fault puts its source twice",
            "6.828 homework", Law::no_dangling, "write_fault", "",
            &open<CopyPutsTwice>, Law::exact_count},
    Exhibit{"B10", "fork takes no reference on a page that is mapped read-only",
            "nyx-os #21", Law::exact_count, "fork_page", "", &open<ReadOnlyUncounted>},
    Exhibit{"B11", "the reuse test counts PTEs and overlooks huge leaves",
            "Linux c444eb564fb1",
            Law::isolation, "", huge, &open<ReuseOverlooksLeaf>, Law::sole_writer},
    Exhibit{"B12", "whether a page is reused is asked of the whole huge page",
            "Linux 6d0a07edd17c",
            Law::frugal, "", huge, &open<CountsTheWholeHugePage>},
    Exhibit{"B19", "a pin that is dropped keeps its reference",
            "Linux a3e0f9e47d5e",
            Law::exact_count, "unpin", "", &open<UnpinKeepsReference>},
    Exhibit{"B24", "the last sharer copies too",
            "opuntiaOS #4", Law::frugal, "write_fault", "", &open<NeverReuses>},
    Exhibit{"C1", "fork does not flush the parent's translations",
            "LTP hugefork01, powerpc 86df86424939",
            Law::tlb_coherent, "fork_flush", "", &open<ForkWithoutFlush>},
    Exhibit{"C1-huge", "fork flushes small translations only",
            "LTP hugefork01, powerpc 86df86424939",
            Law::tlb_coherent, "", huge, &open<ForkKeepsHugeTranslations>},
    Exhibit{"C2", "remap does not flush the place that it empties",
            "CVE-2018-18281, Linux eb66ae030829",
            Law::tlb_coherent, "", "its state is of concrete places", &open<MoveWithoutFlush>},
    Exhibit{"C6", "a page is flushed on the first CPU only",
            "osv #1475", Law::tlb_coherent, "", inside, &open<FlushesLocally>},
    Exhibit{"C9", "a huge leaf is replaced without flushing its translation",
            "Linux ad5ca55f6bdb", Law::tlb_coherent, "", huge, &open<SplitWithoutFlush>},
    Exhibit{"C13", "a copying write fault frees its source for everyone",
            "FreeBSD-SA-21:08.vm, CVE-2021-29626",
            Law::no_dangling, "", "loops over a count", &open<CopyFreesSource>, Law::exact_count},
    Exhibit{"D12", "\"now writable\" never reaches a huge leaf",
            "KVM 404381c5839d", Law::progress, "", huge, &open<HugeUpgradeLost>},
    Exhibit{"D18", "mprotect grants write on a shared frame",
            "nanvix #3178", Law::sole_writer, "protect_page", "", &open<ProtectGrantsWrite>},
    Exhibit{"E11", "a shared huge page is copied whole where the policy is to split",
            "Redis #2844", Law::frugal, "", huge, &open<CopiesWholeHugePages>},
    Exhibit{"E13", "the first touch maps read-only even for a write",
            "SerenityOS #24637", Law::frugal, "demand_zero", "", &open<FirstTouchReadOnly>},
    Exhibit{"G1", "a fork that ran out of memory leaks the child's root table",
            "starry tgoskits #2096", Law::exact_count, "", outside_steps, &open<RollbackLeaks>},
    Exhibit{"G2", "the rollback of fork gives the parent write permission back",
            "nanvix #2515", Law::sole_writer, "", outside_steps, &open<RollbackRestoresWrite>},
    Exhibit{"G15", "fork write-protects the child's side only",
            "mitos #771", Law::sole_writer, "fork_page", "", &open<ForkProtectsChildOnly>},
    Exhibit{"G17", "areas are joined whose pages are no neighbours in their object",
            "Linux 7e7757876f25",
            Law::isolation, "", outside_steps, &open<MergeForgetsOffset>},
    Exhibit{"no-wipe", "a child finds what fork was to wipe",
            "LTP madvise10", Law::no_disclosure, "", outside_steps, &open<ForkDoesNotWipe>,
            Law::isolation},
    Exhibit{"no-zero", "fresh frames are not zeroed",
            "the classic disclosure", Law::no_disclosure, "demand_zero", "", &open<SkipsZeroing>},
};
// clang-format on

}  // namespace

std::unique_ptr<explore::Explorable> Opener::explorable(const model::World& world) const {
  return both_->explorable(world);
}

std::span<const Exhibit> exhibits() { return all; }

bool is_expected(const Exhibit& exhibit, const Failure& failure) {
  return std::ranges::any_of(failure.findings, [&](const Finding& finding) {
    return finding.law == exhibit.law || finding.law == exhibit.or_law;
  });
}

const Exhibit* find_exhibit(std::string_view name) {
  const auto at = std::ranges::find(all, name, &Exhibit::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cow::props
