#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/fixed_array.h"
#include "model/op.h"
#include "model/status.h"
#include "model/world.h"

namespace cow::model {

/// A page as its process sees it, without its bytes.
struct Page {
  bool mapped = false;
  bool fresh = true;             ///< never written since it was mapped: reads as zeroes
  Access access = Access::none;  ///< what the process may do
  Sharing sharing = Sharing::private_;
  bool huge = false;         ///< the hint that it was mapped with
  bool dontfork = false;     ///< a child does not get it
  bool wipeonfork = false;   ///< a child gets it fresh
  bool given_up = false;     ///< by free, and neither written nor pinned since
  bool wp = false;           ///< a write is refused
  bool guard = false;        ///< so is every access, as if nothing were mapped
  bool clean = false;        ///< private: not written since clear_refs
  bool file = false;         ///< mapped of the file; `number` is the file's
  bool hugetlb = false;      ///< part of a huge page from the pool, which is one in all it does
  bool reserved = false;     ///< the pool owes its process that huge page, whoever shares it
  bool lost = false;         ///< taken away for the one whom the pool owes it: SIGBUS
  std::uint32_t object = 0;  ///< alike in all that show the same bytes, with `number`; 0: no others
  std::uint32_t number = 0;  ///< of this page in its object

  bool operator==(const Page&) const = default;
};

/// The file, among the objects of pages.
inline constexpr std::uint32_t file_object = 1;

/// Is it a private page that still shows the file, whoever writes there?
constexpr bool shows_file(const Page& page) {
  return page.object == file_object && page.sharing == Sharing::private_;
}

/// Must its process be told that the page was written? Kept of private pages; what shows the file
/// or was dropped is not. More may be said to be written: a huge page is one in this.
constexpr bool was_written(const Page& page) {
  return page.sharing == Sharing::private_ && !page.fresh && !page.clean && !shows_file(page);
}

/// Of processes, where there is none.
inline constexpr std::uint8_t nobody = 0xff;

struct Process {
  bool alive = false;
  bool waits = false;            ///< it has lent its memory to a child, and may do nothing
  std::uint8_t parent = nobody;  ///< who may wait for it, dead or alive
  std::uint8_t lender = nobody;  ///< whose memory it has, until it execs or exits

