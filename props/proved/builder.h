#pragma once

#include <map>

#include "props/proved/rebuild.h"

namespace cow::props::proved {

/// What cannot be built.
struct NotBuilt {
  std::string why;
};

/// A machine that can be put together by hand.
class OpenMachine : public Machine {
 public:
  using Machine::Machine;
  void add_area(std::uint32_t p, const kernel::Area& area);
  void set_bytes(std::uint32_t frame, const std::vector<std::uint8_t>& bytes);
  void set_slot_bytes(std::uint32_t slot, const std::vector<std::uint8_t>& bytes);
  /// Nothing has happened on it.
  void forget_past();
  /// The frame was in the swap cache before.
  void remember_cached(std::uint32_t frame) { cached_[frame] = no_longer; }
};

/// Puts a state together: sizes, processes and areas, frames and pages of swap, then the entries
/// that name them, and who pins what.
class Builder {
 public:
  explicit Builder(const MachineState& state) : s_(state) {}
  /// Throws NotBuilt.
  Built build();

 private:
  using Slot = MachineState::Slot;
  using Entry = Machine::Entry;

  void lay_out();
  void start_processes();
  void add_frames();
  void add_swap();
  void add_areas();
  void add_entries();
  void add_pins();
  void add_translations();
  void charge();
  Entry entry_of(const MachineState::SlotCell& slot) const;
  std::uint32_t pinning_process(int frame) const;
  std::uint64_t kernel_page(Slot s) const;
  bool is_idle(Slot s) const;
  OpenMachine& m() { return *machine_; }
  template <class T>
  static T& at(std::vector<T>& list, int i) {
    return list[static_cast<std::size_t>(i)];
  }
  template <class T>
  static const T& at(const std::vector<T>& list, int i) {
    return list[static_cast<std::size_t>(i)];
  }
  int slot_count() const { return static_cast<int>(s_.slots.size()); }

  const MachineState& s_;
  Built built_;
  std::unique_ptr<OpenMachine> owned_;
  OpenMachine* machine_ = nullptr;
  std::vector<std::uint32_t> swaps_;             ///< [page of swap]: the machine's slot
  std::map<std::uint32_t, std::uint32_t> held_;  ///< [process]: how many pins it has
  std::vector<bool> named_;                      ///< [frame]: an entry names it
};

}  // namespace cow::props::proved
