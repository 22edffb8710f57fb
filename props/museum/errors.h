#pragma once

#include <array>
#include <optional>

#include "impl/kernel/pin.h"
#include "props/museum/forks.h"

/// Planted bugs on the ways out: what is put when something was refused, is there already, or is
/// there no more (catalogue rows B5 to B8, B23, G4 to G6, G14).
namespace cow::props::museum {

/// B5: a pin that fails drops a reference that it never took.
template <class Base>
struct FailedPinUnpins : Base {
  using Base::Base;
  kernel::Status on_pin_slowly(typename Base::Process p, const kernel::PinRequest& request,
                               bool again, std::optional<typename Base::Frame>* frame) {
    const auto status = Base::on_pin_slowly(p, request, again, frame);
    if (status == kernel::Status::ok) return status;
    const auto at = kernel::walk<Base>(*this, this->root(p), request.page);
    if (at.level == 0 && at.entry.present()) this->put(at.entry.frame());
    return status;
  }
};

/// B6: the zero page is counted where it is taken, and forgotten where it is given back.
template <class Base>
struct ZeroPageIsReserved : Base {
  using Base::Base;
  void put_short(typename Base::Frame frame) {
    if (!this->is_zero(frame)) Base::put_short(frame);
  }
};

/// B7: what turns out to be done already is left with the reference that was taken to look at it.
template <class Base>
struct DoneAlreadyKeepsReference : Base {
  using Base::Base;
  using typename Base::Grant, typename Base::Slot;
  Grant get_slot_of(typename Base::Frame frame) {
    Base::get_slot_of(frame);
    return {false, Slot{0}};
  }
};

/// B8: a frame that nobody holds any more is held again: from none to one.
template <class Base>
struct TakesWhatIsFree : Base {
  using Base::Base;
  using typename Base::Frame, typename Base::Slot, typename Base::Allocation;
  void reset() {
    Base::reset();
    frames_of_ = {};
  }
  void cache(Slot slot, Frame frame) {
    Base::cache(slot, frame);
    frames_of_[slot % frames_of_.size()] = frame;
  }
  void put_slot(Slot slot) {
    if (this->slot_info(slot).count == 1) frames_of_[slot % frames_of_.size()].reset();
    Base::put_slot(slot);
  }
  void uncache(Frame frame) {
    if (this->cached(frame))
      frames_of_[(this->cached_slots()[frame] - 1) % frames_of_.size()].reset();
    Base::uncache(frame);
  }
  Allocation get_cached(Slot slot) {
    const auto frame = frames_of_[slot % frames_of_.size()];
    if (!frame) return Base::get_cached(slot);
    this->get(*frame);
    return {true, *frame};
  }

 private:
  std::array<std::optional<Frame>, 256> frames_of_{};  ///< [slot]: what was cached, free or not
};

/// B23: a copy that finds no memory puts the page that it was to copy; so does its caller.
template <class Base>
struct FailedCopyPuts : Base {
  using Base::Base;
  kernel::Status on_move_to_copy(typename Base::Place place, const typename Base::Area& area,
                                 bool writable) {
    const auto status = Base::on_move_to_copy(place, area, writable);
    if (status != kernel::Status::ok) this->put(this->load(place).frame());
    return status;
  }
};

/// B23: a fork that runs out of memory frees the child's root table, and so does its caller.
template <class Base>
struct FailedForkFreesTwice : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void put_root(typename Base::Process p) {
    const auto root = this->root(p);
    Base::put_root(p);
    if (p == this->newborn) this->put_table(root);
  }
};

/// G4: a child is made known before it is complete; when the fork fails then it stays known.
template <class Base>
struct FailedChildStaysKnown : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void end(typename Base::Process p) { p == this->newborn ? Base::publish(p) : Base::end(p); }
  void put_root(typename Base::Process p) {
    if (p != this->newborn) Base::put_root(p);
  }
};

/// G5: a fork that fails never takes back that it is at work.
template <class Base>
struct FailedForkStaysAtWork : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    parent_.reset();
  }
  void end_write_protection(typename Base::Process p) { parent_ = p; }
  void publish(typename Base::Process p) {
    if (parent_) Base::end_write_protection(*parent_);
    parent_.reset();
    Base::publish(p);
  }

 private:
  std::optional<typename Base::Process> parent_;
};

/// G6: a fork that fails puts the objects of all areas, also of those that it did not come to.
template <class Base>
struct FailedForkPutsObjects : KnowsForks<Base> {
  using KnowsForks<Base>::KnowsForks;
  void begin_write_protection(typename Base::Process p) {
    forking_ = p;
    Base::begin_write_protection(p);
  }
  void end(typename Base::Process p) {
    if (p == this->newborn) put_objects();
    Base::end(p);
  }

 private:
  void put_objects() {
    const auto list = this->areas(forking_);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      if (list.at[i].has_object()) this->put_table(list.at[i].object);
    }
  }
  typename Base::Process forking_ = 0;
};

/// G14: the backing store of a snapshot changes below it: a page that goes to swap once more goes
/// to the slot where others still have what it was.
template <class Base>
struct SlotChangesBelow : Base {
  using Base::Base;
  using typename Base::Frame, typename Base::Slot;
  void reset() {
    Base::reset();
    came_from_ = {};
  }
  void uncache(Frame frame) {
    if (this->cached(frame))
      came_from_[frame % came_from_.size()] = this->cached_slots()[frame] - 1;
    Base::uncache(frame);
  }
  void read_slot(Frame frame, Slot slot) {
    came_from_[frame % came_from_.size()].reset();
    Base::read_slot(frame, slot);
  }
  void zero_page(Frame frame) {
    came_from_[frame % came_from_.size()].reset();
    Base::zero_page(frame);
  }
  void copy_page(Frame to, Frame from) {
    came_from_[to % came_from_.size()].reset();
    Base::copy_page(to, from);
  }
  void write_slot(Slot slot, Frame frame) {
    Base::write_slot(slot, frame);
    const auto old = came_from_[frame % came_from_.size()];
    if (old && this->slot_info(*old).count != 0) Base::write_slot(*old, frame);
  }

 private:
  std::array<std::optional<Slot>, 1024> came_from_{};  ///< [frame]
};

}  // namespace cow::props::museum
