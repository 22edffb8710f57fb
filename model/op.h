#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace cow::model {

/// What an operation does. Adding one: CONTRIBUTING.md, "an operation".
enum class Kind : std::uint8_t { map, unmap, protect, read, write, fork, exec, exit };

inline constexpr int kind_count = 8;

/// What a mapping lets its process do. There is no write-only memory.
enum class Access : std::uint8_t { none, read, write };

enum class Sharing : std::uint8_t { private_, shared };

inline constexpr int access_count = 3;
inline constexpr int sharing_count = 2;

/// The words that traces and reports write.
constexpr std::string_view name(Kind kind) {
  constexpr std::string_view names[kind_count] = {"map",   "unmap", "protect", "read",
                                                  "write", "fork",  "exec",    "exit"};
  return names[static_cast<int>(kind)];
}
constexpr std::string_view name(Access access) {
  constexpr std::string_view names[access_count] = {"none", "read", "write"};
  return names[static_cast<int>(access)];
}
constexpr std::string_view name(Sharing sharing) {
  return sharing == Sharing::private_ ? "private" : "shared";
}

/// One operation as a value. Operations are total: any field values are legal, and what makes no
/// sense is refused with a status. Fields that a kind does not use stay at their defaults, so
/// that equal operations compare equal.
struct Op {
  Kind kind = Kind::read;
  std::uint8_t proc = 0;                ///< the acting process
  std::uint8_t cpu = 0;                 ///< read, write: the CPU that the access comes from
  std::uint8_t child = 0;               ///< fork: the name of the new process
  Access access = Access::none;         ///< map, protect
  Sharing sharing = Sharing::private_;  ///< map
  bool huge = false;                    ///< map: huge pages are welcome (a hint)
  std::uint8_t value = 0;               ///< write: byte i of the range becomes value + i (mod 256)
  std::uint8_t oom = 0;      ///< k > 0: the k-th frame allocation of this operation fails
  std::uint32_t page = 0;    ///< map, unmap, protect, read, write: the first page
  std::uint32_t count = 0;   ///< map, unmap, protect: how many pages
  std::uint32_t offset = 0;  ///< read, write: first byte, counted from the page's start
  std::uint32_t length = 0;  ///< read, write: how many bytes

  bool operator==(const Op&) const = default;
};

constexpr bool is_access(Kind kind) { return kind == Kind::read || kind == Kind::write; }
constexpr bool takes_pages(Kind kind) {
  return kind == Kind::map || kind == Kind::unmap || kind == Kind::protect;
}

/// What every engine produces and every judge reads.
struct Trace {
  World world;
  std::vector<Op> ops;

  bool operator==(const Trace&) const = default;
};

}  // namespace cow::model
