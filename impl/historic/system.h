#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "impl/historic/tlb.h"

/// Systems that were, or that textbooks draw: what each must offer so that it can be checked. They
/// share no algorithm; each has memory of its own, bytes with page tables in them.
namespace cow::historic {

/// What an operation answers.
enum class Result : std::uint8_t { ok, occupied, segfault, no_memory };

enum class Right : std::uint8_t { none, read, write };

/// How large the world is. `fan` is how many entries a table has; of 16-byte pages 4.
struct Sizes {
  std::uint32_t page_bytes, fan, pages, processes, cpus, frames;
  bool copies_huge;  ///< a write to a shared huge page copies all of it, if it can
};

/// A page of a process: what its areas say, then what its tables say.
struct PageView {
  bool mapped = false;
  Right right = Right::none;
  bool present = false, writable = false, huge = false;
  std::uint32_t frame = 0;
  std::uint64_t entry = 0;  ///< as it lies in the table
};

/// Counters since the reset, and frames in use now.
struct Spent {
  std::uint64_t copies = 0, faults = 0, failed_allocations = 0;
  std::uint32_t data_frames = 0, used_frames = 0;
};

/// What a system can do beyond map, read, write, fork, exec and exit.
struct Abilities {
  bool ends_only = false;     ///< memory grows and shrinks at its end, as brk(2) does
  bool read_only = false;     ///< pages for reading
  bool kernel_reach = false;  ///< the kernel reads and writes a process's memory
  bool huge = false;          ///< huge pages
  bool counts_frames = true;  ///< `Spent::data_frames` is kept
};

/// One machine and the system on it. Processes, CPUs and ranges are in the world, and the acting
/// process is alive (`map` to `exit`), the child dead.
class System {
 public:
  explicit System(const Sizes& sizes) : sizes_(sizes), tlbs_(sizes.cpus) {}
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  /// Back to one living process, P0, with nothing mapped.
  void reset();
  /// The k-th frame allocation from now on fails; 0: none does.
  void fail_allocation(std::uint32_t k) { fail_in_ = k; }

  virtual Result map(std::uint32_t process, std::uint32_t page, std::uint32_t count, Right right,
                     bool huge) = 0;
  virtual Result unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) = 0;
  virtual Result fork(std::uint32_t process, std::uint32_t child) = 0;
  virtual Result exec(std::uint32_t process) = 0;
  virtual Result exit(std::uint32_t process) = 0;

  Result read(std::uint32_t process, std::uint32_t cpu, std::uint64_t address,
              std::span<std::uint8_t> bytes);
  Result write(std::uint32_t process, std::uint32_t cpu, std::uint64_t address,
               std::span<const std::uint8_t> bytes);
  Result kernel_read(std::uint32_t process, std::uint64_t address, std::span<std::uint8_t> bytes);
  Result kernel_write(std::uint32_t process, std::uint64_t address,
                      std::span<const std::uint8_t> bytes);

  virtual Abilities abilities() const = 0;
  virtual bool alive(std::uint32_t process) const = 0;
  /// Behind the last page, where memory grows at its end only.
  virtual std::uint32_t end(std::uint32_t) const { return 0; }
  /// May the process exit or exec, and may it map so far?
  virtual bool may_end(std::uint32_t) const { return true; }
  virtual std::uint32_t room(std::uint32_t) const { return sizes_.pages; }

  // For whoever checks it. Nothing changes.

  virtual PageView look(std::uint32_t process, std::uint32_t page) const = 0;
  virtual const std::uint8_t* bytes(std::uint32_t frame) const = 0;
  /// The frames that are counted: [first, first + Sizes::frames).
  virtual std::uint32_t first_frame() const { return 0; }
  /// How many each of them has by the system's own count; 0: free.
  virtual void counts(std::span<std::uint32_t> counts) const = 0;
  /// How many hold each of them, found by walking all there is.
  virtual void holders(std::span<std::uint32_t> holders) const = 0;
  /// Does a count promise how many hold a frame, or just that somebody does?
  virtual bool counts_holders() const { return true; }
  virtual Spent spent() const = 0;
  /// Has the kernel met what it must never meet, since the reset?
  bool panicked() const { return panicked_; }
  const std::vector<Tlb>& tlbs() const { return tlbs_; }
  const Sizes& sizes() const { return sizes_; }

 protected:
  virtual void boot() = 0;
  /// Makes the page ready as a processor and its fault handler do, and says which frame it met.
  virtual Result touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
                       std::uint32_t& frame) = 0;
  /// The same for the kernel's own access.
  virtual Result reach(std::uint32_t, std::uint32_t, bool, std::uint32_t&) {
    return Result::segfault;
  }
  /// Is a range of several pages looked at whole before the kernel writes its first byte?
  virtual bool looks_ahead() const { return true; }
  virtual std::uint8_t* data(std::uint32_t frame) = 0;
  /// To be asked once for every allocation.
  bool allocation_fails();
  void panic() { panicked_ = true; }

  const Sizes sizes_;
  std::vector<Tlb> tlbs_;
  Spent counters_;
  std::uint32_t kernel_length_ = 0;  ///< of the kernel's access that is going on, bytes

 private:
  template <class Touch, class Move>
  Result access(std::uint64_t address, std::size_t length, bool ahead, Touch ready, Move move);

  std::uint32_t fail_in_ = 0;
  bool panicked_ = false;
};

}  // namespace cow::historic
