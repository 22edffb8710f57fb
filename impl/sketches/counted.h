#pragma once

#include "impl/sketches/sketch.h"

/// Sketch c: fork and write fault as the books tell Linux's: copy_pte_range write-protects and
/// counts, do_wp_page reuses a page that nobody else has, do_huge_pmd_wp_page does the same for
/// huge pages and falls back to small ones (mm/memory.c, mm/huge_memory.c of Linux 2.6.38; where
/// huge pages are not copied, the fallback of Linux 5.8: the leaf is split).
namespace cow::sketches {

class Counted final : public Sketch {
 public:
  enum Flaw : std::uint32_t {
    no_flush = 1,       ///< copy_pte_range flushes nothing; its caller does, and is not told of
    head_count = 2,     ///< a huge page has one count, its head's, whatever maps its parts
    fallback_leak = 4,  ///< the fallback returns with the small pages that it has got so far
    stale_huge = 8,     ///< dropped: the flush of the leaf before the fallback's table goes in
  };

  using Sketch::Sketch;
  historic::Abilities abilities() const override { return {.read_only = true, .huge = true}; }
  historic::PageView look(std::uint32_t process, std::uint32_t page) const override;

 protected:
  bool copy_space(std::uint32_t process, std::uint32_t child) override;
  Result first_touch(std::uint32_t process, std::uint32_t page, bool writes) override;
  Result write_fault(std::uint32_t process, std::uint32_t page) override;
  bool prepare_unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) override;
  void zap_all(std::uint32_t process) override;
  void hold_entry(Entry entry, std::span<std::uint32_t> holders) const override;

 private:
  bool is_huge(std::uint32_t process, std::uint32_t page) const {
    return (directory_entry(process, page) & leaf) != 0;
  }
  Frame parts() const { return sizes_.fan; }
  bool copy_pte_range(std::uint32_t process, std::uint32_t child, std::uint32_t page);
  bool copy_huge_pmd(std::uint32_t process, std::uint32_t child, std::uint32_t page);
  Result do_wp_page(std::uint32_t process, std::uint32_t page);
  Result do_huge_pmd_wp_page(std::uint32_t process, std::uint32_t page);
  Result fallback(std::uint32_t process, std::uint32_t page);
  bool split(std::uint32_t process, std::uint32_t page);
  bool whole_block(std::uint32_t process, std::uint32_t page) const;
  bool has_alone(Frame head) const;
  void get_huge(Frame head);
  void put_huge(Frame head);
};

}  // namespace cow::sketches
