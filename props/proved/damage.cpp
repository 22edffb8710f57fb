#include "props/proved/damage.h"

#include <algorithm>
#include <map>
#include <utility>

namespace cow::props::proved {

namespace {

class Damager {
 public:
  Damager(MachineState& state, const Visit& visit) : s_(state), visit_(visit) {}

  void all() {
    for (std::size_t i = 0; i < s_.slots.size(); ++i) slot(i);
    for (std::size_t i = 0; i < s_.frames.size(); ++i) {
      if (!s_.frames[i].is_table) frame(i);
    }
    for (std::size_t i = 0; i < s_.swaps.size(); ++i) swap(i);
    for (auto& cached : s_.cached_by) translation(cached);
  }

 private:
  using Name = std::string_view;

  template <class T>
  void set(T& cell, T value, Name name, Change change) {
    const T before = std::exchange(cell, value);
    visit_(name, change);
    cell = before;
  }
  void flip(bool& cell, Name name) { set(cell, !cell, name, cell ? Change::off : Change::on); }
  void step(MachineState::Number& cell, Name name) {
    set(cell, cell + 1, name, Change::up);
    set(cell, cell - 1, name, Change::down);
  }
  /// To the next one, if there is another.
  void other(int& cell, std::size_t count, Name name) {
    const auto next = count == 0 ? -1 : (cell + 1) % static_cast<int>(count);
    if (next != cell) set(cell, next, name, Change::other);
  }

  void slot(std::size_t i) {
    auto& [area, entry, process, is_object, object] = s_.slots[i];
    flip(entry.is_present, "entry present");
    flip(entry.is_swapped, "entry swapped");
    flip(entry.reads, "entry readable");
    flip(entry.writes, "entry writable");
    flip(entry.alone, "entry exclusive");
    flip(entry.was_written, "entry dirty");
    flip(entry.is_wp, "entry write-protected");
    flip(entry.is_unwritten, "entry unwritten");
    flip(entry.is_guard, "entry a guard");
    other(entry.names, s_.frames.size(), "entry's frame");
    other(entry.in, s_.swaps.size(), "entry's page of swap");
    flip(area.shared, "area shared");
    flip(area.cow, "area of a file");
    flip(area.read, "area readable");
    flip(area.write, "area writable");
    flip(is_object, "entry an object's");
    other(object, s_.slots.size(), "entry's object");
    step(s_.ledger.indices[i], "entry's number");
    step(s_.swap_ledger.indices[i], "entry's number in swap");
  }

  void frame(std::size_t i) {
    auto& frame = s_.frames[i];
    step(frame.count, "count");
    step(frame.pins, "pins");
    step(frame.others, "holders of another size");
    flip(frame.is_free, "frame free");
    flip(frame.in_cache, "frame in swap cache");
    flip(frame.was_cached, "frame was cached");
    flip(frame.is_merged, "frame merged");
    flip(frame.is_zero, "frame the zero page");
    flip(frame.is_pooled, "frame the pool's");
    other(frame.swap, s_.swaps.size(), "frame's page of swap");
    other(frame.held_at, s_.slots.size(), "frame's object");
    if (!frame.bytes.empty()) byte(frame.bytes.back(), "last byte of a frame");
    step(s_.ledger.counts[i], "holders in the ledger");
    owners(s_.ledger.owners[i], "holder in the ledger");
  }

  void swap(std::size_t i) {
    auto& swap = s_.swaps[i];
    step(swap.names, "count of a page of swap");
    flip(swap.in_memory, "page of swap in memory");
    other(swap.frame, s_.frames.size(), "page of swap's frame");
    byte(swap.bytes.back(), "last byte of a page of swap");
    step(s_.swap_ledger.counts[i], "namers in the ledger");
    owners(s_.swap_ledger.owners[i], "namer in the ledger");
  }

  void translation(MachineState::Cached& cached) {
    flip(cached.is_valid, "translation");
    flip(cached.writes, "translation writable");
    other(cached.names, s_.frames.size(), "translation's frame");
  }

  void owners(std::vector<MachineState::Slot>& owners, Name name) {
    if (!owners.empty()) other(owners.back(), s_.slots.size(), name);
  }
  void byte(MachineState::Byte& byte, Name name) {
    set(byte, static_cast<MachineState::Byte>(byte + 1), name, Change::other);
  }

  MachineState& s_;
  const Visit& visit_;
};

using Damage = std::pair<std::string_view, Change>;

Damage damage(std::string_view text) {
  for (const auto& [word, change] :
       {std::pair{" on", Change::on}, std::pair{" off", Change::off}, std::pair{" up", Change::up},
        std::pair{" down", Change::down}}) {
    if (text.ends_with(word)) return {text.substr(0, text.rfind(' ')), change};
  }
  return {text, Change::other};
}

/// What a guard says that its invariant notices, and no state has shown yet.
struct Missing {
  const Invariant* invariant;
  std::string_view damage;
};

}  // namespace

void for_each_damage(MachineState& state, const Visit& visit) { Damager(state, visit).all(); }

std::vector<std::string> unguarded(std::span<const Invariant> invariants,
                                   std::span<const Guard> guards, std::span<MachineState> states) {
  std::map<Damage, std::vector<Missing>> missing;
  std::vector<std::string> lines;
  for (const auto& invariant : invariants) {
    const std::string_view name = invariant.name;
    const auto guard = std::ranges::find(guards, name, &Guard::invariant);
    if (guard == guards.end()) {
      lines.push_back(std::string(name) + " has no guard");
      continue;
    }
    for (const auto text : guard->notices) missing[damage(text)].push_back({&invariant, text});
  }
  for (auto& state : states) {
    for_each_damage(state, [&](std::string_view cell, Change change) {
      const auto found = missing.find({cell, change});
      if (found == missing.end()) return;
      std::erase_if(found->second,
                    [&](auto& m) { return !where_broken(*m.invariant, state).empty(); });
      if (found->second.empty()) missing.erase(found);
    });
  }
  for (const auto& [key, left] : missing) {
    for (const auto& [invariant, text] : left) {
      lines.push_back(std::string(invariant->name) + " does not notice: " + std::string(text));
    }
  }
  return lines;
}

}  // namespace cow::props::proved
