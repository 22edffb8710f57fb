#pragma once

#include <map>

#include "model/world.h"
#include "props/record/event.h"

namespace cow::props::record {

/// Where the real pages lie in the small world: only those that somebody wrote count, and keep
/// their order, so that a range of real pages is a range of the world's or nothing.
class Layout {
 public:
  /// Keeps at most `limit` pages: the ones that were written most often, the lower ones of equals.
  Layout(const std::vector<Event>& events, std::size_t limit);

  Pages of(Pages real) const;  ///< may be empty
  bool has(std::uint64_t page) const { return !of({page, page + 1}).empty(); }

  std::size_t size() const { return kept_.size(); }
  std::size_t left_out() const { return left_out_; }  ///< written pages that the world has not

 private:
  std::vector<std::uint64_t> kept_;  ///< sorted
  std::size_t left_out_ = 0;
};

/// The names of processes: as many as are alive at once, used again as soon as one is free.
class Names {
 public:
  explicit Names(std::uint32_t limit) : limit_(limit) {}

  /// A name for a process that is born, or none where all are taken: then it and its children are
  /// left out.
  bool give(std::uint32_t process);
  void take_back(std::uint32_t process);
  /// Null: it was left out.
  const std::uint32_t* of(std::uint32_t process) const;

  std::uint32_t used() const { return used_; }  ///< names that were ever given
  std::uint32_t left_out() const { return left_out_; }

 private:
  std::uint32_t limit_, used_ = 0, left_out_ = 0;
  std::map<std::uint32_t, std::uint32_t> names_;
};

}  // namespace cow::props::record
