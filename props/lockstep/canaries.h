#pragma once

#include <algorithm>
#include <vector>

#include "props/lockstep/lockstep.h"

// Subjects that each get one thing wrong, for the tests of the lockstep: it must find that thing
// and name the law that it breaks. They are the reference itself with one function hidden.

namespace cow::props::canary {

using model::Answer;
using model::Kind;
using model::Op;
using model::Status;

/// Can do nothing but what it must, so the lockstep has to read through `perform`.
struct Blind {
  explicit Blind(const model::World& world) : reference(world) {}
  void reset() { reference.reset(); }
  Answer perform(const Op& op) { return reference.perform(op); }

  model::Reference reference;
};

/// Shows its pages and its costs, which are none.
struct Correct : Blind {
  using Blind::Blind;
  void reset() {
    Blind::reset();
    counted = {};
  }
  Seen seen(std::uint32_t p, std::uint32_t page) const {
    const auto& at = reference.page(p, page);
    return {at.mapped, at.access, reference.bytes(p, page).data()};
  }
  const std::uint8_t* seen_pin(std::uint32_t p, std::uint32_t pin) const {
    const bool held = reference.pin(p, pin).access != model::Access::none;
    return held ? reference.pinned(p, pin).data() : nullptr;
  }
  Costs costs() const { return counted; }

  Costs counted;
};

/// Fork says that it worked where the child's name was taken.
struct ForksTheBusy : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    Answer answer = Correct::perform(op);
    if (answer.status == Status::busy) answer.status = Status::ok;
    return answer;
  }
};

/// Reads lie about their last byte, but the pages are shown right.
template <class Base>
struct ReadsWrong : Base {
  using Base::Base;
  Answer perform(const Op& op) {
    const Answer answer = Base::perform(op);
    if (answer.bytes.empty()) return answer;
    bytes.assign(answer.bytes.begin(), answer.bytes.end());
    bytes.back() ^= 0x80;
    return {answer.status, bytes};
  }
  std::vector<std::uint8_t> bytes;
};

/// Reads bring one byte too few.
template <class Base>
struct ReadsShort : Base {
  using Base::Base;
  Answer perform(const Op& op) {
    Answer answer = Base::perform(op);
    if (!answer.bytes.empty()) answer.bytes = answer.bytes.first(answer.bytes.size() - 1);
    return answer;
  }
};

/// What P1 writes lands in P0's pages, too.
template <class Base>
struct WritesToTheParent : Base {
  using Base::Base;
  Answer perform(const Op& op) {
    if (op.kind == Kind::write && op.proc == 1) {
      Op other = op;
      other.proc = 0;
      Base::perform(other);
    }
    return Base::perform(op);
  }
};

/// The first access to a page shows what its frame held before.
struct ShowsOldBytes : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    accessed |= model::is_access(op.kind);
    return Correct::perform(op);
  }
  Seen seen(std::uint32_t p, std::uint32_t page) const {
    static constexpr std::array<std::uint8_t, 16> old = {0, 0, 0xA5};
    Seen seen = Correct::seen(p, page);
    if (accessed && seen.mapped && reference.page(p, page).fresh) seen.bytes = old.data();
    return seen;
  }
  bool accessed = false;
};

/// Protect works, but the page shows its old access.
struct ShowsOldAccess : Correct {
  using Correct::Correct;
  Seen seen(std::uint32_t p, std::uint32_t page) const {
    Seen seen = Correct::seen(p, page);
    if (seen.mapped) seen.access = model::Access::write;
    return seen;
  }
};

/// Where memory fails it says so, and has counted the failed allocation. As it should be.
struct RefusesHonestly : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.oom == 0) return Correct::perform(op);
    ++counted.failed_allocations;
    return {Status::no_memory, {}};
  }
};

/// Says no-memory and does it all the same.
struct RefusesAndDoesIt : RefusesHonestly {
  using RefusesHonestly::RefusesHonestly;
  Answer perform(const Op& op) {
    if (op.oom != 0) Correct::perform(op);
    return RefusesHonestly::perform(op);
  }
};

/// Says no-memory while there is enough.
struct RefusesForNothing : Correct {
  using Correct::Correct;
  Answer perform(const Op&) { return {Status::no_memory, {}}; }
};

struct MakesNoProgress : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    return op.kind == Kind::write ? Answer{Status::stuck, {}} : Correct::perform(op);
  }
};

/// Every write copies a page.
struct AlwaysCopies : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::write) ++counted.copies;
    return Correct::perform(op);
  }
};

/// Every access takes two faults.
struct FaultsTwice : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (model::is_access(op.kind)) counted.faults += 2;
    return Correct::perform(op);
  }
};

/// A mapping takes its frames at once.
struct TakesFramesEarly : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::map) counted.data_frames += op.count;
    return Correct::perform(op);
  }
};

/// A frame is lost for good with the first fork.
struct Leaks : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::fork) counted.used_frames = 1;
    return Correct::perform(op);
  }
};

/// The same for a slot of swap.
struct LeaksASlot : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::fork) counted.used_slots = 1;
    return Correct::perform(op);
  }
};

/// Finds broken laws in itself after every fork, in no order.
struct FindsLaws : ForksTheBusy {
  using ForksTheBusy::ForksTheBusy;
  Answer perform(const Op& op) {
    broken = op.kind == Kind::fork;
    return ForksTheBusy::perform(op);
  }
  bool audit() { return !broken; }
  std::vector<Finding> findings() const {
    return {{Law::exact_count, "a"}, {Law::no_dangling, "b"}, {Law::sole_writer, "c"}};
  }
  bool broken = false;
};

/// Does not know exec, and gets it wrong when asked.
struct CannotExec : Correct {
  using Correct::Correct;
  bool supports(const Op& op) const { return op.kind != Kind::exec; }
  Answer perform(const Op& op) {
    return op.kind == Kind::exec ? Answer{Status::stuck, {}} : Correct::perform(op);
  }
};

/// Unmap answers ok and leaves everything mapped.
struct KeepsUnmapped : Blind {
  using Blind::Blind;
  Answer perform(const Op& op) {
    return op.kind == Kind::unmap ? Answer{reference.check(op), {}} : Blind::perform(op);
  }
};

/// Remap leaves the first two pages in each other's place.
struct SwapsAtRemap : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind != Kind::remap || op.count < 2 || reference.check(op) != Status::ok) {
      return Correct::perform(op);
    }
    move(op, 0, 1);
    move(op, 1, 0);
    for (std::uint32_t i = 2; i < op.count; ++i) move(op, i, i);
    return {Status::ok, {}};
  }
  void move(Op op, std::uint32_t from, std::uint32_t to) {
    op.count = 1;
    op.page += from;
    op.to += to;
    Correct::perform(op);
  }
};

/// Dontneed leaves the pages as they are.
struct NeedsAll : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    return op.kind == Kind::dontneed ? Answer{reference.check(op), {}} : Correct::perform(op);
  }
};

/// Takes one advice and does not follow it.
template <model::Advice ignored>
struct Ignores : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    const bool ignores = op.kind == Kind::advise && op.advice == ignored;
    return ignores ? Answer{reference.check(op), {}} : Correct::perform(op);
  }
};

}  // namespace cow::props::canary
