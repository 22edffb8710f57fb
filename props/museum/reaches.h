#pragma once

#include <cstdint>

#include "impl/kernel/reach.h"

/// Planted bugs about the kernel's own accesses and forced writes (catalogue family A). Where a bug
/// is not in a decision but in a function of the kernel, the mutant brings a wrong one, which is
/// called instead, since it is more specialised and found where the machine's type is.
namespace cow::props::museum {

/// A26: the kernel writes through an entry that is only readable, as on a processor that does not
/// heed write protection in kernel mode (386).
template <class Base>
struct KernelWritesThrough : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reach(const M&, const typename M::Entry& entry,
                                      const typename M::Area& area, bool, bool force) {
      return entry.readable() || (force && !area.is_shared() && entry.exclusive());
    }
  };
};

/// A10: a forced write takes it for done that sharing was broken, as soon as something is there.
template <class Base>
struct ForceTakesWhatIsThere : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reach(const M&, const typename M::Entry& entry,
                                      const typename M::Area& area, bool write, bool force) {
      if (!write) return entry.readable();
      return entry.writable() || (force && !area.is_shared());
    }
  };
};

/// A28: the kernel breaks the sharing of the area's first page, and writes to another.
template <class Base>
struct UnsharesFirstPage : KernelWritesThrough<Base> {
  using KernelWritesThrough<Base>::KernelWritesThrough;
};
template <class Base, class Move>
std::optional<kernel::Status> try_page(UnsharesFirstPage<Base>& m, typename Base::Process p,
                                       std::uint64_t page, const kernel::Area& area,
                                       kernel::Reach reach, Move move) {
  const auto first = kernel::walk(m, m.root(p), area.first).entry;
  if (reach.write && first.present()) {
    const auto status = kernel::make_ready(m, p, area.first, area, area.may_write());
    if (status != kernel::Status::ok) return status;
  }
  return kernel::try_page(m, p, page, area, reach, move);
}

/// A29: where a page is not there yet the kernel gives up, instead of taking the fault itself.
template <class Base>
struct KernelDoesNotFault : Base {
  using Base::Base;
};
template <class Base>
kernel::Status fault_in(KernelDoesNotFault<Base>&, typename Base::Process, std::uint64_t,
                        const kernel::Area&, kernel::Reach) {
  return kernel::Status::segfault;
}

/// The reference that a lookup takes is never put.
template <class Base>
struct LookupKeepsReference : Base {
  using Base::Base;
};
template <class Base, class Move>
std::optional<kernel::Status> try_page(LookupKeepsReference<Base>& m, typename Base::Process p,
                                       std::uint64_t page, const kernel::Area& area,
                                       kernel::Reach reach, Move move) {
  return kernel::try_page(m, p, page, area, reach, [&](auto frame) {
    move(frame);
    m.get(frame);
  });
}

/// The fault of a forced write grants its process write permission that the area does not.
template <class Base>
struct ForceGrantsWrite : Base {
  using Base::Base;
};
template <class Base>
kernel::Status fault_in(ForceGrantsWrite<Base>& m, typename Base::Process p, std::uint64_t page,
                        const kernel::Area& area, kernel::Reach reach) {
  return kernel::make_ready(m, p, page, area, reach.write);
}

}  // namespace cow::props::museum
