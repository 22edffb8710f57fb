#pragma once

#include "impl/machine/own_pages.h"

namespace cow::machine {

/// The account of each process, and looks at memory for whoever keeps it (kernel/account.h). Such a
/// look is no access: it is made under the locks that hold still what it sees, so no CPU could tell
/// when it came.
template <class Geometry>
class Accounts : public OwnPages<Geometry> {
  using Base = OwnPages<Geometry>;

 public:
  using Base::Base;
  using typename Base::Area, typename Base::Entry, typename Base::Frame, typename Base::Process;

  void charge(Process p, const kernel::Usage& change) {
    if (!Base::G::checked || p < this->config_.procs) this->accounts_[p].usage += change;
  }
  void count(Process p, kernel::Count what, std::uint32_t times = 1) {
    if (Base::G::checked && p >= this->config_.procs) return;
    this->accounts_[p].counts[static_cast<std::size_t>(what)] += times;
  }
  kernel::Usage usage(Process p) const { return this->accounts_[p].usage; }
  const kernel::Account& account(Process p) const { return this->accounts_[p]; }

  /// Does each count, over all processes, come to the event that says the same of the machine?
  bool counts_agree() const {
    std::array<std::uint32_t, kernel::count_count> sums{};
    for (Process p = 0; p < this->config_.procs; ++p) {
      for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += this->accounts_[p].counts[c];
    }
    for (std::size_t c = 0; c < sums.size(); ++c) {
      if (sums[c] != static_cast<std::uint32_t>(this->events(kernel::event_of[c]))) return false;
    }
    return true;
  }

  Entry peek_at(Frame table, std::uint32_t index) const { return Base::load_at(table, index); }
  std::span<const Area> peek_areas(Process p) const {
    if (Base::G::checked && p >= this->config_.procs) return {};
    return {this->areas_ + std::size_t{p} * this->config_.pages, this->processes_[p].areas};
  }
  Frame peek_root(Process p) const { return this->processes_[p].root; }
  bool is_own_zero(Frame frame) const { return Base::is_zero(frame); }
};

}  // namespace cow::machine
