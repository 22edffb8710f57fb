#pragma once

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "impl/machine/system.h"
#include "model/op.h"
#include "model/status.h"

/// The model's words turned into calls of the project's own kernel; the two share no code.
namespace cow::props {

inline machine::Config config_of(const model::World& w) {
  static_assert(machine::max_cpu_pool == model::max_cpu_pool);
  static_assert(machine::max_asids == model::max_asids);
  static_assert(machine::max_nodes == model::max_nodes);
  static_assert(machine::max_zswap == model::max_zswap);
  static_assert(static_cast<int>(kernel::ForkPolicy::eager) ==
                static_cast<int>(model::Fork::eager));
  return {w.frames,
          w.procs,
          w.cpus,
          w.pages,
          w.huge_cow == model::HugeCow::copy,
          model::swap_slots(w),
          w.zero_page == model::ZeroPage::page,
          static_cast<kernel::ForkPolicy>(w.fork),
          w.pool,
          w.count_bits,
          w.cpu_pool,
          w.asids,
          w.flush == model::Flush::batched,
          w.nodes,
          w.zswap};
}

/// Both lists of statuses agree.
inline model::Status model_status(kernel::Status s) {
  using K = kernel::Status;
  using S = model::Status;
  constexpr std::array<S, 13> same = {S::ok,       S::no_process, S::busy,     S::bad_range,
                                      S::occupied, S::not_mapped, S::segfault, S::no_memory,
                                      S::stuck,    S::invalid,    S::no_pin,   S::bus_error,
                                      S::trapped};
  static_assert(static_cast<int>(kernel::Advice::keeponfork) ==
                static_cast<int>(model::Advice::keeponfork));
  static_assert(machine::pins_per_process == model::max_pins);
  static_assert(static_cast<int>(K::trapped) == 12 && static_cast<int>(K::not_mapped) == 5);
  return same[static_cast<std::size_t>(s)];
}

/// Those that act on a range of pages. REQUIRES: takes_pages(op.kind).
template <class M>
model::Status call_on_pages(machine::System<M>& system, const model::Op& op) {
  const auto access = static_cast<kernel::Access>(op.access);
  const bool shared = op.sharing == model::Sharing::shared;
  switch (op.kind) {
    case model::Kind::map:
      return model_status(system.map(op.proc, op.page, op.count,
                                     {access, shared, op.huge, op.file, op.to, op.hugetlb}));
    case model::Kind::unmap:
      return model_status(system.unmap(op.proc, op.page, op.count));
    case model::Kind::protect:
      return model_status(system.protect(op.proc, op.page, op.count, access));
    case model::Kind::remap:
      return model_status(system.remap(op.proc, op.page, op.count, op.to));
    case model::Kind::dontneed:
      return model_status(system.dontneed(op.proc, op.page, op.count));
    case model::Kind::advise:
      return model_status(
          system.advise(op.proc, op.page, op.count, static_cast<kernel::Advice>(op.advice)));
    case model::Kind::split:
      return model_status(system.split(op.proc, op.page, op.count));
    case model::Kind::collapse:
      return model_status(system.collapse(op.proc, op.page, op.count));
    case model::Kind::migrate:
      return model_status(system.migrate(op.proc, op.page, op.count));
    case model::Kind::merge:
      return model_status(system.merge(op.proc, op.page, op.count));
    case model::Kind::unmerge:
      return model_status(system.unmerge(op.proc, op.page, op.count));
    case model::Kind::wp:
    case model::Kind::unwp:
      return model_status(
          system.write_protect(op.proc, op.page, op.count, op.kind == model::Kind::wp));
    case model::Kind::guard:
    case model::Kind::unguard:
      return model_status(system.guard(op.proc, op.page, op.count, op.kind == model::Kind::guard));
    case model::Kind::clear_refs:
      return model_status(system.clear_refs(op.proc, op.page, op.count));
    case model::Kind::free:
      return model_status(system.give_up(op.proc, op.page, op.count));
    case model::Kind::pageout:
      return model_status(system.pageout(op.proc, op.page, op.count));
    default:
      return model::Status::bad_range;
  }
}

/// Performs the operation, but for its `oom`. A read leaves its bytes in `buffer`, whose size is
/// set; one that cannot fit into the world is cut to one byte too long for it, which is refused
/// all the same.
template <class M>
model::Status call(machine::System<M>& system, const model::Op& op,
                   std::vector<std::uint8_t>& buffer) {
  const auto at = std::uint64_t{op.page} * M::page_bytes + op.offset;
  const auto access = static_cast<kernel::Access>(op.access);
  const auto room = [&] {
    const auto world = std::uint64_t{system.machine().config().pages} * M::page_bytes;
    buffer.resize(std::min<std::uint64_t>(op.length, world + 1));
    return std::span(buffer);
  };
  const auto pattern = [&] {
    const auto bytes = room();
    std::iota(bytes.begin(), bytes.end(), op.value);
    return bytes;
  };
  switch (op.kind) {
    case model::Kind::read:
      return model_status(system.read(op.proc, op.cpu, at, room()));
    case model::Kind::write:
      return model_status(system.write(op.proc, op.cpu, at, pattern()));
    case model::Kind::kernel_read:
      return model_status(system.kernel_read(op.proc, at, room()));
    case model::Kind::kernel_write:
    case model::Kind::force_write:
      return model_status(
          system.kernel_write(op.proc, at, pattern(), op.kind == model::Kind::force_write));
    case model::Kind::fork:
      return model_status(system.fork(op.proc, op.child));
    case model::Kind::vfork:
      return model_status(system.vfork(op.proc, op.child));
    case model::Kind::wait:
      return model_status(system.wait(op.proc, op.child));
    case model::Kind::exec:
      return model_status(system.exec(op.proc));
    case model::Kind::exit:
      return model_status(system.exit(op.proc));
    case model::Kind::compact:
      return model_status(system.compact(op.proc));
    case model::Kind::swapoff:
      return model_status(system.swapoff(op.proc));
    case model::Kind::pin:
      return model_status(system.pin(op.proc, op.cpu, {op.pin, op.page, access}));
    case model::Kind::unpin:
      return model_status(system.unpin(op.proc, op.pin));
    case model::Kind::device_read:
      return model_status(system.device_read(op.proc, op.pin, op.offset, room()));
    case model::Kind::device_write:
      return model_status(system.device_write(op.proc, op.pin, op.offset, pattern()));
    case model::Kind::map:
    case model::Kind::unmap:
    case model::Kind::protect:
    case model::Kind::remap:
    case model::Kind::dontneed:
    case model::Kind::advise:
    case model::Kind::split:
    case model::Kind::collapse:
    case model::Kind::migrate:
    case model::Kind::merge:
    case model::Kind::unmerge:
    case model::Kind::wp:
    case model::Kind::unwp:
    case model::Kind::guard:
    case model::Kind::unguard:
    case model::Kind::clear_refs:
    case model::Kind::free:
    case model::Kind::pageout:
      return call_on_pages(system, op);
  }
  return model::Status::bad_range;
}

}  // namespace cow::props