  bool operator==(const Process&) const = default;
};

struct Answer {
  Status status = Status::ok;
  std::span<const std::uint8_t> bytes;  ///< what a read has read; valid until the next call
};

/// May an operation of this kind go to the page's bytes?
constexpr bool allows(const Page& page, Kind kind) {
  if (page.guard) return false;
  if (kind == Kind::force_write && page.sharing == Sharing::private_ && !page.hugetlb)
    return page.mapped;
  return page.access >= (is_store(kind) ? Access::write : Access::read);
}

/// What fork, write and exit mean. Every process owns a full copy of every page; nothing is
/// shared, nothing is lazy, memory is endless. A write to what others see too (shared memory, a
/// pinned page) is written into every copy. Small enough to read in ten minutes, and right because
/// there is nothing to get wrong.
///
/// There is one file, as large as an address space, all zeroes at first; it outlives all processes.
/// A shared mapping of it is the file. A private one shows the file until the page is the process's
/// own: written, by force too, or pinned; `dontneed` shows the file again. Pages from the pool have
/// a file of their own, whose page numbers follow the other's.
///
/// Private pages from the pool are reserved for the process that maps them, until `dontneed`. For
/// any other one the pool may have none (`bus_error`, as no_memory), or it may lose those that it
/// shares with their owner (`lose`). Both are the subject's affair.
///
/// A page that is given up (free) reads as zeroes once free itself or a later pageout drops it, as
/// the subject likes (drop_given_up); a write or a pin ends that. One that is write-protected (wp)
/// stays so until unwp, dontneed, a drop or a remap; a child's is not. A device writes past it. One
/// with a guard is dropped at once, and has it until unguard or unmap, but not in a wiped child.
///
/// A vfork lends: the child has all of its parent's memory, and the parent none and waits, until
/// the child execs or exits. Then the parent has it back, as it is. A process that exits leaves its
/// name to its parent to wait for, until it has, exits itself, or the name is given anew.
///
/// The first row that applies is the answer; `ok` when none does. `oom` is never looked at.
///
///   every kind        no_process   the acting process is dead or not in the world
///                     busy         it waits for the child of its vfork
///   a range of pages  bad_range    `count` is 0, or a page is not in the world; remap: where it
///                                  goes is not in the world or meets where it comes from; map:
///                                  a page of the file's range is not in the file
///                     occupied     map: a page of the range is mapped
///                     not_mapped   any but map and unmap: a page of it is not mapped
///                     occupied     remap: a page of where it goes is mapped
///                     invalid      wipeonfork, free, wp, unwp, guard, unguard: a page is shared,
///                                  the file's or the pool's; all but hints and pageout: a huge
///                                  page of the pool is not whole in the range, or where it goes;
///                                  there is no pool
///   accesses          bad_range    `length` is 0, the CPU is not in the world, or a byte is not
///                     segfault     a page that the range touches is not mapped, does not allow it
///                                  or has a guard; force-write: private memory, but the pool's,
///                                  always allows it
///                     bus_error    the first page that fails is lost
///                     trapped      a write: the first page that fails is write-protected
///   pin               bad_range    no such pin, page or CPU, or `access` is none
///                     busy         the pin is held
///                     segfault     the page is not mapped, does not allow it, or has a guard
///                     bus_error    it is lost
///                     trapped      for writing: it is write-protected
///   unpin, device     no_pin       the pin is not held
///   device accesses   bad_range    `length` is 0, or a byte is not in the page
///                     segfault     device-write through a pin for reading
///   fork, vfork, wait bad_range    the child's name is not in the world
///                     no_process   wait: the process has no such child to wait for
///                     busy         the child is alive (a process that forks into itself, too)
///
/// So unmap of a range with holes, or with nothing mapped at all, is ok. Pins are not inherited;
/// exec and exit drop them. Where bytes are kept nobody can see, so pageout and swapoff change
/// nothing else.
class Reference {
 public:
  /// Throws std::invalid_argument when there is a `complaint` about the world.
  explicit Reference(const World& world) : Reference(world, world.pages) {}
  /// For a part of the world: no operation may name a page from `pages` on.
  Reference(const World& world, std::uint32_t pages);

  /// Back to one living process, P0, with nothing mapped.
  void reset();

  /// Performs `op`, or refuses it and changes nothing.
  Answer perform(const Op& op);

  /// The status that `perform` would answer. Changes nothing.
  Status check(const Op& op) const;

  /// The page is the process's own from now on, as if it had been written with what it shows, if it
  /// shows the file. A store over several pages may leave that behind where it is refused.
  void make_own(std::uint32_t proc, std::uint32_t page);
  /// The process has lost the page. REQUIRES: it is the pool's, private, and not reserved.
  void lose(std::uint32_t proc, std::uint32_t page);

  /// The page reads as zeroes from now on. REQUIRES: it was given up.
  void drop_given_up(std::uint32_t proc, std::uint32_t page) {
    drop_contents({.proc = static_cast<std::uint8_t>(proc), .page = page, .count = 1});
  }

  /// Makes a page what it was in a saved state, its process alive: after `reset` and one call a
  /// page, in any order, the reference is in that state again. `object` may be named anew.
  void restore(std::uint32_t proc, std::uint32_t page, const Page& saved,
               std::span<const std::uint8_t> bytes) {
    restore_at(at(proc, page), saved, bytes);
  }
  /// The same for a pin, for a page of the file, and for a process.
  void restore_pin(std::uint32_t proc, std::uint32_t pin, const Page& saved,
                   std::span<const std::uint8_t> bytes) {
    restore_at(pin_at(proc, pin), saved, bytes);
  }
  void restore_file(std::uint32_t page, std::span<const std::uint8_t> bytes);
  void restore_process(std::uint32_t proc, Process saved) { processes_[proc] = saved; }

