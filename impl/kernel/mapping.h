#pragma once

#include "impl/kernel/guard.h"
#include "impl/kernel/hugetlb_range.h"
#include "impl/kernel/range.h"

/// mmap, munmap, mprotect and madvise.
namespace cow::kernel {

/// What a new mapping is to be.
struct MapRequest {
  Access access = Access::none;
  bool shared = false;
  bool huge = false;
  bool file = false;
  std::uint64_t file_page = 0;  ///< the file's page that the first one shows
  bool hugetlb = false;         ///< of huge pages from the pool, whose file is another one
};

/// The object that the request is about, if any, named once more. False when memory ran out.
template <class M>
bool find_object(M& m, const MapRequest& request, Area& area) {
  if (!request.shared && !request.file) return true;
  if (request.file && !request.hugetlb && m.has_file() && !m.can_get_table(m.file_root())) {
    return refuse_reference(m) == Status::ok;
  }
  const auto object = request.file ? m.open_file(request.hugetlb) : m.allocate_table();
  area.object = object.ok ? object.frame : no_object;
  area.offset = request.file ? request.file_page : area.first;
  area.cow = !request.shared;
  return object.ok;
}

template <class M>
Status map(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count,
           const MapRequest& request) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    const auto file_pages = m.user_end() - m.user_first();
    if (request.file &&
        (request.file_page >= file_pages || count > file_pages - request.file_page)) {
      return Status::bad_range;
    }
    auto list = m.areas(p);
    if (touches_area(list, first, end)) return Status::occupied;
    Area area;
    area.first = first;
    area.end = end;
    area.access = request.access;
    area.huge = request.huge || request.hugetlb;
    area.hugetlb = request.hugetlb;
    area.reserved = request.hugetlb && !request.shared;
    if (request.hugetlb && !may_be_hugetlb(m, first, end, request.file ? request.file_page : 0)) {
      return Status::invalid;
    }
    if (!find_object(m, request, area)) return Status::no_memory;
    if (request.hugetlb && !reserve(m, area)) return put_object(m, area), Status::no_memory;
    insert_area(list, area);
    merge_areas(m, list);
    return Status::ok;
  });
}

/// Holes in the range are fine, as for munmap(2).
template <class M>
Status unmap(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (cuts_hugetlb<M>(m.areas(p), first, end)) return Status::invalid;
    if (!may_carve(m, m.areas(p), first, end)) return refuse_reference(m);
    if (!own_ends(m, p, first, end, Change::unmap)) return Status::no_memory;
    if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
    auto list = m.areas(p);
    carve(m, list, first);
    carve(m, list, end);
    give_promises_back(m, p, first, end);
    zap_range(m, p, first, end);
    remove_areas(m, list, first, end);
    return Status::ok;
  });
}

/// Brings the entries of one area, within [first, end), to the area's access.
template <class M>
void protect_area(M& m, typename M::Process p, const Area& area) {
  Gather<M> owed(m, p);
  for_each_place(
      m, p, area.first, area.end, [&](auto place) { protect_page(m, place, area, owed); },
      [&](auto place) { protect_huge(m, place, area, owed); });
}

template <class M>
Status protect(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count,
               Access access) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (cuts_hugetlb<M>(m.areas(p), first, end)) return Status::invalid;
    if (!own_range(m, p, first, end, Change::protect)) return Status::no_memory;
    return change_areas(m, p, first, end, [&](Area& area) {
      area.access = access;
      protect_area(m, p, area);
    });
  });
}

/// Private pages read as zeroes, or the file, again; shared ones are what their object holds;
/// guards stay. Linux: madvise_dontneed_single_vma; it shares the space, here a fault could bring a
/// huge leaf back that sticks out of the range, whose split may lack memory when it is too late to
/// refuse.
template <class M>
Status dontneed(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (cuts_hugetlb<M>(m.areas(p), first, end)) return Status::invalid;
    auto status = Status::ok;
    for_each_unguarded(m, p, first, end, [&](std::uint64_t from, std::uint64_t to) {
      const bool own = own_ends(m, p, from, to, Change::dontneed);
      status = own ? split_ends(m, p, from, to) : Status::no_memory;
      return status == Status::ok;
    });
    if (status != Status::ok) return status;
    forgo_promises(m, p, first, end);
    for_each_unguarded(m, p, first, end, [&](std::uint64_t from, std::uint64_t to) {
      zap_range(m, p, from, to);
      return true;
    });
    return status;
  });
}

enum class Advice : std::uint8_t { dontfork, dofork, wipeonfork, keeponfork };

inline void take_advice(Area& area, Advice advice) {
  const bool on = advice == Advice::wipeonfork || advice == Advice::dontfork;
  if (advice == Advice::wipeonfork || advice == Advice::keeponfork) {
    area.wipeonfork = on;
  } else {
    area.dontfork = on;
  }
}

/// Only anonymous private memory can be wiped at fork.
template <class List>
bool may_have_advice(const List& list, std::uint64_t first, std::uint64_t end, Advice advice) {
  if (advice != Advice::wipeonfork) return true;
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    if (list.at[i].has_object() || list.at[i].hugetlb) return false;
  }
  return true;
}

/// What a fork is to do with the range. Linux: madvise_vma_behavior.
template <class M>
Status advise(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count,
              Advice advice) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (cuts_hugetlb<M>(m.areas(p), first, end)) return Status::invalid;
    if (!may_have_advice(m.areas(p), first, end, advice)) return Status::invalid;
    return change_areas(m, p, first, end, [&](Area& area) { take_advice(area, advice); });
  });
}

}  // namespace cow::kernel
