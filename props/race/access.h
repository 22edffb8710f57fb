#pragma once

#include <array>
#include <cstdint>

/// What a task is about to do to shared state. The scheduler decides before each access who goes
/// on, and tells from the names which accesses can be swapped without anybody noticing.
namespace cow::props::race {

enum class Deed : std::uint8_t {
  none,
  read,
  add,      ///< an atomic change that commutes with others of its kind, and answers nothing
  write,    ///< or any other atomic read-modify-write
  lock,     ///< waits until nobody holds it
  unlock,   ///< gives up what `lock` took
  share,    ///< waits until nobody holds it alone
  unshare,  ///< gives up what `share` took
  pass,     ///< `share` and `unshare` at once
  await,    ///< a spin loop goes round again: waits until another task has written to the object
};

/// One object, and what is done to it. Objects are small numbers.
struct Touch {
  std::uint32_t object = 0;
  Deed deed = Deed::none;

  bool operator==(const Touch&) const = default;
};

inline constexpr std::uint32_t no_number = ~0U;
inline constexpr std::size_t max_touches = 8;

/// One step: what is done between two decisions of the scheduler. No object occurs twice. The
/// text is for the story ("load", 7: "load 7").
struct Access {
  std::array<Touch, max_touches> touches{};  ///< `none` behind the last
  const char* text = "";
  std::uint32_t number = no_number;

  bool operator==(const Access& other) const { return touches == other.touches; }
};

/// Leaves the object as it is for whoever only looks: two of these commute.
constexpr bool only_reads(Deed deed) {
  return deed == Deed::none || deed == Deed::read || deed == Deed::share || deed == Deed::unshare ||
         deed == Deed::pass || deed == Deed::await;
}

constexpr bool is_release(Deed deed) { return deed == Deed::unlock || deed == Deed::unshare; }
constexpr bool is_acquire(Deed deed) {
  return deed == Deed::lock || deed == Deed::share || deed == Deed::pass;
}

/// Commutes with nothing that touches the object.
constexpr bool is_barrier(Deed deed) { return !only_reads(deed) && deed != Deed::add; }

/// Does the order of these two matter?
constexpr bool dependent(const Touch& a, const Touch& b) {
  if (a.object != b.object || a.deed == Deed::none || b.deed == Deed::none) return false;
  return !(only_reads(a.deed) && only_reads(b.deed)) &&
         !(a.deed == Deed::add && b.deed == Deed::add);
}

constexpr bool dependent(const Access& a, const Access& b) {
  for (const auto& one : a.touches) {
    if (one.deed == Deed::none) break;
    for (const auto& other : b.touches) {
      if (other.deed == Deed::none) break;
      if (dependent(one, other)) return true;
    }
  }
  return false;
}

/// Can both be enabled at once? Nobody can take a lock at the moment when another gives it up.
constexpr bool may_be_coenabled(const Touch& a, const Touch& b) {
  if (is_release(a.deed)) return !is_acquire(b.deed) && !is_release(b.deed);
  return !(is_release(b.deed) && is_acquire(a.deed));
}

/// Can the two be swapped with a difference? Only then is there another order to explore.
constexpr bool in_race(const Touch& a, const Touch& b) {
  return dependent(a, b) && may_be_coenabled(a, b);
}

}  // namespace cow::props::race