  const World& world() const { return world_; }
  /// How many processes are alive.
  std::uint32_t living() const {
    return static_cast<std::uint32_t>(std::ranges::count(processes_, true, &Process::alive));
  }

  // Below, `proc` and `page` must be in the world.
  const Process& process(std::uint32_t proc) const { return processes_[proc]; }
  bool alive(std::uint32_t proc) const { return process(proc).alive; }
  const Page& page(std::uint32_t proc, std::uint32_t page) const { return pages_[at(proc, page)]; }
  /// The page's bytes; zeroes where nothing is mapped.
  std::span<const std::uint8_t> bytes(std::uint32_t proc, std::uint32_t page) const {
    return bytes_at(at(proc, page));
  }
  std::span<const std::uint8_t> file(std::uint32_t page) const { return bytes_at(file_at(page)); }
  // `pin` must be below max_pins.
  /// A device's hold on a page: one page more that shows the bytes which its process saw, wherever
  /// they are mapped since. `access`: what the device may do; none: not held.
  const Page& pin(std::uint32_t proc, std::uint32_t pin) const { return pages_[pin_at(proc, pin)]; }
  /// What the device sees through the pin; zeroes where it is not held.
  std::span<const std::uint8_t> pinned(std::uint32_t proc, std::uint32_t pin) const {
    return bytes_at(pin_at(proc, pin));
  }

 private:
  Status check_pages(const Op& op) const;
  Status check_access(const Op& op) const;
  bool breaks_huge_pages(const Op& op) const;
  Status check_pin(const Op& op) const;
  void perform_on_pages(const Op& op);
  void map(const Op& op);
  void remap(const Op& op);
  void drop_contents(const Op& op);
  void show_file(std::uint32_t proc, std::uint32_t page, Page as);
  void drop(std::uint32_t proc, std::uint32_t first, std::uint32_t count);
  void renew(std::uint32_t proc, std::uint32_t page, Page as);
  std::size_t shown_at(const Op& op) const;
  void write(const Op& op);
  void pin_page(const Op& op);
  void unpin(std::uint32_t proc, std::uint32_t pin);
  void share(std::uint32_t object, std::uint32_t number, const std::uint8_t* bytes);
  void fork(const Op& op);
  void exchange(std::uint32_t one, std::uint32_t other);
  void end(std::uint32_t proc);
  void restore_at(std::size_t at, const Page& saved, std::span<const std::uint8_t> bytes);

  Page& edit(std::uint32_t proc, std::uint32_t page) { return pages_[at(proc, page)]; }
  std::uint8_t* data(std::size_t at) { return bytes_.data() + at * page_bytes_; }
  std::span<const std::uint8_t> bytes_at(std::size_t at) const {
    return {bytes_.data() + at * page_bytes_, page_bytes_};
  }
  std::size_t at(std::uint32_t proc, std::uint32_t page) const {
    return std::size_t{proc} * world_.pages + page;
  }
  std::size_t pin_at(std::uint32_t proc, std::uint32_t pin) const {
    return at(world_.procs, 0) + std::size_t{proc} * max_pins + pin;
  }
  std::size_t file_at(std::uint32_t page) const { return pages_.size() + page; }

  World world_;
  std::uint32_t page_bytes_;
  std::uint32_t file_pages_;  ///< of the file, and of the pool's where there is one
  std::uint32_t next_object_ = file_object + 1;
  std::array<Process, max_procs> processes_;
  FixedArray<Page> pages_;     ///< [proc][page], then [proc][pin]; Page{} where there is nothing
  bool file_written_ = false;  ///< some page of the file may not be zeroes
  FixedArray<std::uint8_t> bytes_;  ///< of these pages, then of the file; zeroes of fresh ones
};

}  // namespace cow::model
