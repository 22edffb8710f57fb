#pragma once

#include <cstring>

#include "impl/machine/describe.h"
#include "model/trace_text.h"
#include "props/race/oracle.h"
#include "props/race/stepped_machine.h"
#include "props/subjects/call.h"

namespace cow::props::race {

/// A case as a program for the scheduler.
class KernelProgram : public Program {
 public:
  explicit KernelProgram(Case what) : case_(std::move(what)), oracle_(case_) {}
  const Case& what() const { return case_; }
  /// How the last run went.
  const History& history() const { return history_; }
  virtual std::string describe() const = 0;
  /// All that the machine holds now, in bytes, but for its counters of events.
  virtual std::string state() const = 0;

 protected:
  const Case case_;
  Oracle oracle_;
  History history_;
};

/// On a machine `M`: a SteppedMachine or a mutant of one. The laws are looked at whenever no lock
/// is held, and at the end. That is when all of them hold, even while operations are under way:
/// what breaks one for a while (an entry that changed before the TLBs are flushed, a count that
/// goes first) happens under the lock of the table or of the space, and the flush waits for the
/// CPU that is just using the old translation.
template <class M>
class RunsOn : public KernelProgram {
 public:
  explicit RunsOn(const Case& what) : RunsOn(what, std::make_unique<M>(config_of(what.world))) {}
  /// On a machine that derives from `M`.
  RunsOn(const Case& what, std::unique_ptr<M> machine_of_its_own)
      : KernelProgram(what), system_(std::move(machine_of_its_own)), audit_(system_.machine()) {
    history_.resize(case_.tasks.size());
    buffers_.resize(case_.tasks.size());
    for (std::size_t t = 0; t < case_.tasks.size(); ++t) history_[t].resize(case_.tasks[t].size());
    texts_.resize(case_.tasks.size());
    for (std::size_t t = 0; t < case_.tasks.size(); ++t) {
      for (const auto& op : case_.tasks[t]) texts_[t].push_back(model::print(op));
    }
    for (const auto& op : case_.before) {
      system_.fail_allocation(op.oom);
      call(system_, op, buffers_[0]);
      system_.fail_allocation(0);
    }
    const auto block = machine().block_bytes();
    start_.assign(block.begin(), block.end());
    machine().on_quiet([](void* self) { static_cast<RunsOn*>(self)->look(); }, this);
  }

  unsigned tasks() const override { return static_cast<unsigned>(case_.tasks.size()); }
  std::uint32_t objects() const override { return system_.machine().objects().end(); }

  void begin(Scheduler& scheduler) override {
    machine().reset();  // for what a mutant remembers
    std::memcpy(machine().block_bytes().data(), start_.data(), start_.size());
    machine().attach(&scheduler);
    scheduler_ = &scheduler;
    clock_ = 0;
  }

  void run(unsigned task, Scheduler&) override {
    auto& m = machine();
    for (std::size_t i = 0; i < case_.tasks[task].size(); ++i) {
      const auto& op = case_.tasks[task][i];
      auto& call = history_[task][i];
      scheduler_->access({{}, texts_[task][i].c_str()});
      const auto failed = m.failed_allocations(task);
      m.fail_allocation_of(task, op.oom);
      call.begun = ++clock_;
      call.status = props::call(system_, op, buffers_[task]);
      call.ended = ++clock_;
      m.fail_allocation_of(task, 0);
      call.allocation_failed = m.failed_allocations(task) != failed;
      call.bytes.clear();
      const bool reads = model::answers_bytes(op.kind);
      if (reads && call.status == model::Status::ok) {
        call.bytes = buffers_[task];
      }
    }
  }

  std::optional<Failure> judge() override {
    if (auto broken = find()) return broken;
    const FinalView view{
        [this](std::uint32_t p) { return plain().alive(p); },
        [this](std::uint32_t p, std::uint32_t page) {
          const auto& s = audit_.seen(p, page);
          return Seen{s.mapped, static_cast<model::Access>(s.access), s.bytes};
        },
        {},
        [this](std::uint32_t p, std::uint32_t page) { return !audit_.seen(p, page).entry.dirty(); },
        [this](std::uint32_t p, std::uint32_t page) {
          return audit_.seen(p, page).entry.unwritten();
        }};
    const auto wrong = oracle_.explain(history_, view);
    if (!wrong) return std::nullopt;
    return Failure{Wrong::judged, static_cast<int>(wrong->law), wrong->text};
  }

  std::string describe() const override { return machine::describe(plain()); }
  std::string state() const override {
    const auto block = plain().block_bytes();
    std::string state(reinterpret_cast<const char*>(block.data()), block.size());
    std::memset(state.data(), 0, sizeof(machine::Header::events));
    for (std::uint32_t p = 0; p < plain().config().procs; ++p) {
      const auto* const counts = reinterpret_cast<const std::byte*>(&plain().account(p).counts);
      const auto at = static_cast<std::size_t>(counts - block.data());
      std::memset(state.data() + at, 0, sizeof(kernel::Account::counts));
    }
    return state;
  }

 private:
  using Plain = machine::ByteMachine<machine::Tiny>;
  M& machine() { return system_.machine(); }
  const Plain& plain() const { return system_.machine(); }

  void look() {
    if (auto broken = find()) scheduler_->fail(std::move(*broken));
  }
  /// The first law in the order of the table that is broken.
  std::optional<Failure> find() {
    if (audit_.look()) return std::nullopt;
    const auto first = std::ranges::min(audit_.findings(), {}, &machine::Finding::law);
    return Failure{Wrong::judged, static_cast<int>(first.law), first.text};
  }

  machine::System<M> system_;
  machine::Audit<machine::Tiny> audit_;
  std::vector<std::byte> start_;
  std::vector<std::vector<std::string>> texts_;  ///< of the operations, for the story
  std::vector<std::vector<std::uint8_t>> buffers_;
  Scheduler* scheduler_ = nullptr;
  std::uint32_t clock_ = 0;
};

}  // namespace cow::props::race
