#pragma once

#include <vector>

#include "props/race/program.h"

namespace cow::props::race {

/// Which tasks touch which objects, in any schedule so far.
class Conflicts {
 public:
  explicit Conflicts(std::uint32_t objects) : objects_(objects) {}

  /// The task comes to this step. True when steps that all seemed to commute with those of other
  /// tasks may not any more.
  bool note(unsigned task, const Access& access) {
    bool news = false;
    for (const auto& [at, deed] : access.touches) {
      if (deed == Deed::none) break;
      auto& tasks = by(objects_[at], deed);
      const bool known = (tasks >> task & 1) != 0;
      tasks = static_cast<std::uint8_t>(tasks | 1U << task);
      news = news || (!known && has_rival(task, objects_[at], deed));
    }
    return news;
  }

  /// Is there a step of another task that it does not commute with? A step that touches nothing
  /// begins an operation: what ended before matters.
  bool concern(unsigned task, const Access& access) const {
    if (access.touches[0].deed == Deed::none) return true;
    for (const auto& [at, deed] : access.touches) {
      if (deed == Deed::none) break;
      if (has_rival(task, objects_[at], deed)) return true;
    }
    return false;
  }

 private:
  /// Bit t: task t does.
  struct Object {
    std::uint8_t read = 0, add = 0, change = 0;
  };

  static std::uint8_t& by(Object& object, Deed deed) {
    if (deed == Deed::add) return object.add;
    return only_reads(deed) ? object.read : object.change;
  }
  static bool has_rival(unsigned task, const Object& object, Deed deed) {
    unsigned rivals = object.change;
    if (!only_reads(deed)) rivals |= object.read;
    if (deed != Deed::add) rivals |= object.add;
    return (rivals & ~(1U << task)) != 0;
  }

  std::vector<Object> objects_;
};

}  // namespace cow::props::race
