#pragma once

#include <memory>

#include "impl/kernel/access.h"
#include "impl/kernel/collapse.h"
#include "impl/kernel/lazyfree.h"
#include "impl/kernel/mapping.h"
#include "impl/kernel/merge.h"
#include "impl/kernel/migrate.h"
#include "impl/kernel/reach.h"
#include "impl/kernel/remap.h"
#include "impl/kernel/soft_dirty.h"
#include "impl/kernel/swapping.h"
#include "impl/kernel/uffd.h"
#include "impl/machine/audit.h"
#include "impl/machine/kernel_once.h"

namespace cow::machine {

/// A machine with the kernel on it, as its users see it: system calls and memory accesses.
/// Pages are numbered from the start of user space. `M` is a ByteMachine or derives from one.
template <class M>
class System {
 public:
  using Status = kernel::Status;

  explicit System(const Config& config) : System(std::make_unique<M>(config)) {}
  /// On a machine that derives from `M`.
  explicit System(std::unique_ptr<M> machine) : owned_(std::move(machine)), m_(*owned_) {}

  void reset() { m_.reset(); }

  Status map(std::uint32_t p, std::uint64_t page, std::uint64_t count,
             const kernel::MapRequest& r) {
    return kernel::map(m_, p, m_.user_first() + page, count, r);
  }
  Status unmap(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::unmap(m_, p, m_.user_first() + page, count);
  }
  Status protect(std::uint32_t p, std::uint64_t page, std::uint64_t count, kernel::Access a) {
    return kernel::protect(m_, p, m_.user_first() + page, count, a);
  }
  Status remap(std::uint32_t p, std::uint64_t page, std::uint64_t count, std::uint64_t to) {
    return kernel::remap(m_, p, m_.user_first() + page, count, m_.user_first() + to);
  }
  Status dontneed(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::dontneed(m_, p, m_.user_first() + page, count);
  }
  Status give_up(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::give_up(m_, p, m_.user_first() + page, count);
  }
  Status write_protect(std::uint32_t p, std::uint64_t page, std::uint64_t count, bool on) {
    return kernel::write_protect(m_, p, m_.user_first() + page, count, on);
  }
  Status guard(std::uint32_t p, std::uint64_t page, std::uint64_t count, bool on) {
    return kernel::guard(m_, p, m_.user_first() + page, count, on);
  }
  Status clear_refs(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::clear_refs(m_, p, m_.user_first() + page, count);
  }
  Status advise(std::uint32_t p, std::uint64_t page, std::uint64_t count, kernel::Advice advice) {
    return kernel::advise(m_, p, m_.user_first() + page, count, advice);
  }
  Status split(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::split(m_, p, m_.user_first() + page, count);
  }
  Status collapse(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::collapse(m_, p, m_.user_first() + page, count);
  }
  Status migrate(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::migrate(m_, p, m_.user_first() + page, count);
  }
  Status merge(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::merge(m_, p, m_.user_first() + page, count);
  }
  Status unmerge(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::unmerge(m_, p, m_.user_first() + page, count);
  }
  Status compact(std::uint32_t p) { return kernel::compact(m_, p); }
  Status pageout(std::uint32_t p, std::uint64_t page, std::uint64_t count) {
    return kernel::pageout(m_, p, m_.user_first() + page, count);
  }
  Status swapoff(std::uint32_t p) { return kernel::swapoff(m_, p); }
  /// `request.page` from the start of user space.
  Status pin(std::uint32_t p, std::uint32_t cpu, kernel::PinRequest request) {
    request.page += m_.user_first();
    return kernel::pin(m_, cpu, p, request);
  }
  Status unpin(std::uint32_t p, std::uint32_t slot) { return kernel::unpin(m_, p, slot); }
  Status device_read(std::uint32_t p, std::uint32_t slot, std::uint32_t offset,
                     std::span<std::uint8_t> out) {
    return kernel::device_read(m_, p, slot, offset, out);
  }
  Status device_write(std::uint32_t p, std::uint32_t slot, std::uint32_t offset,
                      std::span<const std::uint8_t> in) {
    return kernel::device_write(m_, p, slot, offset, in);
  }
  Status fork(std::uint32_t p, std::uint32_t child) { return kernel::fork(m_, p, child); }
  Status vfork(std::uint32_t p, std::uint32_t child) { return kernel::vfork(m_, p, child); }
  Status exec(std::uint32_t p) { return kernel::exec(m_, p); }
  Status exit(std::uint32_t p) { return kernel::exit(m_, p); }
  Status wait(std::uint32_t p, std::uint32_t child) { return kernel::wait(m_, p, child); }

  /// `address` in bytes from the start of user space.
  Status read(std::uint32_t p, std::uint32_t cpu, std::uint64_t address,
              std::span<std::uint8_t> out) {
    return kernel::read(m_, cpu, p, base() + address, out);
  }
  Status write(std::uint32_t p, std::uint32_t cpu, std::uint64_t address,
               std::span<const std::uint8_t> in) {
    return kernel::write(m_, cpu, p, base() + address, in);
  }

  Status kernel_read(std::uint32_t p, std::uint64_t address, std::span<std::uint8_t> out) {
    return kernel::kernel_read(m_, p, base() + address, out);
  }
  Status kernel_write(std::uint32_t p, std::uint64_t address, std::span<const std::uint8_t> in,
                      bool force) {
    return kernel::kernel_write(m_, p, base() + address, in, force);
  }

  /// The k-th frame allocation from now on fails; 0: none does.
  void fail_allocation(std::uint32_t k) { m_.fail_allocation(k); }

  M& machine() { return m_; }
  const M& machine() const { return m_; }

 private:
  std::uint64_t base() const { return m_.user_first() * M::page_bytes; }

  std::unique_ptr<M> owned_;
  M& m_;
};

}  // namespace cow::machine

namespace cow {
COW_KERNEL(extern template, machine::ByteMachine<machine::Tiny>);
COW_KERNEL(extern template, machine::ByteMachine<machine::X86_64>);
}  // namespace cow
