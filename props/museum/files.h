#pragma once

#include "impl/kernel/fault.h"
#include "impl/kernel/swapping.h"

/// Planted bugs about the zero page, the huge one, and private mappings of a file (catalogue
/// families A, D and E).
namespace cow::props::museum {

/// Is the frame the file's?
template <class M>
bool is_files(const M& m, typename M::Frame frame) {
  for (std::uint64_t page = 0; m.has_file() && page < m.config().pages; ++page) {
    const auto held = kernel::walk<M>(m, m.file_root(), page);
    if (held.level == 0 && held.entry.present() && held.entry.frame() == frame) return true;
  }
  return false;
}

/// E17: the zero page is mapped with all that the area allows.
template <class Base>
struct ZeroPageWritable : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.present() && !entry.huge() && this->is_zero(entry.frame())) {
      entry = entry.made_writable();
    }
    Base::store(at, entry);
  }
};

/// A3: a write to the huge zero page is taken for done.
template <class Base>
struct HugeZeroReused : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
      return Base::Decisions::may_reuse_huge(m, entry) || m.is_zero(entry.frame());
    }
  };
};

/// A3, the small twin: a write reuses the zero page.
template <class Base>
struct ZeroReused : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
      return Base::Decisions::may_reuse(m, entry) || m.is_zero(entry.frame());
    }
  };
};

/// A21: a pin for reading takes the zero page as it is.
template <class Base>
struct PinsZeroPage : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_pin(const M& m, const typename M::Entry& entry,
                                    const typename M::Area& area, bool write) {
      return Base::Decisions::may_pin(m, entry, area, write) ||
             (!write && m.is_zero(entry.frame()));
    }
  };
};
template <class Base>
kernel::Status unshare(PinsZeroPage<Base>& m, typename Base::Place place,
                       const typename Base::Area& area) {
  // A forced write to what may not be written still needs a page of its own.
  if (area.may_write() && m.is_zero(m.load(place).frame())) return kernel::Status::ok;
  return kernel::unshare(m, place, area);
}

/// A21: a pin for reading takes a page of the file as it is, though a write moves the process away.
template <class Base>
struct PinsFilePage : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_pin(const M& m, const typename M::Entry& entry,
                                    const typename M::Area& area, bool write) {
      return Base::Decisions::may_pin(m, entry, area, write) ||
             (!write && entry.readable() && area.has_object());
    }
  };
};
template <class Base>
kernel::Status unshare(PinsFilePage<Base>& m, typename Base::Place place,
                       const typename Base::Area& area) {
  // A forced write to what may not be written still needs a copy.
  if (area.cow && area.may_write()) return kernel::Status::ok;
  return kernel::unshare(m, place, area);
}

/// E5: a private write takes over the page of the file that nobody else maps.
template <class Base>
struct FilePageReused : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
      return Base::Decisions::may_reuse(m, entry) ||
             (m.references(entry.frame()) == 2 && is_files(m, entry.frame()));
    }
  };
};

/// A32: a forced write goes to the page of the file.
template <class Base>
struct ForceWritesFile : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_reach(const M& m, const typename M::Entry& entry,
                                      const typename M::Area& area, bool write, bool force) {
      return Base::Decisions::may_reach(m, entry, area, write, force) ||
             (force && area.cow && entry.readable());
    }
  };
};

/// D18, for files: protect grants write to what shows the file.
template <class Base>
struct ProtectGrantsFile : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M& m, const typename M::Entry& entry,
                                        const typename M::Area& area) {
      return Base::Decisions::may_upgrade(m, entry, area) || (area.cow && area.may_write());
    }
  };
};

/// D10: a page of a huge page is taken for one that nobody wrote, and copied as zeroes.
template <class Base>
struct HugePartIsZero : Base {
  using Base::Base;
  typename Base::Bool is_zero(typename Base::Frame frame) const {
    return Base::is_zero(frame) || this->covered(frame);
  }
};

/// G17, for files: private mappings of the file merge, wherever their pages lie in it.
template <class Base>
struct MergesFileAreas : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_merge(const M& m, const typename M::Area& left, typename M::Area right) {
      if (left.cow && right.cow) right.offset = left.object_page(left.end);
      return Base::Decisions::may_merge(m, left, right);
    }
  };
};

/// Khugepaged without a look at what kind of area it is: pages of the file become private ones.
template <class Base>
struct CollapsesFile : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_be_huge(const M& m, const typename M::Area& area, std::uint64_t page) {
      auto anonymous = area;
      if (area.cow) anonymous.object = kernel::no_object;
      return Base::Decisions::may_be_huge(m, anonymous, page);
    }
  };
};

/// What shows the file goes to swap, where later writes to the file do not reach it.
template <class Base>
struct SwapsFile : Base {
  using Base::Base;
};
template <class Base>
bool shows_object(SwapsFile<Base>&, const kernel::Area&, std::uint64_t,
                  const typename Base::Entry&) {
  return false;
}

/// A21's cause, D21: a private mapping of the file begins with zeroes when it is written first.
template <class Base>
struct FileBeginsZero : Base {
  using Base::Base;
};
template <class Base>
kernel::Status fault_cow(FileBeginsZero<Base>& m, typename Base::Place place, std::uint64_t page,
                         const kernel::Area& area, bool write) {
  {
    kernel::TableLock<FileBeginsZero<Base>> lock(m, place.table);
    if (write && m.load(place).empty()) return kernel::demand_zero(m, place, area);
  }
  return kernel::fault_cow(m, place, page, area, write);
}

/// One-sided copy-on-write: what shows the file shows what it was at first touch.
template <class Base>
struct FileCopiedAtOnce : Base {
  using Base::Base;
};
template <class Base>
kernel::Status fault_cow(FileCopiedAtOnce<Base>& m, typename Base::Place place, std::uint64_t page,
                         const kernel::Area& area, bool) {
  return kernel::fault_cow(m, place, page, area, area.may_write());
}

}  // namespace cow::props::museum
