#pragma once

#include <concepts>
#include <optional>

#include "impl/kernel/merge.h"
#include "impl/kernel/pin.h"
#include "impl/kernel/reach.h"
#include "proofs/term_machine.h"

namespace cow::proofs {

template <class M>
concept OnTerms = std::derived_from<M, TermMachine>;

}  // namespace cow::proofs

/// Statistics are not proved.
template <cow::proofs::OnTerms M>
class cow::kernel::Watch<M> {
 public:
  Watch(M&, const typename M::Place&, const typename M::Area&, int = 0) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};
template <cow::proofs::OnTerms M>
class cow::kernel::Tab<M> {
 public:
  Tab(M&, const typename M::Process&) {}
  void changed(std::uint64_t, const typename M::Entry&, const typename M::Entry&, int) {}
  void inherited(std::uint64_t, const typename M::Entry&, const typename M::Entry&, int) {}
};

/// The shipped kernel runs on terms as it is, but for the functions here, which are found before it
/// since they are more specialised. Each stands for something that is assumed, or proved by itself.
namespace cow::proofs {

// walk: the tables map each page to a slot of its own.

template <OnTerms M>
kernel::Walk<M> walk(const M& m, typename M::Frame root, std::uint64_t) {
  return {root, m.level(), m.walked(root), false};
}
/// Of the leaves of a process the one at the place: the body of the loop, once.
template <OnTerms M, class OnTable, class OnHuge>
bool for_each_leaf(M& m, typename M::Frame root, std::uint64_t first, std::uint64_t, OnTable,
                   OnHuge on_huge) {
  const Cond is_there = m.load(m.place(Process("its_process"), root, m.level(), first)).present();
  return is_there ? on_huge(root, first) : true;
}
/// Of the mappings of a frame the one at the place.
template <OnTerms M, class Visit>
void for_each_mapping(M& m, typename M::Frame frame, Visit visit) {
  const auto place = m.place(Process("its_process"), frame, 0, 0);
  const auto entry = m.load(place);
  if (entry.present() && entry.frame() == frame) visit(place, entry);
}
template <OnTerms M>
std::optional<typename M::Frame> own_table(M&, typename M::Process, std::uint64_t, int) {
  return Frame("a_table");
}
template <OnTerms M>
std::optional<typename M::Frame> make_table(M&, typename M::Frame root, const auto&, int) {
  return root;
}
inline const Area* find_area(const TermMachine::AreaList& list, std::uint64_t) { return list.only; }

// own-identifiers: a process's translations are its own, so no CPU has to flush when it goes over.

template <OnTerms M>
void switch_to(M&, typename M::Cpu, typename M::Process) {}

// What is not proved is never come to: no word of it can be true on terms.

template <OnTerms M, class Act>
void on_common_leaf(M&, typename M::Process, std::uint64_t, Act) {}
template <OnTerms M>
bool take_from_sharers(M&, typename M::Process, std::uint64_t) {
  return false;
}

// What a copy of a table shows is what the table shows: inherit_page and fork_huge say so of each
// entry, share_entry of each table below.

template <OnTerms M>
void copy_leaves(M& m, typename M::Process, typename M::Frame from, typename M::Frame to,
                 std::uint64_t) {
  m.copy_page(to, from);
}
template <OnTerms M>
void copy_directory(M& m, typename M::Process, typename M::Frame from, typename M::Frame to, int,
                    std::uint64_t) {
  m.copy_page(to, from);
}
template <OnTerms M>
bool may_copy_table(const M&, typename M::Frame, int) {
  return true;  // counts never overflow
}
template <OnTerms M>
void take_below(const M&, kernel::Tab<M>&, typename M::Frame, int, std::uint64_t) {}

// What a merge finds, it finds by looking at all frames, or at all pages: something, or nothing.

template <OnTerms M>
std::optional<typename M::Frame> offered_like(M& m, typename M::Frame frame) {
  if (m.has_zero() && m.same_page(frame, m.zero_frame())) return m.zero_frame();
  return m.offered();
}
template <OnTerms M>
std::optional<kernel::SmallPage<M>> unmerged_like(M& m, typename M::Frame frame) {
  const typename M::Place place{Scene().child};
  const auto entry = m.load(place);
  const Cond is_other = !m.is_merged(entry.frame()) && !m.is_zero(entry.frame()) &&
                        !m.shows_object(place) && entry.frame() != frame;
  if (!(entry.present() && is_other && M::Decisions::may_join(m, entry))) return std::nullopt;
  return kernel::SmallPage<M>{place, entry};
}

// A fault within another step keeps the laws, as its own proof shows, and whatever it did may be
// gone when it is over, since it gives up its lock. So nothing else is known of it.

template <OnTerms M>
kernel::Status fault_in(M& m, typename M::Process p, std::uint64_t page,
                        const typename M::Area& area, kernel::Reach reach) {
  m.end_turn(std::string(reach.write ? "to write" : "to read") + (reach.force ? ", forced" : ""));
  return kernel::fault_in<M>(m, p, page, area, reach);
}
template <OnTerms M>
kernel::Status make_ready(M& m, typename M::Process p, std::uint64_t page,
                          const typename M::Area& area, bool write) {
  if (m.runs_faults()) return kernel::make_ready<M>(m, p, page, area, write);
  m.end_turn_for(write ? "to write" : "to read");
  return m.fault_somehow();
}
template <OnTerms M>
kernel::Status make_exclusive(M& m, typename M::Process p, std::uint64_t page,
                              const typename M::Area& area) {
  if (m.runs_faults()) return kernel::make_exclusive<M>(m, p, page, area);
  return m.fault_somehow();
}

}  // namespace cow::proofs
