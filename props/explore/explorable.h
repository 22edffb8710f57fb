#pragma once

#include <memory>

#include "impl/machine/byte_machine.h"
#include "props/subjects/embedded.h"

/// What the explorer needs of a subject: that all it knows lies in one flat block, so that a state
/// can be saved, compared and put back.
namespace cow::props::explore {

class Explorable {
 public:
  using Machine = machine::ByteMachine<machine::Tiny>;

  virtual ~Explorable() = default;
  virtual void reset() = 0;
  virtual model::Answer perform(const model::Op& op) = 0;
  /// True when every law holds; `pages` and `costs` speak of the state that was audited last.
  virtual bool audit() = 0;
  /// What a process sees of its pages.
  virtual std::span<const machine::SeenPage<machine::Tiny>> pages(std::uint32_t process) const = 0;
  virtual bool shows_file(std::uint32_t process, std::uint32_t page) const = 0;
  virtual bool lost(std::uint32_t process, std::uint32_t page) const = 0;
  virtual bool dropped(std::uint32_t process, std::uint32_t page) const = 0;
  /// Does the page count as not written since its marks were cleared? Of any state.
  virtual bool unwritten(std::uint32_t process, std::uint32_t page) const = 0;
  virtual Costs costs() const = 0;
  virtual const Machine& machine() const = 0;  ///< its block_bytes() may be written
  /// Does it keep anything beside the block, as some mutants do?
  virtual bool keeps_more() const = 0;
  /// Forgets that; then the block is as after a reset.
  virtual void forget() = 0;
  /// Did what was performed last leave undone what it promises? That is about the step: other
  /// steps may have been tried before its state is audited.
  virtual bool broke_promise() const = 0;
};

template <class M>
class ExplorableMachine final : public Explorable {
 public:
  explicit ExplorableMachine(const model::World& world) : embedded_(world) {}
  /// On a machine that derives from `M`, and may keep more.
  ExplorableMachine(std::unique_ptr<M> machine, bool keeps_more)
      : embedded_(std::move(machine)), keeps_more_(keeps_more) {}

  void reset() override { embedded_.reset(); }
  model::Answer perform(const model::Op& op) override { return embedded_.perform(op); }
  bool broke_promise() const override { return embedded_.broke_promise(); }
  bool audit() override { return embedded_.audit_state(); }
  std::span<const machine::SeenPage<machine::Tiny>> pages(std::uint32_t process) const override {
    return embedded_.pages(process);
  }
  bool shows_file(std::uint32_t process, std::uint32_t page) const override {
    return embedded_.shows_file(process, page);
  }
  bool lost(std::uint32_t process, std::uint32_t page) const override {
    return embedded_.lost(process, page);
  }
  bool dropped(std::uint32_t process, std::uint32_t page) const override {
    return embedded_.dropped(process, page);
  }
  bool unwritten(std::uint32_t process, std::uint32_t page) const override {
    const Machine& m = embedded_.machine();
    return kernel::walk<Machine>(m, m.root(process), m.user_first() + page).entry.unwritten();
  }
  Costs costs() const override { return embedded_.costs(); }
  const Machine& machine() const override { return embedded_.machine(); }
  bool keeps_more() const override { return keeps_more_; }
  void forget() override {
    if (keeps_more_) embedded_.reset();
  }

 private:
  Embedded<M> embedded_;
  /// One as large as the machine has no room to.
  bool keeps_more_ = sizeof(M) != sizeof(Machine);
};

/// REQUIRES: a tiny world.
template <class M>
std::unique_ptr<Explorable> open_explorable(const model::World& world) {
  return std::make_unique<ExplorableMachine<M>>(world);
}

}  // namespace cow::props::explore
