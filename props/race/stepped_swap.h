#pragma once

#include "props/race/stepped_frames.h"

namespace cow::props::race {

/// The part of a SteppedMachine that moves pages to swap and back, and that merges them.
class SteppedSwap : public SteppedFrames {
  using Base = machine::ByteMachine<machine::Tiny>;
  using Counts = machine::Frames<machine::Tiny>;

 public:
  using SteppedFrames::SteppedFrames;

  // Swap: whatever is asked of it is one step, or none where the swap lock covers it.
  Grant allocate_slot() {
    step({{swap()}}, "allocate a slot");
    return Base::allocate_slot();
  }
  Grant get_slot_of(Frame frame) {
    step({{swap()}}, "get the slot of frame", frame);
    return Base::get_slot_of(frame);
  }
  void get_slot(Slot slot) {
    step({{swap()}}, "get slot", slot);
    Base::get_slot(slot);
  }
  void put_slot(Slot slot) {
    step({{swap()}}, "put slot", slot);
    Base::put_slot(slot);
  }
  void cache(Slot slot, Frame frame) {
    step({{swap()}}, "cache frame", frame);
    Base::cache(slot, frame);
  }
  void uncache(Frame frame) {
    step({{swap()}}, "no longer cache frame", frame);
    Base::uncache(frame);
  }
  bool cached(Frame frame) const {
    step_on(frame, {{{objects_.swap(), Deed::read}}}, "is it cached: frame");
    return Base::cached(frame);
  }
  bool was_cached(Frame frame) const {
    step_on(frame, {{{objects_.swap(), Deed::read}}}, "was it ever cached: frame");
    return Base::was_cached(frame);
  }
  // The mark of a merged frame changes with who holds it, so it is named as the count is.
  bool is_merged(Frame frame) const {
    step_on(frame, {{{objects_.count(frame), Deed::read}}}, "is it merged: frame");
    return Base::is_merged(frame);
  }
  void offer(Frame frame) {
    step_on(frame, {{{objects_.count(frame), Deed::write}}}, "offer to merges frame");
    Base::offer(frame);
  }
  void withdraw(Frame frame) {
    step_on(frame, {{{objects_.count(frame), Deed::write}}}, "no longer offer frame");
    Base::withdraw(frame);
  }
  bool same_page(Frame a, Frame b) const {
    step_on(a, {{{objects_.memory(a), Deed::read}, {objects_.memory(b), Deed::read}}},
            "compare with another frame");
    return Base::same_page(a, b);
  }
  void write_slot(Slot slot, Frame frame) {
    step_on(frame, {{swap(), {objects_.memory(frame), Deed::read}}}, "write to swap frame");
    Base::write_slot(slot, frame);
  }
  void read_slot(Frame frame, Slot slot) {
    step_on(frame, {{swap(), memory(frame)}}, "read from swap frame");
    Base::read_slot(frame, slot);
  }
  /// Whether a frame is there only the moment can tell.
  Allocation get_cached(Slot slot) {
    Frame frame = machine::none;
    do {
      frame = Base::cached_for(slot);
      if (exists(frame))
        step({{swap(), {objects_.count(frame), Deed::write}, {objects_.sum(frame), Deed::add}}},
             "get the cached frame", frame);
      else
        step({{swap()}}, "find no cached frame for slot", slot);
    } while (frame != Base::cached_for(slot));
    return Counts::get_cached(slot);
  }
};

}  // namespace cow::props::race
