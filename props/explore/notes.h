#pragma once

#include <vector>

#include "model/reference.h"
#include "props/explore/lines.h"
#include "props/explore/scope.h"
#include "props/lockstep/fault_bound.h"
#include "props/lockstep/sharing_bound.h"

namespace cow::props::explore {

/// What the checkers know in a state, as bytes: two states have the same notes exactly when no
/// checker can tell them apart. What only the checkers number (objects of the reference, tokens of
/// the bound) is named in the order in which it is met. Of the dead there is nothing to know: they
/// have nothing mapped, pinned or ready (pair_test).
class Notes {
 public:
  explicit Notes(const Scope& scope);

  std::byte* begin() { return bytes_.front().data(); }
  std::size_t size() const { return size_; }

  void write(const model::Reference& reference, const SharingBound& bound,
             const FaultBound& faults);
  void read(model::Reference& reference, SharingBound& bound, FaultBound& faults) const;

 private:
  class Names;
  class SmallNames;
  std::byte* write_pins(std::byte* to, const model::Reference& reference, const SharingBound& bound,
                        std::uint32_t p, Names& objects, SmallNames& tokens) const;
  const std::byte* read_pins(const std::byte* from, model::Reference& reference,
                             std::vector<std::uint32_t>& tokens, std::uint32_t p) const;
  std::uint32_t procs_, pages_;
  std::uint32_t first_page_, end_page_;  ///< no operation names any other
  bool pins_, waits_, files_;            ///< some operation pins, waits, or maps the file
  std::uint32_t file_pages_;
  std::size_t row_, size_;  ///< of one process, without the byte of what it is; of all
  std::vector<Lines::Line> bytes_;
};

}  // namespace cow::props::explore
