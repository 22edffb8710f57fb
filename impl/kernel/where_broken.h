#pragma once

#include <fmt/format.h>
#include <string>

#include "impl/kernel/plain_state.h"
#include "impl/kernel/swap_invariants.h"

namespace cow::kernel {

/// Calls `look` at every point that differs in what the invariant looks at, until it says no.
class Everywhere {
 public:
  Everywhere(const Invariant<PlainState>& invariant, const PlainState& state)
      : i_(invariant), s_(state) {}

  std::string broken() {
    const bool fine = [&] {
      switch (i_.over) {
        case Over::once:
          return holds();
        case Over::slot:
          return each_slot([&] { return holds(); });
        case Over::frame:
          return each_frame([&] { return holds(); });
        case Over::byte:
          return each_frame([&] { return each_byte(); });
        case Over::frame_and_index:
          return each_frame([&] { return each_index(s_.ledger.holders(p_.frame)); });
        case Over::swap:
          return each_swap([&] { return holds(); });
        case Over::swap_and_index:
          return each_swap([&] { return each_index(s_.swap_ledger.holders(p_.swap)); });
        case Over::cpu_and_slot:
          return each(p_.cpu, s_.cpus, [&] { return each_slot([&] { return holds(); }); });
      }
      return false;
    }();
    if (fine) return {};
    return fmt::format("{} ({})", i_.name, place());
  }

 private:
  std::string place() const {
    switch (i_.over) {
      case Over::once:
        break;
      case Over::slot:
        return fmt::format("slot {}", p_.slot);
      case Over::frame:
        return fmt::format("frame {}", p_.frame);
      case Over::byte:
        return fmt::format("byte {} of frame {}", p_.offset, p_.frame);
      case Over::frame_and_index:
        return fmt::format("holder {} of frame {}", p_.index, p_.frame);
      case Over::swap:
        return fmt::format("page {} of swap", p_.swap);
      case Over::swap_and_index:
        return fmt::format("namer {} of page {} of swap", p_.index, p_.swap);
      case Over::cpu_and_slot:
        return fmt::format("CPU {}, slot {}", p_.cpu, p_.slot);
    }
    return "everywhere";
  }
  bool holds() const { return i_.at(s_, p_); }
  template <class Part, class Look>
  static bool each(Part& part, std::int64_t end, Look look) {
    for (part = 0; part < end; ++part) {
      if (!look()) return false;
    }
    part = 0;
    return true;
  }
  template <class Look>
  bool each_slot(Look look) {
    return each(p_.slot, std::ssize(s_.slots), look);
  }
  template <class Look>
  bool each_frame(Look look) {
    return each(p_.frame, std::ssize(s_.frames),
                [&] { return s_.frames[static_cast<std::size_t>(p_.frame)].is_table || look(); });
  }
  template <class Look>
  bool each_swap(Look look) {
    return each(p_.swap, std::ssize(s_.swaps), look);
  }
  bool each_byte() {
    const auto& bytes = s_.frames[static_cast<std::size_t>(p_.frame)].bytes;
    return each(p_.offset, std::ssize(bytes), [&] { return holds(); });
  }
  bool each_index(std::int64_t end) {
    return each(p_.index, end, [&] { return holds(); });
  }

  const Invariant<PlainState>& i_;
  const PlainState& s_;
  PlainState::Point p_;
};

/// Where the invariant does not hold, in words; empty where it does everywhere.
inline std::string where_broken(const Invariant<PlainState>& invariant, const PlainState& state) {
  return Everywhere(invariant, state).broken();
}

}  // namespace cow::kernel
