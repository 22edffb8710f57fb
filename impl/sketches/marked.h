#pragma once

#include "impl/sketches/sketch.h"

/// Sketch b: fork copies the page tables, takes the write permission away and marks the entries
/// (pte_mkspecial); a write to a marked page copies it, always. Nobody counts who has a page.
namespace cow::sketches {

class Marked final : public Sketch {
 public:
  enum Flaw : std::uint32_t {
    no_flush = 1,         ///< the parent's TLB still lets it write
    never_counts = 2,     ///< whoever unmaps a page frees it, whoever copies one forgets it
    marks_read_only = 4,  ///< what nobody may write to is marked too, and so becomes writable
    unchecked = 8,        ///< alloc_page is believed to succeed
    always_copies = 16,   ///< the last one copies as well
  };

  using Sketch::Sketch;
  bool counts_holders() const override { return !has(never_counts); }

 protected:
  bool copy_space(std::uint32_t process, std::uint32_t child) override;
  Result write_fault(std::uint32_t process, std::uint32_t page) override;
  bool may_write(std::uint32_t process, std::uint32_t page) const override;

 private:
  void share(std::uint32_t process, std::uint32_t child, std::uint32_t page);
};

}  // namespace cow::sketches
