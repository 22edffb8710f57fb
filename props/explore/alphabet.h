#pragma once

#include <utility>
#include <vector>

#include "model/op.h"

namespace cow::props::explore {

/// Writes down the operations of a scope, in order. Accesses are of one byte, from byte 0.
class Alphabet {
 public:
  using Access = model::Access;
  using Sharing = model::Sharing;

  Alphabet& map(std::uint8_t p, std::uint32_t page, std::uint32_t count,
                Access access = Access::write, Sharing sharing = Sharing::private_,
                bool huge = false) {
    auto& op = add(model::Kind::map, p, page, count);
    op.access = access;
    op.sharing = sharing;
    op.huge = huge;
    return *this;
  }
  /// Of the file, from its page 0 on.
  Alphabet& map_file(std::uint8_t p, std::uint32_t page, std::uint32_t count, Sharing sharing) {
    map(p, page, count, Access::write, sharing);
    ops_.back().file = true;
    return *this;
  }
  /// The map before takes whole huge pages from the pool.
  Alphabet& hugetlb() { return ops_.back().hugetlb = true, *this; }
  Alphabet& unmap(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    add(model::Kind::unmap, p, page, count);
    return *this;
  }
  Alphabet& protect(std::uint8_t p, std::uint32_t page, std::uint32_t count, Access access) {
    add(model::Kind::protect, p, page, count).access = access;
    return *this;
  }

  Alphabet& read(std::uint8_t p, std::uint32_t page, std::uint32_t offset, std::uint32_t length) {
    return access(model::Kind::read, p, page, offset, length);
  }
  Alphabet& write(std::uint8_t p, std::uint32_t page, std::uint32_t offset, std::uint32_t length) {
    return access(model::Kind::write, p, page, offset, length);
  }
  /// One read of each page of [first, end).
  Alphabet& reads(std::uint8_t p, std::uint32_t first, std::uint32_t end, std::uint8_t cpu = 0) {
    for (auto page = first; page < end; ++page) access(model::Kind::read, p, page, 0, 1, cpu);
    return *this;
  }
  Alphabet& writes(std::uint8_t p, std::uint32_t first, std::uint32_t end, std::uint8_t cpu = 0) {
    for (auto page = first; page < end; ++page) access(model::Kind::write, p, page, 0, 1, cpu);
    return *this;
  }

  /// The kernel's own accesses to a page: a read, a write, a forced write.
  Alphabet& reaches(std::uint8_t p, std::uint32_t page) {
    access(model::Kind::kernel_read, p, page, 0, 1);
    access(model::Kind::kernel_write, p, page, 0, 1);
    return access(model::Kind::force_write, p, page, 0, 1);
  }

  Alphabet& fork(std::uint8_t p, std::uint8_t child) {
    add(model::Kind::fork, p).child = child;
    return *this;
  }
  Alphabet& vfork(std::uint8_t p, std::uint8_t child) {
    add(model::Kind::vfork, p).child = child;
    return *this;
  }
  Alphabet& wait(std::uint8_t p, std::uint8_t child) {
    add(model::Kind::wait, p).child = child;
    return *this;
  }
  /// Forks into every name below `procs`, its own too, which is refused.
  Alphabet& forks(std::uint8_t p, std::uint8_t procs) {
    for (std::uint8_t q = 0; q < procs; ++q) fork(p, q);
    return *this;
  }
  Alphabet& remap(std::uint8_t p, std::uint32_t page, std::uint32_t count, std::uint32_t to) {
    add(model::Kind::remap, p, page, count).to = to;
    return *this;
  }
  Alphabet& dontneed(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::dontneed, p, page, count), *this;
  }
  Alphabet& free(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::free, p, page, count), *this;
  }
  Alphabet& wp(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::wp, p, page, count), *this;
  }
  Alphabet& unwp(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::unwp, p, page, count), *this;
  }
  Alphabet& guard(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::guard, p, page, count), *this;
  }
  Alphabet& unguard(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::unguard, p, page, count), *this;
  }
  Alphabet& clear_refs(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::clear_refs, p, page, count), *this;
  }
  Alphabet& split(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::split, p, page, count), *this;
  }
  Alphabet& collapse(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::collapse, p, page, count), *this;
  }
  Alphabet& migrate(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::migrate, p, page, count), *this;
  }
  Alphabet& merge(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::merge, p, page, count), *this;
  }
  Alphabet& unmerge(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::unmerge, p, page, count), *this;
  }
  Alphabet& compact(std::uint8_t p) { return add(model::Kind::compact, p), *this; }
  Alphabet& advise(std::uint8_t p, std::uint32_t page, std::uint32_t count, model::Advice advice) {
    add(model::Kind::advise, p, page, count).advice = advice;
    return *this;
  }
  /// Everything that can be done with a process's first pin: taken for either access, a byte moved
  /// either way, dropped. The second pin is only taken, of the first page.
  Alphabet& devices(std::uint8_t p, std::uint32_t first, std::uint32_t end) {
    for (auto page = first; page < end; ++page) {
      add(model::Kind::pin, p, page).access = Access::read;
      add(model::Kind::pin, p, page).access = Access::write;
    }
    auto& second = add(model::Kind::pin, p, first);
    second.access = Access::write;
    second.pin = 1;
    add(model::Kind::device_read, p).length = 1;
    add(model::Kind::device_write, p).length = 1;
    return add(model::Kind::unpin, p), *this;
  }
  Alphabet& pageout(std::uint8_t p, std::uint32_t page, std::uint32_t count) {
    return add(model::Kind::pageout, p, page, count), *this;
  }
  Alphabet& swapoff(std::uint8_t p) { return add(model::Kind::swapoff, p), *this; }
  Alphabet& exec(std::uint8_t p) { return add(model::Kind::exec, p), *this; }
  Alphabet& exit(std::uint8_t p) { return add(model::Kind::exit, p), *this; }

  /// The operation before, also with its k-th allocation failing, for k in [first, last].
  Alphabet& failing(std::uint8_t first, std::uint8_t last) {
    for (auto k = first; k <= last; ++k) {
      auto op = ops_.back();
      op.oom = k;
      ops_.push_back(op);
    }
    return *this;
  }

  std::vector<model::Op> take() { return std::move(ops_); }

 private:
  model::Op& add(model::Kind kind, std::uint8_t p, std::uint32_t page = 0,
                 std::uint32_t count = 0) {
    model::Op op;
    op.kind = kind;
    op.proc = p;
    op.page = page;
    op.count = count;
    return ops_.emplace_back(op);
  }
  Alphabet& access(model::Kind kind, std::uint8_t p, std::uint32_t page, std::uint32_t offset,
                   std::uint32_t length, std::uint8_t cpu = 0) {
    auto& op = add(kind, p, page);
    op.offset = offset;
    op.length = length;
    op.cpu = cpu;
    return *this;
  }

  std::vector<model::Op> ops_;
};

}  // namespace cow::props::explore
