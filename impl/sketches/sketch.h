#pragma once

#include "impl/historic/system.h"

/// What the textbook sketches of fork have in common, and are silent about: areas, two levels of
/// tables with x86-64's entries, frames, a processor with a TLB for each CPU. A sketch brings its
/// fork and its fault handler.
namespace cow::sketches {

using Frame = std::uint32_t;
using Entry = std::uint64_t;
inline constexpr Frame none = ~0U;

/// The processor's bits (Intel SDM volume 3, 4.5), and one that it leaves to software, which
/// Linux calls _PAGE_SPECIAL (arch/x86/include/asm/pgtable_types.h).
inline constexpr Entry present = 1, writable = 2, user = 4, leaf = 0x80, special = 0x200;

class Sketch : public historic::System {
 public:
  using Result = historic::Result;
  Sketch(const historic::Sizes& sizes, std::uint32_t flaws);

  Result map(std::uint32_t process, std::uint32_t page, std::uint32_t count, historic::Right right,
             bool huge) override;
  Result unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) override;
  Result fork(std::uint32_t process, std::uint32_t child) override;
  Result exec(std::uint32_t process) override;
  Result exit(std::uint32_t process) override;

  historic::Abilities abilities() const override { return {.read_only = true}; }
  bool alive(std::uint32_t process) const override { return spaces_[process].alive; }
  historic::PageView look(std::uint32_t process, std::uint32_t page) const override;
  const std::uint8_t* bytes(std::uint32_t frame) const override {
    return memory_.data() + std::size_t{frame} * frame_bytes_;
  }
  void counts(std::span<std::uint32_t> counts) const override;
  void holders(std::span<std::uint32_t> holders) const override;
  historic::Spent spent() const override;

 protected:
  struct Area {
    historic::Right right = historic::Right::none;
    bool mapped = false, huge = false;
  };
  struct Space {
    bool alive = false;
    Frame directory = none;   ///< comes with the first touch
    std::vector<Area> areas;  ///< of each page
  };

  // What a sketch brings.

  /// Gives the child's directory what the parent has. False: out of memory.
  virtual bool copy_space(std::uint32_t process, std::uint32_t child) = 0;
  /// A write to a page that is there but may not be written to, though its area allows it.
  virtual Result write_fault(std::uint32_t process, std::uint32_t page) = 0;
  /// Does a write fault find that the page may be written to? By its area, unless a sketch thinks
  /// that the entry tells.
  virtual bool may_write(std::uint32_t process, std::uint32_t page) const {
    return spaces_[process].areas[page].right == historic::Right::write;
  }
  /// The first touch. `writes` is what the access does.
  virtual Result first_touch(std::uint32_t process, std::uint32_t page, bool writes);
  /// A present entry of a page that is unmapped.
  virtual void zap(std::uint32_t process, std::uint32_t page);
  /// Before pages are unmapped. False: out of memory.
  virtual bool prepare_unmap(std::uint32_t, std::uint32_t, std::uint32_t) { return true; }
  /// All that the process has, tables included.
  virtual void zap_all(std::uint32_t process);

  void boot() override;
  Result touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
               std::uint32_t& frame) override;
  std::uint8_t* data(std::uint32_t frame) override {
    return memory_.data() + std::size_t{frame} * frame_bytes_;
  }

  bool has(std::uint32_t flaw) const { return (flaws_ & flaw) != 0; }

  // Entries. An index is a page's, or of a directory's slots; a walk ends at the table or above.
  Entry load(Frame table, std::uint32_t index) const;
  void store(Frame table, std::uint32_t index, Entry entry);
  static Frame frame_of(Entry entry) { return static_cast<Frame>(entry >> 12); }
  static Entry entry_of(Frame frame, Entry bits) { return Entry{frame} << 12 | present | bits; }
  std::uint32_t slot(std::uint32_t page) const { return page / sizes_.fan; }
  Entry directory_entry(std::uint32_t process, std::uint32_t page) const;
  Entry page_entry(std::uint32_t process, std::uint32_t page) const;
  void set_page_entry(std::uint32_t process, std::uint32_t page, Entry entry);
  /// Makes directory and table; false: out of memory.
  bool need_table(std::uint32_t process, std::uint32_t page);
  bool need_directory(std::uint32_t process);

  Frame alloc_page();
  Frame alloc_table();
  /// So many side by side, aligned.
  Frame alloc_huge();
  void get_page(Frame frame) { ++count_[frame]; }
  void put_page(Frame frame);
  void put_table(Frame frame);
  void copy_page(Frame from, Frame to);
  void clear_page(Frame frame);
  void flush(std::uint32_t process) {
    for (auto& tlb : tlbs_) tlb.flush(process);
  }
  /// Holders of what lies below a table.
  virtual void hold_entry(Entry entry, std::span<std::uint32_t> holders) const;

  std::uint32_t flaws_;
  std::uint32_t slots_;  ///< of a directory
  std::vector<Space> spaces_;
  std::vector<std::uint32_t> count_;  ///< of each frame
  std::uint32_t tables_ = 0;          ///< in use

 private:
  std::uint32_t frame_bytes_;
  std::vector<std::uint8_t> memory_;
};

}  // namespace cow::sketches
