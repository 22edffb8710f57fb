#pragma once

#include <functional>
#include <optional>

#include "impl/kernel/pin.h"
#include "impl/kernel/remap.h"
#include "props/museum/switchable.h"

/// Some bugs are in no primitive and no decision but in a function of the kernel. Those that the
/// museum has such bugs of are looked up when they are called, too: the kernel compiled for a Stage
/// finds the overloads below, which are more specialised, and these ask the mutant. So the shipped
/// kernel pays nothing, and such a mutant costs no kernel of its own (open_own.h).
namespace cow::props::museum {

/// A function that no mutant hides is the kernel's (functions_of_kernel.h).
template <class Base>
class Functions : public Switchable<Base> {
  using Up = Switchable<Base>;

 public:
  using typename Up::Entry, typename Up::Area, typename Up::Frame, typename Up::Process;
  using typename Up::Page, typename Up::Place;
  using MaybeFrame = std::optional<Frame>;
  using ChangeArea = std::function<void(Area&)>;
  using Up::Up;

  virtual kernel::Status on_fault(Process, Page, bool write);
  virtual kernel::Status on_write_fault(Place, const Area&);
  virtual kernel::Status on_move_to_copy(Place, const Area&, bool writable);
  virtual void on_share_frame(Place parent, Place child, const Area&, Entry);
  virtual kernel::Status on_pin_slowly(Process, const kernel::PinRequest&, bool again, MaybeFrame*);
  virtual MaybeFrame on_follow_page(Place, std::uint32_t sub, const Area&, kernel::Reach);
  virtual kernel::Status on_change_areas(Process, Page first, Page end, const ChangeArea&);
  virtual void on_zap_range(Process, Page first, Page end);
  virtual bool on_make_tables_for_move(Process, const kernel::Move&);
  virtual bool on_in_user_space(Page first, std::uint64_t count) const;
  virtual bool on_bring_back(Process, const Area&);
  virtual void on_give_back(Process, Process lender);
};

template <class Base>
class Stage;

template <class Base>
kernel::Status fault(Stage<Base>& m, typename Base::Process p, std::uint64_t page, bool write) {
  return m.on_fault(p, page, write);
}
template <class Base>
kernel::Status write_fault(Stage<Base>& m, typename Base::Place place,
                           const typename Base::Area& area) {
  return m.on_write_fault(place, area);
}
template <class Base>
kernel::Status move_to_copy(Stage<Base>& m, typename Base::Place place,
                            const typename Base::Area& area, bool writable) {
  return m.on_move_to_copy(place, area, writable);
}
template <class Base>
void share_frame(Stage<Base>& m, typename Base::Place parent, typename Base::Place child,
                 const typename Base::Area& area, typename Base::Entry entry) {
  m.on_share_frame(parent, child, area, entry);
}
template <class Base>
kernel::Status pin_slowly(Stage<Base>& m, typename Base::Process p,
                          const kernel::PinRequest& request, bool again,
                          std::optional<typename Base::Frame>* frame) {
  return m.on_pin_slowly(p, request, again, frame);
}
template <class Base>
std::optional<typename Base::Frame> follow_page(Stage<Base>& m, typename Base::Place place,
                                                std::uint32_t sub, const typename Base::Area& area,
                                                kernel::Reach reach) {
  return m.on_follow_page(place, sub, area, reach);
}
template <class Base, class Change>
kernel::Status change_areas(Stage<Base>& m, typename Base::Process p, std::uint64_t first,
                            std::uint64_t end, Change change) {
  return m.on_change_areas(p, first, end, change);
}
template <class Base>
void zap_range(Stage<Base>& m, typename Base::Process p, std::uint64_t first, std::uint64_t end) {
  m.on_zap_range(p, first, end);
}
template <class Base>
bool make_tables_for_move(Stage<Base>& m, typename Base::Process p, const kernel::Move& move) {
  return m.on_make_tables_for_move(p, move);
}
template <class Base>
bool in_user_space(const Stage<Base>& m, std::uint64_t first, std::uint64_t count) {
  return m.on_in_user_space(first, count);
}
template <class Base>
bool bring_back(Stage<Base>& m, typename Base::Process p, const kernel::Area& area) {
  return m.on_bring_back(p, area);
}
template <class Base>
void give_back(Stage<Base>& m, typename Base::Process p, typename Base::Process lender) {
  m.on_give_back(p, lender);
}

}  // namespace cow::props::museum
