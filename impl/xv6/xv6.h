#pragma once

#include "impl/historic/system.h"

/// xv6 for RISC-V with the copy-on-write and lazy-allocation labs of MIT 6.1810 done: Sv39 tables
/// of three levels, a software bit in an entry's reserved bits that says copy-on-write, a count for
/// each physical page, copyout that faults by itself, pages that come with the first touch.
/// Sources: kernel/vm.c, kalloc.c, trap.c, proc.c of xv6-riscv; the texts of the labs "cow" and
/// "lazy" (pdos.csail.mit.edu/6.828). Left out: trapframe and trampoline pages.
namespace cow::xv6 {

/// Where it breaks the laws; without any of them it obeys all. Behind the first three: mistakes of
/// those who do the lab.
enum Flaw : std::uint32_t {
  oom_kills = 1,          ///< a fault that finds no memory kills the process
  partial_copyout = 2,    ///< copyout has written some pages when it meets one that it may not
  always_copies = 4,      ///< a copy-on-write fault copies though nobody else has the page
  blind_copyout = 8,      ///< copyout writes where walkaddr points, copy-on-write or not
  cow_on_read_only = 16,  ///< uvmcopy makes pages copy-on-write that nobody may write
  lazy_is_absent = 32,    ///< copyin and copyout refuse pages that were not touched yet
  counts_first = 64,      ///< uvmcopy counts before mappages, which may find no memory
  frees_shared = 128,     ///< kfree does not look at the count
  wraps = 256,            ///< xv6-cow-rsw: two bits are taken for enough
};

class Xv6 : public historic::System {
 public:
  Xv6(const historic::Sizes& sizes, std::uint32_t flaws);

  using Result = historic::Result;
  Result map(std::uint32_t process, std::uint32_t page, std::uint32_t count, historic::Right right,
             bool huge) override;
  Result unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) override;
  Result fork(std::uint32_t process, std::uint32_t child) override;
  Result exec(std::uint32_t process) override;
  Result exit(std::uint32_t process) override;

  historic::Abilities abilities() const override {
    return {.ends_only = true, .read_only = true, .kernel_reach = true};
  }
  bool alive(std::uint32_t process) const override { return procs_[process].alive; }
  std::uint32_t end(std::uint32_t process) const override { return procs_[process].sz; }

  historic::PageView look(std::uint32_t process, std::uint32_t page) const override;
  const std::uint8_t* bytes(std::uint32_t frame) const override {
    return memory_.data() + std::size_t{frame} * frame_bytes_;
  }
  void counts(std::span<std::uint32_t> counts) const override;
  void holders(std::span<std::uint32_t> holders) const override;
  historic::Spent spent() const override;

 protected:
  using Pte = std::uint64_t;
  using Frame = std::uint32_t;
  /// The bits of an entry (The RISC-V Instruction Set Manual, volume II, Sv39); software may use
  /// bits 8 and 9 (RSW) as it likes.
  static constexpr Pte V = 1, R = 2, W = 4, U = 16, cow = 1U << 8;
  static constexpr std::uint32_t rsw_shift = 8, ppn_shift = 10;
  static constexpr Frame none = ~0U;

  struct Proc {
    bool alive = false;
    std::uint32_t sz = 0;  ///< pages
    Frame pagetable = none;
    std::uint32_t cpu = 0;               ///< where it runs
    std::vector<historic::Right> right;  ///< of each page: exec's segments may be read-only
  };

  void boot() override;
  Result touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
               std::uint32_t& frame) override;
  Result reach(std::uint32_t process, std::uint32_t page, bool writes,
               std::uint32_t& frame) override;
  bool looks_ahead() const override { return !has(partial_copyout); }
  std::uint8_t* data(std::uint32_t frame) override {
    return memory_.data() + std::size_t{frame} * frame_bytes_;
  }

  bool has(Flaw flaw) const { return (flaws_ & flaw) != 0; }
  static Frame frame_of(Pte pte) { return static_cast<Frame>(pte >> ppn_shift); }
  static Pte pte_of(Frame frame) { return Pte{frame} << ppn_shift; }
  static Pte flags_of(Pte pte) { return pte & ((1U << ppn_shift) - 1); }
  Pte load(std::size_t at) const;
  void store(std::size_t at, Pte pte);
  std::size_t slot(Frame table, std::uint32_t index) const {
    return std::size_t{table} * frame_bytes_ + std::size_t{index} * sizeof(Pte);
  }
  /// Where the page's entry lies, or `nowhere`.
  static constexpr std::size_t nowhere = ~std::size_t{0};
  std::size_t walk(Frame pagetable, std::uint32_t page) const;
  std::size_t walk_and_allocate(Frame pagetable, std::uint32_t page);

  // kalloc.cpp
  Frame kalloc();
  void kfree(Frame frame);

  // What the two ways of counting do differently.

  /// The child gets the parent's page, whose entry lies at `at`. False: out of memory.
  virtual bool share(Frame child, std::uint32_t page, std::size_t at);
  virtual bool is_cow(const Proc& proc, std::uint32_t page, Pte pte) const;
  virtual bool is_alone(Pte pte) const { return references_[frame_of(pte)] == 1; }
  /// An entry of the page is gone, or names another frame now.
  virtual void release(std::uint32_t page, Pte gone);

  bool mappages(Frame pagetable, std::uint32_t page, Frame frame, Pte flags);
  /// A fresh frame with the bytes of the one that `pte` names; none when there is no memory.
  Frame copy_of(Pte pte);

  std::vector<Proc> procs_;
  std::vector<std::uint8_t> references_;  ///< of each physical page; 0: free
  std::uint32_t flaws_;

 private:
  void uvmunmap(Frame pagetable, std::uint32_t page, std::uint32_t count);
  bool uvmcopy(Proc& old, Frame made);
  void freewalk(Frame pagetable, int level);
  Frame uvmcreate();
  Result cowfault(std::uint32_t process, std::uint32_t page);
  Result vmfault(std::uint32_t process, std::uint32_t page);
  Result out_of_memory(std::uint32_t process);
  Result make_ready(std::uint32_t process, std::uint32_t page, bool writes);
  void trap(std::uint32_t process) { tlbs_[procs_[process].cpu].flush(); }
  void hold_tables(Frame table, int level, std::span<std::uint32_t> holders) const;

  std::uint32_t frame_bytes_;
  std::vector<std::uint8_t> memory_;
  Frame freelist_ = none;
  std::uint32_t tables_ = 0;  ///< in use
};

/// The variant without counts of physical pages: an entry's two reserved bits say how many others
/// have the frame. All of them map it at the same address, since fork is the only way to share, so
/// whoever comes or goes finds the others in the process table. A fifth sharer gets a copy at once.
class Xv6Rsw final : public Xv6 {
 public:
  using Xv6::Xv6;
  historic::Abilities abilities() const override {
    return {.ends_only = true, .read_only = true, .kernel_reach = true, .counts_frames = false};
  }
  void counts(std::span<std::uint32_t> counts) const override;

 protected:
  bool share(Frame child, std::uint32_t page, std::size_t at) override;
  bool is_cow(const Proc& proc, std::uint32_t page, Pte pte) const override;
  bool is_alone(Pte pte) const override { return others(pte) == 0; }
  void release(std::uint32_t page, Pte gone) override;

 private:
  static std::uint32_t others(Pte pte) { return pte >> rsw_shift & 3U; }
  void tell_all(std::uint32_t page, Frame frame, std::uint32_t others);
};

}  // namespace cow::xv6
