#pragma once

#include <algorithm>
#include <utility>

#include "props/lockstep/asked_session.h"
#include "props/lockstep/differences.h"
#include "props/lockstep/fault_bound.h"
#include "props/lockstep/fresh_pages.h"
#include "props/lockstep/given_up.h"
#include "props/lockstep/held_pins.h"
#include "props/lockstep/lost_pages.h"
#include "props/lockstep/own_pages.h"
#include "props/lockstep/sharing_bound.h"
#include "props/lockstep/subject.h"
#include "props/lockstep/touched_pages.h"
#include "props/lockstep/views.h"
#include "props/lockstep/written_pages.h"

namespace cow::props {

/// Runs a subject beside the reference. After every operation it compares the answer, everything
/// that every process can see, the laws that the subject checks about itself, and the costs.
template <Subject S>
class Lockstep : public AskedSession<S> {
  using AskedSession<S>::census_;
  using AskedSession<S>::subject_;

 public:
  using AskedSession<S>::supports;

  template <class... Args>
  explicit Lockstep(const model::World& world, Args&&... args)
      : AskedSession<S>(std::forward<Args>(args)...),
        world_(world),
        page_bytes_(model::page_bytes(world.geometry)),
        reference_(world),
        bound_(world),
        faults_(world),
        fresh_(world) {
    reset();
  }

  void reset() override {
    reference_.reset();
    bound_.reset();
    faults_.reset();
    pins_.reset();
    subject_.reset();
    steps_ = 0;
    if constexpr (Costed<S>) costs_ = subject_.costs();
  }

  bool step(const model::Op& op) override {
    findings_.clear();
    if (!supports(op)) return ++steps_, true;
    const model::Status status = perform(op);
    if constexpr (LosesPages<S>) {
      const bool failed = subject_.costs().failed_allocations != costs_.failed_allocations;
      lost_.follow(reference_, bound_, faults_, subject_, failed);
    }
    ++census_.counts[static_cast<std::size_t>(op.kind)][static_cast<std::size_t>(status)];
    compare_laws();
    if constexpr (Visible<S>) {
      compare_views(op, status);
    } else if (status == model::Status::ok) {
      reread_elsewhere(op);
    }
    if (pins_.follow(reference_, op)) compare_pins(status);
    if constexpr (NotesWrites<S>)
      WrittenPages<S>::look(subject_, reference_, op, status, findings_);
    if constexpr (Costed<S>) compare_costs(op, status);
    ++steps_;
    return findings_.empty() || fail(op);
  }

  bool look_at_everything() override {
    findings_.clear();
    if constexpr (LooksOnDemand<S>) {
      subject_.look_everywhere();
      compare_laws();
      compare_views(read_of(0, 0), model::Status::ok);
    }
    if constexpr (!Visible<S>) {
      for (std::uint32_t p = 0; p < world_.procs; ++p) {
        reread(read_of(p, 0, 0), p, {0, world_.pages});  // of no byte: no page was written by it
      }
      if (pins_.any()) compare_pins(model::Status::ok);
    }
    return findings_.empty() || fail(read_of(0, 0));
  }

  const Failure& failure() const override { return failure_; }
  const model::Reference& reference() const override { return reference_; }

 private:
  void find(Law law, std::string text) { findings_.push_back({law, std::move(text)}); }

  /// Both perform; answers the subject's status. Where the subject ran out of memory the
  /// reference does not move, since nothing may have changed.
  model::Status perform(const model::Op& op) {
    fresh_.note(reference_, op);
    model::Status want = reference_.check(op);
    if constexpr (Costed<S>) copies_allowed_ = bound_.copies_allowed(reference_, op, want);
    if constexpr (LosesPages<S>) lost_.before(reference_, bound_, op);
    const model::Answer got = subject_.perform(op);
    starved_ = starves(reference_, op, want, got.status);
    if (got.status == model::Status::stuck) find(Law::progress, "made no progress, or no sense");
    if (got.status == model::Status::stuck || starved_) return refuse(op, got.status), got.status;
    if constexpr (DropsUnasked<S>)
      if (follow_answer(reference_, op, got, subject_)) want = reference_.check(op);
    const model::Answer answer = move_reference(op, want);
    if (got.status != want) {
      find(Law::permission, status_difference(want, got.status));
    } else if (!std::ranges::equal(got.bytes, answer.bytes)) {
      find(law_of_wrong_answer(op, answer.bytes, got.bytes),
           bytes_difference(op, answer.bytes, got.bytes));
    }
    return got.status;
  }

