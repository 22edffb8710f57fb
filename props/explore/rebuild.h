#pragma once

#include <span>
#include <vector>

#include "props/explore/symmetry.h"

namespace cow::props::explore {

/// Turns canonical forms (canonical.h) back into states.
class Rebuild {
 public:
  explicit Rebuild(const Scope& scope);

  /// Makes the state of `pair` the one that the form describes.
  /// REQUIRES: `Canonical::write` wrote the form.
  void read(std::span<const std::uint8_t> form, Pair& pair);

 private:
  struct Cursor {
    const std::uint8_t* at;
    std::uint32_t next() { return *at++; }
  };
  using Entries = std::array<Survey::Word, Survey::max_pages>;

  void clear();
  void read_blocks(Cursor& in);
  void read_process(std::uint32_t p, Cursor& code, Cursor& names);
  std::uint32_t read_area(std::uint32_t p, std::uint32_t i, Cursor& code);
  void read_object(kernel::Area& area, std::uint32_t p, Cursor& names);
  std::uint32_t read_table(Cursor& shape, Cursor& names, int level, std::uint64_t base,
                           Entries& entries);
  static void skip_shape(Cursor& in, int level);
  Survey::Word read_leaf(std::uint32_t bits, bool huge, Cursor& names);
  void read_status(std::uint32_t p, Cursor& code, Cursor& names);
  void put_translations(std::uint32_t p, std::uint32_t page, std::uint32_t bits, bool huge);
  void read_bytes(Cursor& in);
  void count_blocks();
  void charge_accounts(const Sections::Machine& m);
  void link_blocks();
  void restore_reference(Pair& pair, std::uint32_t p);
  std::uint32_t new_frame();

  const Scope& scope_;
  std::uint32_t pages_;
  bool blocks_matter_;
  Symmetry symmetry_;
  Sections* s_ = nullptr;
  std::vector<std::uint8_t> frame_;   ///< [label]
  std::vector<std::uint8_t> broken_;  ///< the list, where blocks matter
  std::uint32_t labels_ = 0;          ///< given until now
  std::vector<std::uint8_t> data_;    ///< data frames in the order of their labels
  std::array<std::uint32_t, Survey::max_objects> object_{};  ///< [name]: its root
  std::array<Entries, Survey::max_objects> object_entries_{};
  std::uint32_t objects_ = 0;
  std::array<Entries, Survey::max_procs> entries_{};
  std::array<std::array<std::uint8_t, Survey::max_pages>, Survey::max_procs> object_of_{};
  std::vector<std::uint32_t> tokens_;
  std::vector<model::Access> ready_;
};

}  // namespace cow::props::explore
