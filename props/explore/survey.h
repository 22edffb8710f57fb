#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "props/explore/pair.h"
#include "props/explore/scope.h"

namespace cow::props::explore {

/// A byte string of bounded length, without allocation. Too much is cut and remembered.
template <std::size_t capacity>
struct Buffer {
  std::array<std::uint8_t, capacity> at;
  std::uint32_t size = 0;
  bool full = false;

  void put(std::uint32_t byte) {
    if (size < capacity)
      at[size++] = static_cast<std::uint8_t>(byte);
    else
      full = true;
  }
  template <std::size_t other>
  void append(const Buffer<other>& more) {
    full |= more.full || size + more.size > capacity;
    if (full) return;
    std::memcpy(at.data() + size, more.at.data(), more.size);
    size += more.size;
  }
  const std::uint8_t* begin() const { return at.data(); }
  const std::uint8_t* end() const { return at.data() + size; }
};

/// What a state is made of, independent of how processes and frames are numbered: the first half
/// of its canonical form (canonical.h). Finds out on the way whether the state is in normal form:
/// whether these parts are all there is, so that leaving the rest out loses nothing. Every lawful
/// state is; one that is not has most likely broken a law, and is never reduced.
class Survey {
 public:
  static constexpr std::uint32_t max_procs = 6, max_pages = 8, max_frames = 64, max_objects = 8;
  using Word = Sections::G::Word;

  explicit Survey(const Scope& scope);

  /// Surveys the state. False: it is not in normal form, and the members mean nothing.
  bool look(const Pair& pair);

  enum class Node : std::uint8_t { table, small, huge };

  /// A page table tree: its shape, and its tables and leaves in the order of the walk.
  struct Tree {
    Buffer<64> shape;  ///< a table: which entries are present; then, per entry: leaf bits or table
    std::array<Node, 48> kinds;
    std::array<std::uint8_t, 48> frames;  ///< of huge leaves the first
    std::uint32_t nodes = 0;
    std::array<Word, max_pages> entries;  ///< of the pages of the scope, as if all were small
    std::uint32_t huge_pages = 0;         ///< a bit a page: it is part of a huge leaf
  };

  struct Process {
    bool alive = false;
    /// Whether it lives, its areas, the shape of its tree, a status byte a page, a byte a CPU of
    /// huge translations for each huge page: all that does not name a frame.
    Buffer<192> code;
    Tree tree;
    std::array<std::uint8_t, max_pages> objects;  ///< of each shared area, as index into `objects`
    std::uint32_t shared_areas = 0;
    std::array<std::uint32_t, max_pages> tokens;  ///< of the sharing bound, by page; 0: none
  };

  struct Object {
    std::uint32_t root = 0, name = 0;  ///< the machine's name, the reference's name
    std::uint32_t areas = 0;
    Tree tree;
  };

  std::array<Process, max_procs> processes;
  std::array<Object, max_objects> objects;
  std::uint32_t object_count = 0;
  std::array<bool, max_frames> used;  ///< [frame]: reached by a walk
  bool memory_was_short = false;

 private:
  bool walk(Tree& tree, std::uint32_t frame, int level, std::uint64_t base);
  bool small_leaf(Tree& tree, std::uint64_t page, Word word);
  bool huge_leaf(Tree& tree, std::uint64_t page, Word word);
  bool enter_table(std::uint32_t frame, std::uint32_t owners);
  bool look_at_process(const Pair& pair, std::uint32_t p);
  bool look_at_area(const Pair& pair, std::uint32_t p, const kernel::Area& area);
  bool same_pages(const Pair& pair, std::uint32_t p, const kernel::Area& area);
  bool look_at_object(const kernel::Area& area, std::uint32_t name, std::uint8_t& index);
  bool look_at_translations(const Pair& pair);
  bool small_translation(const machine::Translation& t, std::uint32_t cpu);
  bool huge_translation(const machine::Translation& t, std::uint32_t cpu);
  void write_codes(const Pair& pair, std::uint32_t p);
  bool frames_fit() const;
  bool lists_fit() const;
  std::uint32_t list_length(std::uint32_t head, bool whole) const;
  bool in_scope(std::uint64_t page) const { return page >= first_ && page < end_; }
  std::uint32_t index_of(std::uint64_t page) const {
    return static_cast<std::uint32_t>(page - first_);
  }

  const Scope& scope_;
  bool blocks_matter_;
  bool waits_;  ///< some operation waits for a child
  const Sections* s_ = nullptr;
  std::uint64_t first_ = 0, end_ = 0;  ///< the pages of the scope, as the kernel numbers them
  std::uint32_t used_frames_ = 0;
  std::array<std::uint8_t, max_frames> holders_;
  std::array<std::uint8_t, max_frames / Sections::fan> leaves_;
  std::array<std::array<std::uint8_t, max_pages>, max_procs> small_bits_;  ///< [process][page]
  std::array<std::array<std::uint8_t, max_pages>, max_procs> huge_bits_;
};

}  // namespace cow::props::explore