  void refuse(const model::Op& op, model::Status status) {
    if constexpr (ShowsFile<S>) follow_refusal(reference_, op, subject_);
    if (Costed<S>) bound_.after_refusal(reference_, op, status);
  }

  model::Answer move_reference(const model::Op& op, model::Status want) {
    if (want != model::Status::ok) return refuse(op, want), model::Answer{want, {}};
    if (Costed<S>) bound_.before(reference_, op), faults_.before(reference_, op);
    const model::Answer answer = reference_.perform(op);
    if (Costed<S>) bound_.after(reference_, op);
    if constexpr (Drops<S>) {
      if (model::may_drop(op.kind)) follow_drops(reference_, bound_, op, subject_);
    }
    return answer;
  }

  Law law_of_wrong_answer(const model::Op& op, std::span<const std::uint8_t> want,
                          std::span<const std::uint8_t> got) const {
    if (want.size() != got.size()) return Law::permission;
    if (op.kind == model::Kind::device_read) return Law::pin_stable;
    const auto differs = std::ranges::mismatch(want, got).in1 - want.begin();
    const auto page = op.page + (op.offset + static_cast<std::uint32_t>(differs)) / page_bytes_;
    return law_of(
        {model::Status::ok, true, fresh_.was_fresh(page), want[static_cast<std::size_t>(differs)]});
  }
  void find_wrong_bytes(const model::Op& op, model::Status status, std::uint32_t p,
                        std::uint32_t page, const std::uint8_t* got) {
    const auto want = reference_.bytes(p, page);
    const auto& at = reference_.page(p, page);
    const auto [first, end] = touched_pages(op, world_);
    const bool accessed = model::is_access(op.kind) && p == op.proc && first <= page && page < end;
    const bool fresh = accessed ? fresh_.was_fresh(page) : at.fresh;
    const bool pinned = status == model::Status::ok && written_by_device(reference_, op, at);
    const Law law = law_of({status, makes_sure_of(op, p, at), fresh, first_wrong(want, got)});
    find(pinned ? Law::pin_stable : law, page_difference(op, p, page, want, got));
  }

  void compare_laws() {
    if constexpr (Audited<S>) {
      if (!subject_.audit()) {
        for (auto& finding : subject_.findings()) findings_.push_back(std::move(finding));
      }
    }
  }

  void explain_views(std::uint32_t p, const model::Op& op, model::Status status) {
    for (std::uint32_t i = 0; i < world_.pages; ++i) {
      const model::Page& want = reference_.page(p, i);
      const Seen got = subject_.seen(p, i);
      if (!same_mapping(want, got)) {
        find(status == model::Status::ok ? Law::permission : Law::refused_unchanged,
             mapping_difference(p, i, want, got));
      } else if (!same_bytes(reference_.bytes(p, i), got.bytes)) {
        find_wrong_bytes(op, status, p, i, got.bytes);
      }
    }
  }

  void compare_views(const model::Op& op, model::Status status) {
    if constexpr (DropsUnasked<S>) follow_views(reference_, subject_);
    for (std::uint32_t p = 0; p < world_.procs; ++p) {
      if (reference_.alive(p) && !same_views(subject_, reference_, p)) [[unlikely]]
        explain_views(p, op, status);
    }
  }

  void compare_pins(model::Status status) {
    const Law law = status == model::Status::ok ? Law::pin_stable : Law::refused_unchanged;
    for (std::uint32_t p = 0; p < world_.procs; ++p) {
      for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
        const bool held = reference_.pin(p, pin).access != model::Access::none;
        if constexpr (ShowsPins<S>) {
          const auto* const got = subject_.seen_pin(p, pin);
          const bool same =
              held ? got != nullptr && same_bytes(reference_.pinned(p, pin), got) : got == nullptr;
          if (!same) find(law, pin_difference(reference_, p, pin, got));
        } else if (held) {
          reread_pin(law, p, pin);
        }
      }
    }
  }

