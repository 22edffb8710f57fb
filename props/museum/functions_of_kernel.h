#pragma once

#include "props/museum/stage.h"

/// What is called where a mutant hides none of these functions. Only where the one kernel is
/// compiled: elsewhere it would be compiled again.
namespace cow::props::museum {

/// The machine as the kernel was compiled for it.
template <class Base>
Stage<Base>& staged(Functions<Base>& m) {
  return static_cast<Stage<Base>&>(m);
}

template <class Base>
kernel::Status Functions<Base>::on_fault(Process p, Page page, bool write) {
  return kernel::fault(staged(*this), p, page, write);
}
template <class Base>
kernel::Status Functions<Base>::on_write_fault(Place place, const Area& area) {
  return kernel::write_fault(staged(*this), place, area);
}
template <class Base>
kernel::Status Functions<Base>::on_move_to_copy(Place place, const Area& area, bool writable) {
  return kernel::move_to_copy(staged(*this), place, area, writable);
}
template <class Base>
void Functions<Base>::on_share_frame(Place parent, Place child, const Area& area, Entry entry) {
  kernel::share_frame(staged(*this), parent, child, area, entry);
}
template <class Base>
kernel::Status Functions<Base>::on_pin_slowly(Process p, const kernel::PinRequest& request,
                                              bool again, MaybeFrame* frame) {
  return kernel::pin_slowly(staged(*this), p, request, again, frame);
}
template <class Base>
auto Functions<Base>::on_follow_page(Place place, std::uint32_t sub, const Area& area,
                                     kernel::Reach reach) -> MaybeFrame {
  return kernel::follow_page(staged(*this), place, sub, area, reach);
}
template <class Base>
kernel::Status Functions<Base>::on_change_areas(Process p, Page first, Page end,
                                                const ChangeArea& change) {
  return kernel::change_areas(staged(*this), p, first, end, change);
}
template <class Base>
void Functions<Base>::on_zap_range(Process p, Page first, Page end) {
  kernel::zap_range(staged(*this), p, first, end);
}
template <class Base>
bool Functions<Base>::on_make_tables_for_move(Process p, const kernel::Move& move) {
  return kernel::make_tables_for_move(staged(*this), p, move);
}
template <class Base>
bool Functions<Base>::on_in_user_space(Page first, std::uint64_t count) const {
  return kernel::in_user_space(static_cast<const Stage<Base>&>(*this), first, count);
}
template <class Base>
bool Functions<Base>::on_bring_back(Process p, const Area& area) {
  return kernel::bring_back(staged(*this), p, area);
}
template <class Base>
void Functions<Base>::on_give_back(Process p, Process lender) {
  kernel::give_back(staged(*this), p, lender);
}

}  // namespace cow::props::museum
