#pragma once

#include <cstdint>
#include <vector>

namespace cow::historic {

/// What a processor remembers of a page, until it is told to forget.
struct Translation {
  std::uint32_t process = 0, page = 0, frame = 0;
  bool writable = false;
};

/// The TLB of one CPU: a few translations, the oldest goes first.
class Tlb {
 public:
  void flush() { entries_.clear(), next_ = 0; }
  void flush(std::uint32_t process) {
    std::erase_if(entries_, [&](const auto& e) { return e.process == process; });
    next_ = 0;
  }
  /// Null when it knows nothing of the page.
  const Translation* find(std::uint32_t process, std::uint32_t page) const {
    for (const auto& e : entries_) {
      if (e.process == process && e.page == page) return &e;
    }
    return nullptr;
  }
  /// In place of what it knew of the page before, if anything.
  void put(const Translation& made) {
    for (auto& e : entries_) {
      if (e.process == made.process && e.page == made.page) return void(e = made);
    }
    if (entries_.size() < size) return entries_.push_back(made);
    entries_[next_] = made;
    next_ = (next_ + 1) % size;
  }
  const std::vector<Translation>& entries() const { return entries_; }

 private:
  static constexpr std::size_t size = 8;
  std::vector<Translation> entries_;
  std::size_t next_ = 0;
};

}  // namespace cow::historic