  /// Lets the device read, for subjects that cannot show what it sees otherwise.
  void reread_pin(Law law, std::uint32_t p, std::uint32_t pin) {
    const model::Op op = device_read_of(p, pin, page_bytes_);
    if (!supports(op) || reference_.process(p).waits) return;
    const model::Answer got = subject_.perform(op);
    if (got.status != model::Status::ok) {
      find(Law::permission, reread_difference(op, model::Status::ok, got.status));
    } else if (got.bytes.size() != page_bytes_) {
      find(Law::permission, bytes_difference(op, reference_.pinned(p, pin), got.bytes));
    } else if (!std::ranges::equal(got.bytes, reference_.pinned(p, pin))) {
      find(law, pin_difference(reference_, p, pin, got.bytes.data()));
    }
  }

  void compare_costs(const model::Op& op, model::Status status) {
    const Costs now = subject_.costs();
    const Costs was = std::exchange(costs_, now);
    at_most("pages copied", now.copies - was.copies, copies_allowed_);
    if (now.faults != was.faults)
      at_most("page faults", now.faults - was.faults, faults_.faults_allowed(op));
    faults_.follow(reference_, op, status);
    at_most("data frames in use", now.data_frames,
            bound_.frames_allowed(now.failed_allocations > 0));
    if (starved_ && now.failed_allocations == was.failed_allocations) {
      find(Law::frugal, unearned_text(status));
    }
    if (reference_.living() == 0 && now.used_frames + now.used_slots != 0) {
      find(Law::no_leak, leak_text(now));
    }
  }
  void at_most(const char* what, std::uint64_t got, std::uint64_t allowed) {
    if (got > allowed) find(Law::frugal, cost_difference(what, got, allowed));
  }

  /// Reads pages through the subject itself, for those that cannot show them otherwise.
  void reread(const model::Op& cause, std::uint32_t p, PageRange range) {
    if (!reference_.alive(p)) return;
    for (auto page = range.first; page < range.end; ++page) {
      const model::Op op = read_of(p, page, page_bytes_);
      const model::Status want = reference_.check(op);
      if (!supports(op) || want == model::Status::no_process || want == model::Status::busy)
        continue;
      const model::Answer got = subject_.perform(op);
      if constexpr (DropsUnasked<S>) follow_answer(reference_, op, got, subject_);
      if (got.status == model::Status::no_memory) continue;
      if (got.status != want) {
        find(Law::permission, reread_difference(op, want, got.status));
      } else if (want != model::Status::ok) {
        continue;
      } else if (got.bytes.size() != page_bytes_) {
        find(Law::permission, bytes_difference(op, reference_.bytes(p, page), got.bytes));
      } else if (!std::ranges::equal(got.bytes, reference_.bytes(p, page))) {
        find_wrong_bytes(cause, model::Status::ok, p, page, got.bytes.data());
      }
    }
  }

  /// After a write: what everybody else has at these pages must be as before; and where the pages
  /// show what a device has written.
  void reread_elsewhere(const model::Op& op) {
    const bool device = op.kind == model::Kind::device_write;
    if (!device && !model::is_store(op.kind)) return;
    const auto range = device ? PageRange{0, world_.pages} : touched_pages(op, world_);
    for (std::uint32_t p = 0; p < world_.procs; ++p) {
      if (!device) reread(op, p, range);
      for (auto i = range.first; device && i < range.end; ++i) {
        if (written_by_device(reference_, op, reference_.page(p, i))) reread(op, p, {i, i + 1});
      }
    }
  }

  bool fail(const model::Op& op) {
    const auto first = std::ranges::min_element(findings_, {}, &Finding::law);
    std::rotate(findings_.begin(), first, first + 1);
    failure_ = {findings_.front().law, Manner::law, steps_ - 1, op, findings_};
    return false;
  }

  model::World world_;
  std::uint32_t page_bytes_;
  model::Reference reference_;
  SharingBound bound_;
  FaultBound faults_;
  HeldPins pins_;
  FreshPages fresh_;
  LostPages lost_;
  bool starved_ = false;  ///< the subject lacked memory, so that the reference did not move
  Costs costs_;
  std::uint32_t copies_allowed_ = 0;
  std::size_t steps_ = 0;
  std::vector<Finding> findings_;
  Failure failure_;
};

}  // namespace cow::props
