#pragma once

#include <string>
#include <vector>

#include "impl/kernel/laws.h"
#include "impl/machine/byte_machine.h"
#include "impl/machine/complaint.h"
#include "impl/machine/finding.h"
#include "impl/machine/glance.h"

namespace cow::machine {

/// Looks at a whole machine from outside: walks every tree, counts the holders of every frame,
/// checks every law about entries, frames and translations (impl/kernel/laws.h), and notes what
/// each process sees. It reads the machine's memory only and relies on none of the kernel's
/// decisions, so that a kernel bug cannot hide from it.
template <class Geometry>
class Audit {
 public:
  using M = ByteMachine<Geometry>;
  using Memory = machine::Memory<Geometry>;
  // The view that the laws are stated over.
  using Bool = bool;
  using Frame = typename Memory::Frame;
  using Entry = typename Memory::Entry;
  using Area = kernel::Area;

  using SeenPage = machine::SeenPage<Geometry>;

  explicit Audit(const M& machine);

  /// Looks again. True when every law holds.
  bool look();
  /// The same without the glance that goes before it on small machines.
  bool look_properly();

  const std::vector<Finding>& findings() const { return findings_; }
  const SeenPage& seen(std::uint32_t process, std::uint64_t page) const {
    return latest_[process * std::size_t{m_.config().pages} + page];
  }
  /// Frames that hold tables, by walking; those of the file are `kept`.
  std::uint32_t tables() const { return tables_; }
  /// Frames that the machine itself keeps: the zero pages, and the file with its tables.
  std::uint32_t kept() const { return kept_; }

  std::uint32_t owners(Frame table) const { return m_.frame_info(table).count; }
  std::uint32_t count(Frame f) const { return m_.frame_info(f).count; }
  std::uint32_t holders(Frame f) const { return holders_[f]; }
  std::uint32_t references(Frame f) const { return m_.M::references(f); }
  std::uint32_t mappings(Frame f) const { return references(f) - pins(f); }
  bool pinned(Frame f) const { return pins(f) != 0; }
  bool is_free(Frame f) const { return f >= m_.config().frames || m_.is_free(f); }

  using Slot = typename M::Slot;
  std::uint32_t slot_count(Slot s) const { return m_.slot_info(s).count; }
  std::uint32_t namers(Slot s) const { return namers_[s]; }
  bool is_used(Slot s) const { return s < m_.config().slots && slot_count(s) != 0; }
  bool in_memory(Slot s) const { return m_.slot_info(s).cached != 0; }
  bool cached(Frame f) const { return m_.M::cached(f); }
  Slot slot_of(Frame f) const { return m_.cached_slots()[f] - 1; }
  bool caches(Slot s, Frame f) const { return m_.slot_info(s).cached == f + 1; }
  bool of_object(Frame f) const { return f < objects_.size() && objects_[f] != 0; }
  bool is_merged(Frame f) const { return m_.M::is_merged(f); }

 private:
  void look_at_process(std::uint32_t p);
  void note_pins(std::uint32_t p);
  bool note_areas(std::uint32_t p);
  void note_own_pages();
  void note_untouched(std::uint32_t p);
  /// How a walk came to a table.
  struct Path {
    bool common;   ///< by way of an entry that others have, too: it allows no writing
    bool counted;  ///< for the first time, so that what it names has its holders counted
  };
  void walk_table(std::uint32_t p, Frame table, int level, std::uint64_t base, Path path);
  std::optional<Path> enter_below(std::uint32_t p, Entry entry, Path path);
  void small_leaf(std::uint32_t p, std::uint64_t page, Entry entry, Path path);
  void note_swapped(std::uint32_t p, std::uint64_t page, Entry entry, bool counted);
  void note_marker(std::uint32_t p, std::uint64_t page, Entry marker);
  void check_slots();
  void check_cached(Frame frame);
  void check_empty_table(std::uint32_t p, Frame table, std::uint64_t first, std::uint64_t end);
  void huge_leaf(std::uint32_t p, std::uint64_t page, Entry entry, Path path);
  void note_leaf(std::uint32_t p, std::uint64_t page, Entry entry, bool huge);
  void check_huge_sharing(std::uint32_t p, std::uint64_t page, Entry entry, bool shared);
  Entry held_entry(const Area& area, std::uint64_t page) const;
  void walk_held_huge(Entry entry);
  void check_promises();
  void check_sharing(std::uint32_t p, std::uint64_t user, Entry entry, const Area& area);
  std::uint32_t walk_object(Frame table, int level);
  void check_frames();
  void check_blocks();
  void check_cpu_pools();
  [[gnu::cold]] void explain_frames();
  void check_translations();
  void check_translation(std::uint32_t cpu, const Translation& t, std::uint32_t pages);
  void check_machine();
  void charge(std::uint32_t p, const Area& area, Entry entry, Entry held, bool huge);
  void check_accounts();
  bool enter_table(std::uint32_t p, Frame table);
  std::uint32_t pins(Frame f) const { return f < pins_.size() ? pins_[f] : 0; }
  void hold(Frame frame) { ++holders_[frame], ++small_[frame / M::fan]; }
  SeenPage& note(std::uint32_t process, std::uint64_t page) {
    return seen_[process * std::size_t{m_.config().pages} + page];
  }
  [[gnu::cold]] void find(kernel::Law law, std::string text);

  struct NoGlance {
    explicit NoGlance(const M&) {}
  };
  static constexpr bool glances = Geometry::checked;

  const M& m_;
  [[no_unique_address]] std::conditional_t<glances, Glance<Geometry>, NoGlance> glance_;
  std::vector<Finding> findings_;
  std::vector<SeenPage> seen_;          ///< [process][page]
  std::vector<std::uint32_t> holders_;  ///< [frame]: PTEs, objects, pins; a table's owners
  std::vector<std::uint32_t> pins_;     ///< [frame]: those among the holders that are pins
  std::vector<std::uint32_t> objects_;  ///< [frame]: those that are objects
  std::vector<std::uint32_t> namers_;   ///< [slot]: swap entries
  std::vector<std::uint32_t> huge_;     ///< [block]: huge leaves
  std::vector<std::uint32_t> small_;    ///< [block]: holders of its data frames, one by one
  const SeenPage* latest_ = nullptr;    ///< the table that `seen` reads
  std::uint32_t tables_ = 0, kept_ = 0;
  std::vector<kernel::Usage> used_;  ///< [process]: what its entries come to
  std::vector<bool> in_order_;       ///< [process]: its areas are what they must be
};

extern template class Audit<Tiny>;
extern template class Audit<X86_64>;

}  // namespace cow::machine
