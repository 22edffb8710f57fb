#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace cow::props::explore {

/// Bytes that are only ever appended to. Growing a long one moves pages instead of copying bytes
/// (realloc, which is mremap then): with a std::vector a tenth of a run went into fresh pages.
class ByteString {
 public:
  std::uint8_t* data() { return at_.get(); }
  const std::uint8_t* data() const { return at_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return capacity_; }
  std::uint8_t& operator[](std::size_t i) { return at_[i]; }
  const std::uint8_t& operator[](std::size_t i) const { return at_[i]; }

  void append(std::span<const std::uint8_t> bytes) {
    const auto at = size_;
    resize(size_ + bytes.size());
    if (!bytes.empty()) std::memcpy(at_.get() + at, bytes.data(), bytes.size());
  }
  /// What it has more of then is not set. Throws std::bad_alloc.
  void resize(std::size_t size) {
    if (size > capacity_) grow(std::max(size, capacity_ + capacity_ / 2));
    size_ = size;
  }

 private:
  struct Free {
    void operator()(std::uint8_t* at) const { std::free(at); }
  };
  void grow(std::size_t capacity) {
    auto* const grown = static_cast<std::uint8_t*>(std::realloc(at_.get(), capacity));
    if (grown == nullptr) throw std::bad_alloc();
    static_cast<void>(at_.release());
    at_.reset(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<std::uint8_t[], Free> at_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace cow::props::explore
