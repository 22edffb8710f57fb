#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "model/reference.h"

namespace cow::props {

/// The bytes that Linux may show as they were or as zeroes: those of pages that were given up
/// (MADV_FREE), as long as nobody has written them since. When it drops a page nobody can foresee.
class Uncertain {
 public:
  explicit Uncertain(const model::World& world) : page_bytes_(model::page_bytes(world.geometry)) {}

  /// Follows an operation that succeeds, before the reference performs it.
  void follow(const model::Op& op, const model::Reference& reference);

  /// Of `length` bytes from byte `offset` of the page on: which are uncertain?
  std::vector<bool> among(std::uint32_t process, std::uint32_t page, std::uint32_t offset,
                          std::uint32_t length) const;

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;  ///< process, page

  void follow_page(const model::Op& op, std::uint32_t page, const model::Reference& reference);
  void follow_write(const model::Op& op);
  void follow_device(const model::Op& op, const model::Reference& reference);
  void forget(std::uint32_t process);
  void inherit(const model::Op& op, const model::Reference& reference);

  std::uint32_t page_bytes_;
  std::map<Place, std::vector<bool>> bytes_;  ///< of each page that has some
};

}  // namespace cow::props
