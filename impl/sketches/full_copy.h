#pragma once

#include "impl/sketches/sketch.h"

/// Sketch a: fork as it was before copy-on-write: every page of the parent is copied.
namespace cow::sketches {

class FullCopy final : public Sketch {
 public:
  enum Flaw : std::uint32_t {
    no_rollback = 1,  ///< fork returns -ENOMEM from the middle of its loop
    dirty_pages = 2,  ///< a fresh page is handed out as it lies in memory
    skips_copy = 4,   ///< dropped: the copy itself
  };

  using Sketch::Sketch;
  historic::Abilities abilities() const override {
    return {.read_only = true, .counts_frames = false};
  }

 protected:
  bool copy_space(std::uint32_t process, std::uint32_t child) override;
  /// No page is ever less writable than its area.
  Result write_fault(std::uint32_t, std::uint32_t) override { return Result::segfault; }
  Result first_touch(std::uint32_t process, std::uint32_t page, bool writes) override;

 private:
  bool copy_pages(std::uint32_t process, std::uint32_t child);
};

}  // namespace cow::sketches
