#pragma once

#include <utility>

#include "impl/machine/block.h"

/// Planted bugs of vfork and wait (impl/kernel/vfork.h): memory that is lent goes, stays, or is
/// seen by the wrong one; children are waited for too early, or for ever.
namespace cow::props::museum {

/// The child's exec or exit drops what it has mapped, as of any process, and gives back the rest.
template <class Base>
struct DropsTheLoan : Base {
  using Base::Base;
  using typename Base::Process;
  void on_give_back(Process p, Process lender) {
    this->on_zap_range(p, this->user_first(), this->user_end());
    Base::on_give_back(p, lender);
  }
};

/// The child takes what it has borrowed for its own.
template <class Base>
struct KeepsTheLoan : Base {
  using Base::Base;
  using typename Base::Process;
  Process lender(Process) const { return machine::none; }
};

/// Nobody tells the parent that its memory is back.
template <class Base>
struct NeverWakes : Base {
  using Base::Base;
  void wake(typename Base::Process) {}
};

/// The parent goes on while its memory is lent.
template <class Base>
struct LenderActs : Base {
  using Base::Base;
  bool waits(typename Base::Process) const { return false; }
};

/// What CPUs know of the parent's memory stays, though it is another's now.
template <class Base>
struct LendsUnflushed : Base {
  using Base::Base;
  void flush_process(typename Base::Process p) {
    if (!this->waits(p)) Base::flush_process(p);
  }
};

/// What CPUs know of the child stays, though the memory has gone back.
template <class Base>
struct ReturnsUnflushed : Base {
  using Base::Base;
  using typename Base::Process;
  void flush_process(Process p) {
    const bool goes_on = this->waits(p) || this->write_protections(p) != 0;  // lends, or forks
    if (goes_on || !this->valid_process(this->lender(p))) Base::flush_process(p);
  }
};

/// The child's exec or exit drops the pins of its parent, whose memory it had.
template <class Base>
struct DropsTheLendersPins : Base {
  using Base::Base;
  using typename Base::Process;
  void on_give_back(Process p, Process lender) {
    for (std::uint32_t slot = 0; slot < Base::pins_per_process; ++slot) {
      const auto held = this->pin(lender, slot);
      if (held.access == kernel::Access::none) continue;
      this->clear_pin(lender, slot);
      this->put_pinned(held.frame);
    }
    Base::on_give_back(p, lender);
  }
};

/// A fork looks for the areas of a process where its name had them, and not where it has borrowed.
template <class Base>
struct ForksItsOwn : Base {
  using Base::Base;
  using typename Base::Process;
  void reset() {
    forking_ = false;
    Base::reset();
  }
  void start(Process p, typename Base::Frame root) {
    forking_ = true;
    Base::start(p, root);
  }
  void suspend(Process p) {
    forking_ = false;
    Base::suspend(p);
  }
  void begin_write_protection(Process p) {
    forking_ = false;
    Base::begin_write_protection(p);
  }
  typename Base::AreaList areas(Process p) {
    const auto lender = this->lender(p);
    return Base::areas(forking_ && this->valid_process(lender) ? lender : p);
  }

 private:
  bool forking_ = false;
};

/// A fork on demand asks for the pins of the process, and not for those of who lent it the memory:
/// so it shares a table with a pinned page, which fork has to copy at once.
template <class Base>
struct OverlooksTheLendersPins : Base {
  using Base::Base;
  using typename Base::Process;
  Process lender(Process p) const {
    return this->write_protections(p) != 0 ? machine::none : Base::lender(p);
  }
};

/// A parent waits for a child that lives, and never again.
template <class Base>
struct ReapsTheLiving : Base {
  using Base::Base;
  using typename Base::Process;
  void reset() {
    waited_for_ = machine::none;
    Base::reset();
  }
  Process parent(Process p) const {
    waited_for_ = p;
    return Base::parent(p);
  }
  bool alive(Process p) const {
    return std::exchange(waited_for_, machine::none) != p && Base::alive(p);
  }

 private:
  mutable Process waited_for_ = machine::none;
};

/// A child that was waited for can be waited for again.
template <class Base>
struct NeverReaps : Base {
  using Base::Base;
  using typename Base::Process;
  void orphan(Process p, Process parent) {
    if (!this->alive(parent)) Base::orphan(p, parent);
  }
};

/// An exit leaves its children to a parent that is gone.
template <class Base>
struct LeavesOrphans : Base {
  using Base::Base;
  using typename Base::Process;
  void orphan(Process p, Process parent) {
    if (this->alive(parent)) Base::orphan(p, parent);
  }
};

}  // namespace cow::props::museum
