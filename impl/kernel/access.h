#pragma once

#include <optional>
#include <span>

#include "impl/kernel/asid.h"
#include "impl/kernel/fault.h"
#include "impl/kernel/range.h"

/// What the processor does for a load or store: TLB, table walk, fault, retry.
namespace cow::kernel {

/// Before the processor caches that it may write it sets the entry's dirty bit. False: the entry is
/// not what the walk found any more.
template <class M>
bool note_write(M& m, Walk<M>& at, std::uint64_t page) {
  if (at.entry.dirty()) return true;
  if (!m.set_dirty(at.table, index_at<M>(page, at.level), at.entry)) return false;
  at.entry = at.entry.made_dirty();
  return true;
}

/// The frame behind `page` without a fault: from the TLB, or from the table, which then fills
/// the TLB. Nothing when either lacks the permission.
template <class M>
std::optional<typename M::Frame> translate(M& m, typename M::Cpu cpu, typename M::Process p,
                                           std::uint64_t page, bool write) {
  if (const auto hit = m.tlb_find(cpu, p, page, write)) return hit;
  auto at = walk(m, m.root(p), page);
  if (!at.entry.present() || !at.entry.readable()) return std::nullopt;
  if (write && !at.entry.writable()) return std::nullopt;
  if (write && !note_write(m, at, page)) return translate(m, cpu, p, page, write);
  m.tlb_fill(cpu, p, page, at.entry);
  return at.entry.huge() ? at.entry.frame() + static_cast<std::uint32_t>(page % M::fan)
                         : at.entry.frame();
}

/// One access within a page: `move(frame)` once `page` translates, faulting until it does. One
/// fault is enough; two more cover translations that other CPUs took away. More means that the
/// handler says "ok" without making it so.
template <class M, class Move>
Status access_page(M& m, typename M::Cpu cpu, typename M::Process p, std::uint64_t page, bool write,
                   Move move) {
  for (int tries = 0;; ++tries) {
    {
      Instruction<M> running(m, cpu);
      if (const auto status = may_act(m, p); status != Status::ok) return status;
      switch_to(m, cpu, p);
      if (const auto frame = translate(m, cpu, p, page, write)) return move(*frame), Status::ok;
    }
    if (tries == 3) return Status::stuck;
    if (const auto status = fault(m, p, page, write); status != Status::ok) return status;
  }
}

/// Reads or writes `length` bytes from `address` on (in bytes): first every page is made ready,
/// so that a refusal has moved nothing (unless another CPU unmaps a page in between, as for
/// read(2)), then `move(frame, offset, done, bytes)` moves the bytes of one page; `done` counts
/// those moved before.
template <class M, class Move>
Status access(M& m, typename M::Cpu cpu, typename M::Process p, std::uint64_t address,
              std::uint64_t length, bool write, Move move) {
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  const auto pages = pages_of(m, address, length);
  if (!m.valid_cpu(cpu) || !pages.ok()) return Status::bad_range;
  for (auto page = pages.first; pages.several() && page < pages.end; ++page) {
    const auto status = access_page(m, cpu, p, page, write, [](auto) {});
    if (status != Status::ok) return status;
  }
  return for_each_part<M>(
      address, length,
      [&](std::uint64_t page, std::uint32_t offset, std::uint64_t done, std::uint32_t bytes) {
        return access_page(m, cpu, p, page, write,
                           [&](typename M::Frame frame) { move(frame, offset, done, bytes); });
      });
}

template <class M>
Status read(M& m, typename M::Cpu cpu, typename M::Process p, std::uint64_t address,
            std::span<std::uint8_t> out) {
  return access(m, cpu, p, address, out.size(), false,
                [&](auto frame, std::uint32_t offset, std::uint64_t done, std::uint32_t bytes) {
                  m.read_bytes(frame, offset, out.subspan(done, bytes));
                });
}

template <class M>
Status write(M& m, typename M::Cpu cpu, typename M::Process p, std::uint64_t address,
             std::span<const std::uint8_t> in) {
  return access(m, cpu, p, address, in.size(), true,
                [&](auto frame, std::uint32_t offset, std::uint64_t done, std::uint32_t bytes) {
                  m.write_bytes(frame, offset, in.subspan(done, bytes));
                });
}

}  // namespace cow::kernel
