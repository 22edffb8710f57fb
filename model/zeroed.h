#pragma once

#include <cstdlib>
#include <new>

namespace cow::model {

/// An allocator whose memory starts as zeroes and is not touched before it is used: a new world
/// of 4 KiB pages costs what is written in it (32 MiB to clear otherwise, 40 ms a trace).
template <class T>
struct Zeroed {
  using value_type = T;

  T* allocate(std::size_t count) {
    if (void* const got = std::calloc(count, sizeof(T))) return static_cast<T*>(got);
    throw std::bad_alloc();
  }
  void deallocate(T* at, std::size_t) { std::free(at); }
  void construct(T*) {}  ///< a zero already
  template <class Value>
  void construct(T* at, const Value& value) {
    *at = value;
  }
  bool operator==(const Zeroed&) const = default;
};

}  // namespace cow::model
