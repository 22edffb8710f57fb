#pragma once

#include <memory>

#include "impl/historic/system.h"

/// Linux 0.11 (December 1991): all tasks lie in one linear address space, in slots of 64 MiB, below
/// one page directory; a byte a frame counts who has it (mem_map); fork write-protects and counts,
/// a write fault copies or, where nobody else is left, gives the write permission back.
/// Sources: mm/memory.c, kernel/fork.c, kernel/exit.c, kernel/sys.c, fs/pipe.c of linux-0.11. Left
/// out: executables, and so share_page; a task that has exited is released at once.
namespace cow::linux011 {

/// Where it breaks the laws; without any of them it obeys all. The last three are no part of it:
/// they drop a line each.
enum Flaw : std::uint32_t {
  first_process = 1,     ///< P0 is task 0, whose pages fork neither counts nor write-protects
  any_address = 2,       ///< a fault never asks where the break is
  brk_keeps = 4,         ///< sys_brk moves a number and frees nothing
  pipe_unverified = 8,   ///< sys_pipe stores its 8 bytes without verify_area
  oom_kills = 16,        ///< a fault that finds no memory ends the process
  no_invalidate = 32,    ///< dropped: invalidate() at the end of copy_page_tables
  parent_writable = 64,  ///< dropped: the write protection of the parent's entry
  uncounted_copy = 128,  ///< dropped: un_wp_page's mem_map[...]--
};

class Linux011 final : public historic::System {
 public:
  static constexpr std::uint32_t nr_tasks = 64;
  static constexpr std::uint32_t slot_entries = 16;  ///< of the page directory: 64 MiB

  /// `tasks`: how many slots there are; more than 64 where a test wants to see a count overflow.
  Linux011(const historic::Sizes& sizes, std::uint32_t flaws, std::uint32_t tasks = nr_tasks);

  using Result = historic::Result;
  Result map(std::uint32_t process, std::uint32_t page, std::uint32_t count, historic::Right right,
             bool huge) override;
  Result unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) override;
  Result fork(std::uint32_t process, std::uint32_t child) override;
  Result exec(std::uint32_t process) override;
  Result exit(std::uint32_t process) override;

  historic::Abilities abilities() const override {
    return {.ends_only = true, .kernel_reach = true};
  }
  bool alive(std::uint32_t process) const override { return tasks_[process].alive; }
  std::uint32_t end(std::uint32_t process) const override { return tasks_[process].brk; }
  bool may_end(std::uint32_t process) const override { return !is_first(process); }
  std::uint32_t room(std::uint32_t process) const override;

  historic::PageView look(std::uint32_t process, std::uint32_t page) const override;
  const std::uint8_t* bytes(std::uint32_t frame) const override;
  std::uint32_t first_frame() const override { return low_mem_ / sizes_.page_bytes; }
  void counts(std::span<std::uint32_t> counts) const override;
  void holders(std::span<std::uint32_t> holders) const override;
  historic::Spent spent() const override;

 protected:
  void boot() override;
  Result touch(std::uint32_t process, std::uint32_t cpu, std::uint32_t page, bool writes,
               std::uint32_t& frame) override;
  Result reach(std::uint32_t process, std::uint32_t page, bool writes,
               std::uint32_t& frame) override;
  std::uint8_t* data(std::uint32_t frame) override {
    return memory_.data() + std::size_t{frame} * sizes_.page_bytes;
  }

 private:
  using Address = std::uint32_t;  ///< physical, in bytes; 0 means none
  using Entry = std::uint32_t;
  /// The processor's bits of an entry (Intel 80386 Programmer's Reference Manual, 5.2.3); all
  /// entries that Linux makes are `| 7`.
  static constexpr Entry present = 1, writable = 2;

  struct Task {
    bool alive = false;
    std::uint32_t brk = 0;  ///< pages
    Address structure = 0;  ///< the frame of its task_struct and kernel stack
  };

  bool has(Flaw flaw) const { return (flaws_ & flaw) != 0; }
  bool is_first(std::uint32_t process) const { return process == 0 && has(first_process); }

  Entry load(Address at) const;
  void store(Address at, Entry entry);
  Address frame_of(Entry entry) const { return entry & ~(sizes_.page_bytes - 1); }
  std::uint32_t map_nr(Address frame) const { return (frame - low_mem_) / sizes_.page_bytes; }
  /// Of the linear page, in the directory at address 0; and in its table, 0 when there is none.
  Address directory_entry(std::uint32_t linear) const { return linear / sizes_.fan * 4; }
  Address table_entry(std::uint32_t linear) const;
  std::uint32_t linear(std::uint32_t process, std::uint32_t page) const {
    return process * slot_entries * sizes_.fan + page;
  }
  void invalidate() { tlbs_[0].flush(); }

  // memory.cpp: mm/memory.c
  Address get_free_page();
  void free_page(Address frame);
  bool put_page(Address frame, std::uint32_t linear);
  Result get_empty_page(std::uint32_t process, std::uint32_t linear);
  Result do_no_page(std::uint32_t process, std::uint32_t page);
  Result un_wp_page(std::uint32_t process, Address table_entry);
  Result write_verify(std::uint32_t process, std::uint32_t linear);
  Result oom(std::uint32_t process);
  void put_first(std::uint32_t page);

  // fork.cpp: copy_page_tables, free_page_tables, and what calls them
  bool copy_page_tables(std::uint32_t from, std::uint32_t to);
  void copy_table(Address from, Address to, std::uint32_t count);
  void free_page_tables(std::uint32_t process);
  void free_above(std::uint32_t process, std::uint32_t page);

  std::uint32_t flaws_;
  std::uint32_t first_pages_;  ///< that task 0 has: 160, 640 KiB
  Address first_table_, first_page_, low_mem_;
  std::vector<std::uint8_t> memory_;   ///< physical, from address 0 on
  std::vector<std::uint8_t> mem_map_;  ///< a byte for each frame above `low_mem_`
  std::vector<Task> tasks_;
};

}  // namespace cow::linux011
