#pragma once

#include <optional>
#include <span>

#include "impl/kernel/fault.h"
#include "impl/kernel/range.h"

/// The kernel's own accesses to a process's memory, for system calls and debuggers. No processor
/// checks them and no TLB serves them: the kernel walks the tables, takes a short reference on the
/// frame, and moves the bytes (Linux: access_remote_vm; xv6: copyin, copyout).
namespace cow::kernel {

/// What an access is for. A forced write goes to private memory that its process may not write.
struct Reach {
  bool write = false;
  bool force = false;
  std::uint64_t* dry = nullptr;  ///< the page whose fault was counted, and found the pool dry
};

template <class Area>
auto permits(const Area& area, Reach reach) {
  return (reach.force && !area.is_shared() && !area.hugetlb) || permits(area, reach.write);
}

/// The frame behind `page`, if the entry is ready for the access, with a reference that the caller
/// puts: whatever becomes of the entry then, the bytes stay. Linux: follow_page_pte with FOLL_GET.
/// REQUIRES: the lock of the table that `place` lies in is held.
template <class M>
std::optional<typename M::Frame> follow_page(M& m, typename M::Place place, std::uint32_t sub,
                                             const typename M::Area& area, Reach reach) {
  const auto entry = m.load(place);
  if (!entry.present()) return std::nullopt;
  if (!M::Decisions::may_reach(m, entry, area, reach.write, reach.force)) return std::nullopt;
  if (reach.write) make_written(m, place, entry);
  const auto frame = entry.frame() + sub;
  m.get_short(frame);
  return frame;
}

/// Makes the page ready for the access: breaks its sharing, but grants its process nothing that the
/// area does not. Linux: faultin_page.
template <class M>
Status fault_in(M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area,
                Reach reach) {
  if (reach.write && traps(m, p, page, area)) return Status::trapped;
  const bool beyond = reach.write && !bool(area.may_write());
  const auto status = make_ready(m, p, page, area, reach.write && !beyond);
  return beyond && status == Status::ok ? make_exclusive(m, p, page, area) : status;
}

/// One step of reach_page: looks the page up and calls `move(frame)`; or makes it ready, which
/// answers nothing, since the lookup has to begin anew. REQUIRES: the caller shares the space.
template <class M, class Move>
std::optional<Status> try_page(M& m, typename M::Process p, std::uint64_t page,
                               const typename M::Area& area, Reach reach, Move move) {
  std::optional<typename M::Frame> frame;
  bool full = false, moved = false;
  on_leaf(m, p, page, [&](auto place, std::uint32_t sub) {
    if (m.counts_narrowly() && m.load(place).present() &&
        M::Decisions::may_reach(m, m.load(place), area, reach.write, reach.force)) {
      full = !m.can_get(m.load(place).frame() + sub);
    }
    if (!full) frame = follow_page(m, place, sub, area, reach);
    moved = frame && !reach.write && bool(M::Decisions::reads_under_lock(m, area));
    if (moved) move(*frame);
  });
  if (full) return refuse_reference(m);
  if (frame) {
    if (!moved) move(*frame);
    m.put_short(*frame);
    return Status::ok;
  }
  if (page != *reach.dry) m.note(Event::fault), m.count(p, Count::fault);
  const auto status = fault_in(m, p, page, area, reach);
  if (status == Status::bus_error) *reach.dry = page;
  return status == Status::ok ? std::nullopt : std::optional(status);
}

/// `move(frame)` on the frame of one page. As long as the page is not ready a fault makes it so,
/// and the lookup begins anew, as an access does. In between the space is not held, as for a fault
/// that waits for a disk: what the fault made may be gone, and then it is made again, for writing
/// as before (rows A1, A2). More than a few times mean that "ok" was said without making it so.
/// Linux: __get_user_pages, faultin_page.
template <class M, class Move>
Status reach_page(M& m, typename M::Process p, std::uint64_t page, Reach reach, Move move) {
  for (int tries = 0; tries < 4; ++tries) {
    SharedSpaceLock<M> lock(m, p);
    if (const auto status = may_act(m, p); status != Status::ok) return status;
    const auto* area = find_area(m.areas(p), page);
    if (area == nullptr || !permits(*area, reach)) return Status::segfault;
    const auto done = try_page(m, p, page, *area, reach, move);
    if (done) return *done;
    if (!M::Decisions::still_writes(m, reach.force)) reach.write = false;
  }
  return Status::stuck;
}

/// One try of reach_bytes.
template <class M, class Move>
Status try_to_reach(M& m, typename M::Process p, std::uint64_t address, std::uint64_t length,
                    Reach reach, Move move) {
  const auto pages = pages_of(m, address, length);
  if (!pages.ok()) {
    SharedSpaceLock<M> lock(m, p);
    const auto status = may_act(m, p);
    return status == Status::ok ? Status::bad_range : status;
  }
  for (auto page = pages.first; pages.several() && page < pages.end; ++page) {
    const auto status = reach_page(m, p, page, reach, [](auto) {});
    if (status != Status::ok) return status;
  }
  return for_each_part<M>(
      address, length,
      [&](std::uint64_t page, std::uint32_t offset, std::uint64_t done, std::uint32_t bytes) {
        return reach_page(m, p, page, reach, [&](auto frame) { move(frame, offset, done, bytes); });
      });
}

/// Reads or writes `length` bytes from `address` on (in bytes). As `access` does: first every page
/// is made ready, so that a refusal has moved nothing (unless another CPU unmaps a page in
/// between), then `move(frame, offset, done, bytes)`.
template <class M, class Move>
Status reach_bytes(M& m, typename M::Process p, std::uint64_t address, std::uint64_t length,
                   Reach reach, Move move) {
  if (!m.valid_process(p)) return Status::no_process;
  auto dry = ~std::uint64_t{0};
  reach.dry = &dry;
  return despite_sharers(m, p, dry,
                         [&] { return try_to_reach(m, p, address, length, reach, move); });
}

template <class M>
Status kernel_read(M& m, typename M::Process p, std::uint64_t address,
                   std::span<std::uint8_t> out) {
  return reach_bytes(m, p, address, out.size(), {},
                     [&](auto frame, std::uint32_t offset, std::uint64_t done, std::uint32_t n) {
                       m.read_bytes(frame, offset, out.subspan(done, n));
                     });
}

/// `force`: private memory whatever its access, as a debugger does (Linux: FOLL_FORCE).
template <class M>
Status kernel_write(M& m, typename M::Process p, std::uint64_t address,
                    std::span<const std::uint8_t> in, bool force) {
  return reach_bytes(m, p, address, in.size(), {true, force},
                     [&](auto frame, std::uint32_t offset, std::uint64_t done, std::uint32_t n) {
                       m.write_bytes(frame, offset, in.subspan(done, n));
                     });
}

}  // namespace cow::kernel
