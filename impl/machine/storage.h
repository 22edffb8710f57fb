#pragma once

#include <cstddef>
#include <cstdint>

namespace cow::machine {

/// Zeroed memory of a fixed size from the system, given back at the end; pages that are never
/// touched cost nothing.
class Storage {
 public:
  explicit Storage(std::size_t size);  ///< throws std::bad_alloc
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  Storage(Storage&& other) noexcept;
  Storage& operator=(Storage&& other) noexcept;

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cow::machine
