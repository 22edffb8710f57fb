#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace cow::model {

/// An array whose size is settled when it is made, all bytes 0 at first and untouched until they
/// are used: a new world of 4 KiB pages costs what is written in it (32 MiB to clear otherwise,
/// 40 ms a trace). To assign one of the same size is a memcpy, which the explorer does with a whole
/// state at every step (a std::vector took three times as many instructions there).
template <class T>
class FixedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  FixedArray() = default;
  /// Throws std::bad_alloc.
  explicit FixedArray(std::size_t size)
      : at_(static_cast<T*>(std::calloc(size + 1, sizeof(T)))), size_(size) {
    if (at_ == nullptr) throw std::bad_alloc();
  }
  FixedArray(const FixedArray& other) : FixedArray(other.size_) { *this = other; }
  FixedArray(FixedArray&& other) noexcept { *this = std::move(other); }
  ~FixedArray() = default;
  FixedArray& operator=(const FixedArray& other) {
    if (this == &other) return *this;
    if (size_ != other.size_) *this = FixedArray(other.size_);
    if (size_ > 0) std::memcpy(at_.get(), other.at_.get(), size_ * sizeof(T));
    return *this;
  }
  FixedArray& operator=(FixedArray&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(size_, other.size_);
    return *this;
  }

  std::size_t size() const { return size_; }
  T* data() { return at_.get(); }
  const T* data() const { return at_.get(); }
  T* begin() { return data(); }
  const T* begin() const { return data(); }
  T* end() { return data() + size_; }
  const T* end() const { return data() + size_; }
  T& operator[](std::size_t i) { return at_[i]; }
  const T& operator[](std::size_t i) const { return at_[i]; }

 private:
  struct Free {
    void operator()(T* at) const { std::free(at); }
  };
  std::unique_ptr<T[], Free> at_;
  std::size_t size_ = 0;
};

}  // namespace cow::model
