#pragma once

#include <concepts>
#include <optional>

#include "impl/kernel/pin.h"
#include "impl/kernel/reach.h"
#include "proofs/term_machine.h"

/// The shipped kernel runs on terms as it is, but for the functions here, which are found before it
/// since they are more specialised. Each stands for something that is assumed, or proved by itself.
namespace cow::proofs {

template <class M>
concept OnTerms = std::derived_from<M, TermMachine>;

// walk: the tables map each page to a slot of its own.

template <OnTerms M>
kernel::Walk<M> walk(const M& m, typename M::Frame root, std::uint64_t) {
  return {root, m.level(), m.walked(), false};
}
template <OnTerms M>
std::optional<typename M::Frame> own_table(M&, typename M::Process, std::uint64_t, int) {
  return Frame("a_table");
}
template <OnTerms M>
std::optional<typename M::Frame> make_table(M&, typename M::Frame root, std::uint64_t, int) {
  return root;
}
inline const Area* find_area(const TermMachine::AreaList& list, std::uint64_t) { return list.only; }

// What is not proved is never come to: no word of it can be true on terms.

template <OnTerms M, class Act>
void on_common_leaf(M&, typename M::Process, std::uint64_t, Act) {}
template <OnTerms M>
bool take_from_sharers(M&, typename M::Process, std::uint64_t) {
  return false;
}
template <OnTerms M>
kernel::Status fault_hugetlb(M&, const Process&, std::uint64_t, const Area&, kernel::Need) {
  return kernel::Status::bus_error;
}
template <OnTerms M>
kernel::Status demand_marked(M&, typename M::Place, typename M::Area) {
  return kernel::Status::trapped;
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

/// Statistics are not proved.
template <cow::proofs::OnTerms M>
class cow::kernel::Watch<M> {
 public:
  Watch(M&, const typename M::Place&, const typename M::Area&, int = 0) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};
