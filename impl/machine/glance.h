#pragma once

#include <array>
#include <vector>

#include "impl/machine/seen_page.h"
#include "impl/machine/tally.h"

namespace cow::machine {

/// A quick look at a small machine that was looked at before: only where its memory is not what
/// it was are entries read anew, and a tally of all holders says what the counts must be. What it
/// compares is the machine's memory, byte for byte; it never takes the kernel's word for what has
/// changed. It may be alarmed for nothing, and then the Audit looks properly; it never calls a
/// machine fine on which the Audit would find something (glance_test.cpp). Machines with tables
/// that processes share it leaves to the Audit.
template <class Geometry>
class Glance {
 public:
  using M = ByteMachine<Geometry>;
  // The view that the laws are stated over.
  using Bool = bool;
  using Frame = typename M::Frame;
  using Entry = typename M::Entry;
  using Area = kernel::Area;
  using Page = SeenPage<Geometry>;

  explicit Glance(const M& machine);

  /// True: every law holds, and `pages` and `tables` tell what is so.
  bool fine();

  const Page* pages() const { return pages_.data(); }  ///< [process][page]
  // As the audit's.
  std::uint32_t tables() const { return tally_.tables() - file_tables(); }
  std::uint32_t kept() const;
  bool of_object(Frame f) const { return tally_.of_object(f); }
  bool is_merged(Frame f) const { return m_.M::is_merged(f); }
  bool pinned(Frame f) const { return m_.frame_info(f).pins != 0; }

 private:
  using Words = std::array<typename Geometry::Word, M::fan>;
  using Owner = typename Tally<Geometry>::Owner;
  struct Table {
    Frame frame;
    int level;
    std::uint64_t base;  ///< the first page that it spans
    Words words;         ///< what it said at the last look
  };
  struct Space {
    ProcessInfo info;
    Pins pins;
    std::vector<Area> areas;
    std::vector<Table> tables;
    kernel::Usage usage;
    bool changed = false, shares = false;
  };
  struct Namers {
    std::uint32_t all = 0, exclusive = 0;  ///< swap entries that name a slot
  };
  /// What a directory said that the last look could not follow.
  struct Alarm {
    Frame table = none;
    std::uint32_t index = 0;
    typename Geometry::Word word = 0;
  };
  struct Object {
    Frame root;
    std::uint32_t mappings;
    bool changed;
    std::vector<Table> tables;
  };

  bool fine_now();
  bool start();
  bool own_pages_stay() const;
  std::uint32_t file_tables() const;

  bool forget_if_changed(Object& object);
  bool walk_object(Object& object, Frame table, int level);
  void forget(Object& object);
  bool map_objects(const std::vector<Area>& areas);
  void unmap_objects(const std::vector<Area>& areas);

  bool refresh(std::uint32_t p);
  bool rebuild(std::uint32_t p);
  bool refresh_areas(std::uint32_t p);
  bool refresh_leaves(std::uint32_t p, Table& table);
  bool walk_table(std::uint32_t p, Frame table, int level, std::uint64_t base);
  bool remember(std::vector<Table>& tables, Frame table, int level, std::uint64_t base);
  bool alarmed_by(Frame table, std::uint32_t index);
  bool still_alarmed() const;
  bool note_leaf(std::uint32_t p, std::uint64_t page, Entry entry);
  bool note_swapped(Page& seen, Entry entry);
  bool note_huge(std::uint32_t p, std::uint64_t page, Entry entry);
  void forget_leaf(std::uint32_t p, std::uint64_t user);
  bool pages_are_right(std::uint32_t p);
  bool sharers_agree(std::uint32_t p);

  bool slots_are_right();
  bool slots_are_told_right();
  bool cached_is_right(Frame f) const;
  bool merged_are_right() const;
  kernel::Usage usage_of(std::uint32_t p) const;
  bool accounts_agree();
  bool lists_are_sound();
  bool translations_are_backed(bool any);
  bool usable_are_backed() const;
  bool is_backed(std::uint32_t p, const Translation& t, std::uint32_t pages) const;
  bool same_areas(const Space& space, std::uint32_t p) const;
  bool refresh_pins(std::uint32_t p);
  Words words(Frame table) const;
  Page* row(std::uint32_t p) { return pages_.data() + p * std::size_t{m_.config().pages}; }
  const Page* row(std::uint32_t p) const {
    return pages_.data() + p * std::size_t{m_.config().pages};
  }

  const M& m_;
  Tally<Geometry> tally_;
  std::vector<Page> pages_;
  std::vector<Space> spaces_;
  std::vector<Area> before_;                            ///< room
  std::vector<Object> objects_;                         ///< the file comes first, if there is one
  Frame file_ = none, zero_ = none, huge_zero_ = none;  ///< what the machine itself holds
  // The allocator's lists when they were last found sound:
  std::vector<Link> links_;
  std::vector<std::uint64_t> full_, whole_;
  std::array<NodeLists, max_nodes> nodes_{};
  bool objects_changed_ = false;  ///< since the last look, in what they hold or which there are; or
                                  ///< pins have
  std::vector<Namers> namers_;    ///< [slot]
  bool namers_changed_ = false;   ///< since the slots were last found right
  std::vector<SlotInfo> slots_;   ///< as they were then,
  std::vector<std::uint32_t> links_to_slots_;  ///< and so was [frame] of cached_slots;
  std::vector<Frame> cached_;                  ///< those that are cached for a slot
  Alarm alarm_;
  std::vector<Translation> translations_;  ///< as they were when last found backed
  bool known_ = false;                     ///< the last look found everything fine
};

extern template class Glance<Tiny>;

}  // namespace cow::machine
