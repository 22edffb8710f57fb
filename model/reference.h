#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/op.h"
#include "model/status.h"
#include "model/world.h"
#include "model/zeroed.h"

namespace cow::model {

/// A page as its process sees it, without its bytes.
struct Page {
  bool mapped = false;
  bool fresh = true;             ///< never written since it was mapped: reads as zeroes
  Access access = Access::none;  ///< what the process may do
  Sharing sharing = Sharing::private_;
  bool huge = false;         ///< the hint that it was mapped with
  std::uint32_t object = 0;  ///< shared pages of one object and number are the same page; else 0

  bool operator==(const Page&) const = default;
};

struct Answer {
  Status status = Status::ok;
  std::span<const std::uint8_t> bytes;  ///< read: what was read; valid until the next call
};

/// What fork, write and exit mean. Every process owns a full copy of every page; nothing is
/// shared, nothing is lazy, memory is endless. A write to shared memory is written into every
/// copy. Small enough to read in ten minutes, and right because there is nothing to get wrong.
///
/// The first row that applies is the answer; `ok` when none does. `oom` is never looked at.
///
///   every kind        no_process   the acting process is dead or not in the world
///   map, unmap,       bad_range    `count` is 0, or a page is not in the world
///     protect         occupied     map: a page of the range is mapped
///                     not_mapped   protect: a page of the range is not mapped
///   read, write       bad_range    `length` is 0, the CPU is not in the world, or a byte is not
///                     segfault     a page that the range touches is not mapped or does not allow
///                     it
///   fork              bad_range    the child's name is not in the world
///                     busy         the child is alive (a process that forks into itself, too)
///
/// So unmap of a range with holes, or with nothing mapped at all, is ok.
class Reference {
 public:
  /// Throws std::invalid_argument when there is a `complaint` about the world.
  explicit Reference(const World& world);
  /// For a part of the world: no operation may name a page from `pages` on.
  Reference(const World& world, std::uint32_t pages);

  /// Back to one living process, P0, with nothing mapped.
  void reset();

  /// Performs `op`, or refuses it and changes nothing.
  Answer perform(const Op& op);

  /// The status that `perform` would answer. Changes nothing.
  Status check(const Op& op) const;

  /// Makes a page what it was in a saved state, its process alive: after `reset` and one call a
  /// page, in any order, the reference is in that state again. `object` may be named anew.
  void restore(std::uint32_t proc, std::uint32_t page, const Page& saved,
               std::span<const std::uint8_t> bytes);
  /// The same for whether a process is alive.
  void restore(std::uint32_t proc, bool alive);

  const World& world() const { return world_; }
  /// How many processes are alive.
  std::uint32_t living() const { return static_cast<std::uint32_t>(std::popcount(alive_)); }

  // Below, `proc` and `page` must be in the world.
  bool alive(std::uint32_t proc) const { return (alive_ >> proc & 1U) != 0; }
  const Page& page(std::uint32_t proc, std::uint32_t page) const {
    return pages_[proc * world_.pages + page];
  }
  /// The page's bytes; zeroes where nothing is mapped.
  std::span<const std::uint8_t> bytes(std::uint32_t proc, std::uint32_t page) const {
    return {bytes_.data() + at(proc, page), page_bytes_};
  }

 private:
  Status check_pages(const Op& op) const;
  Status check_access(const Op& op) const;
  void map(const Op& op);
  void drop(std::uint32_t proc, std::uint32_t first, std::uint32_t count);
  void write(const Op& op);
  void share(std::uint32_t proc, std::uint32_t page);
  void fork(std::uint32_t parent, std::uint32_t child);
  void set_alive(std::uint32_t proc, bool alive);
  void copy_bytes(std::uint32_t from, std::uint32_t to, std::uint32_t page);

  Page& edit(std::uint32_t proc, std::uint32_t page) { return pages_[proc * world_.pages + page]; }
  std::uint8_t* data(std::uint32_t proc, std::uint32_t page) {
    return bytes_.data() + at(proc, page);
  }
  std::size_t at(std::uint32_t proc, std::uint32_t page) const {
    return (std::size_t{proc} * world_.pages + page) * page_bytes_;
  }

  World world_;
  std::uint32_t page_bytes_;
  std::uint32_t next_object_ = 1;
  std::uint32_t alive_ = 0;  ///< a bit a process
  std::vector<Page> pages_;  ///< [proc][page]; Page{} wherever nothing is mapped
  std::vector<std::uint8_t, Zeroed<std::uint8_t>>
      bytes_;  ///< [proc][page][byte]; zeroes wherever a page is fresh
};

}  // namespace cow::model
