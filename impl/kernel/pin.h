#pragma once

#include <optional>
#include <span>
#include <utility>

#include "impl/kernel/asid.h"
#include "impl/kernel/fault.h"
#include "impl/kernel/range.h"

/// Long-term pins: a device keeps a frame and moves bytes past every page table (Linux:
/// pin_user_pages with FOLL_LONGTERM). The process that pinned a page and the device see the same
/// bytes for as long as the page stays mapped; afterwards the frame is the device's.
namespace cow::kernel {

/// What a pin is to be: the machine keeps M::pins_per_process of them a process.
struct PinRequest {
  std::uint32_t slot = 0;
  std::uint64_t page = 0;
  Access access = Access::none;
};

/// Without a lock: the page is ready and dirty, no fork write-protected meanwhile, and the entry is
/// still the same after the count went up (row A15). No frame is freed meanwhile, since whoever
/// unmaps it waits for this CPU before it puts. Linux: gup_fast.
template <class M>
std::optional<typename M::Frame> pin_fast(M& m, typename M::Cpu cpu, typename M::Process p,
                                          std::uint64_t page, bool write) {
  Instruction<M> running(m, cpu);
  switch_to(m, cpu, p);  // a flush is to wait for this walk, too
  m.begin_walk(cpu, p, page);
  const auto sequence = m.write_protections(p);
  if (sequence % 2 != 0) return std::nullopt;  // a fork is at it
  const auto at = walk(m, m.root(p), page);
  // Whether the memory is shared only the areas tell; what is exclusive is private.
  if (!at.entry.present() || !(write ? at.entry.writable() : at.entry.exclusive())) {
    return std::nullopt;
  }
  if (!at.entry.readable() || !at.entry.dirty()) return std::nullopt;
  const auto sub = at.entry.huge() ? static_cast<std::uint32_t>(page % M::fan) : 0;
  const auto frame = at.entry.frame() + sub;
  if (!m.can_pin(frame)) return std::nullopt;
  m.get_pinned(frame);
  if (m.write_protections(p) == sequence &&
      m.load_at(at.table, index_at<M>(page, at.level)) == at.entry) {
    return frame;
  }
  m.put_pinned(frame);
  return std::nullopt;
}

/// Pins what the entry names now, when it may; `*full` when only the counts have no room.
/// REQUIRES: the caller shares the space.
template <class M>
std::optional<typename M::Frame> pin_as_it_is(M& m, typename M::Process p, std::uint64_t page,
                                              const typename M::Area& area, bool write,
                                              bool* full) {
  std::optional<typename M::Frame> frame;
  on_leaf(m, p, page, [&](auto place, std::uint32_t sub) {
    if (m.counts_narrowly()) {
      const auto entry = m.load(place);
      *full = bool(entry.present() && M::Decisions::may_pin(m, entry, area, write)) &&
              !m.can_pin(entry.frame() + sub);
      if (*full) return;
    }
    pin_page(m, place, sub, area, write, &frame);
  });
  return frame;
}

/// Linux: __gup_longterm_locked. Other threads may take away what was made ready; more than a few
/// tries mean that "ok" was said without making it so. `again`: its fault was counted.
template <class M>
Status pin_slowly(M& m, typename M::Process p, const PinRequest& request, bool again,
                  std::optional<typename M::Frame>* frame) {
  const bool write = request.access == Access::write;
  SharedSpaceLock<M> lock(m, p);
  const auto* area = find_area(m.areas(p), request.page);
  if (area == nullptr || !permits(*area, write)) return Status::segfault;
  if (write && traps(m, p, request.page, *area)) return Status::trapped;
  for (int tries = 0; tries < 4; ++tries) {
    bool full = false;
    *frame = pin_as_it_is(m, p, request.page, *area, write, &full);
    if (*frame) return Status::ok;
    if (full) return refuse_reference(m);
    if (tries == 0 && !again) m.note(Event::fault), m.count(p, Count::fault);
    auto status = make_ready(m, p, request.page, *area, write);
    if (status == Status::ok && !write && !area->is_shared()) {
      status = make_exclusive(m, p, request.page, *area);
    }
    if (status != Status::ok) return status;
  }
  return Status::stuck;
}

template <class M>
Status pin(M& m, typename M::Cpu cpu, typename M::Process p, const PinRequest& request) {
  if (!m.valid_process(p)) return Status::no_process;
  PinsLock<M> pins(m, p);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (!m.valid_cpu(cpu) || request.slot >= M::pins_per_process) return Status::bad_range;
  if (!in_user_space(m, request.page, 1) || request.access == Access::none) {
    return Status::bad_range;
  }
  if (m.pin(p, request.slot).access != Access::none) return Status::busy;
  auto frame = pin_fast(m, cpu, p, request.page, request.access == Access::write);
  if (!frame) {
    bool again = false;
    const auto status = despite_sharers(m, p, request.page, [&] {
      return pin_slowly(m, p, request, std::exchange(again, true), &frame);
    });
    if (status != Status::ok) return status;
  }
  m.set_pin(p, request.slot, *frame, request.access);
  return Status::ok;
}

/// REQUIRES: the pins of the process are locked, and this one is held.
template <class M>
void drop_pin(M& m, typename M::Process p, std::uint32_t slot) {
  const auto frame = m.pin(p, slot).frame;
  m.clear_pin(p, slot);
  m.put_pinned(frame);
}

template <class M>
void drop_pins(M& m, typename M::Process p) {
  for (std::uint32_t slot = 0; slot < M::pins_per_process; ++slot) {
    if (m.pin(p, slot).access != Access::none) drop_pin(m, p, slot);
  }
}

/// Runs `act` on a pin that a living process holds, with its pins locked.
template <class M, class Act>
Status on_pin(M& m, typename M::Process p, std::uint32_t slot, Act act) {
  if (!m.valid_process(p)) return Status::no_process;
  PinsLock<M> pins(m, p);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (slot >= M::pins_per_process || m.pin(p, slot).access == Access::none) return Status::no_pin;
  return act();
}

template <class M>
Status unpin(M& m, typename M::Process p, std::uint32_t slot) {
  return on_pin(m, p, slot, [&] {
    drop_pin(m, p, slot);
    return Status::ok;
  });
}

/// The device reads or writes `length` bytes from `offset` on: `move(frame)` moves them.
template <class M, class Move>
Status device_access(M& m, typename M::Process p, std::uint32_t slot, std::uint64_t offset,
                     std::uint64_t length, Access access, Move move) {
  return on_pin(m, p, slot, [&] {
    if (length == 0 || offset >= M::page_bytes || length > M::page_bytes - offset) {
      return Status::bad_range;
    }
    if (m.pin(p, slot).access < access) return Status::segfault;
    move(m.pin(p, slot).frame);
    return Status::ok;
  });
}

template <class M>
Status device_read(M& m, typename M::Process p, std::uint32_t slot, std::uint32_t offset,
                   std::span<std::uint8_t> out) {
  return device_access(m, p, slot, offset, out.size(), Access::read,
                       [&](auto frame) { m.read_bytes(frame, offset, out); });
}

template <class M>
Status device_write(M& m, typename M::Process p, std::uint32_t slot, std::uint32_t offset,
                    std::span<const std::uint8_t> in) {
  return device_access(m, p, slot, offset, in.size(), Access::write,
                       [&](auto frame) { m.write_bytes(frame, offset, in); });
}

}  // namespace cow::kernel
