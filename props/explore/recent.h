#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace cow::props::explore {

/// The fingerprints of the states that one worker found in one batch, none of them 0: so that it
/// judges each once, although the store does not know them yet (of 360,000 judgements of a run one
/// in ten was a repetition).
class Recent {
 public:
  void clear() {
    std::ranges::fill(slots_, 0);
    count_ = 0;
  }
  bool contains(std::uint64_t fingerprint) const { return slots_[find(fingerprint)] != 0; }
  /// Says that `contains` will be called soon.
  void prefetch(std::uint64_t fingerprint) const {
    __builtin_prefetch(&slots_[fingerprint & (slots_.size() - 1)]);
  }
  void insert(std::uint64_t fingerprint) {
    if (2 * ++count_ > slots_.size()) grow();
    slots_[find(fingerprint)] = fingerprint;
  }

 private:
  std::size_t find(std::uint64_t fingerprint) const {
    auto i = fingerprint & (slots_.size() - 1);
    while (slots_[i] != 0 && slots_[i] != fingerprint) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void grow() {
    const auto before = std::exchange(slots_, std::vector<std::uint64_t>(2 * slots_.size()));
    for (const auto fingerprint : before) {
      if (fingerprint != 0) slots_[find(fingerprint)] = fingerprint;
    }
  }

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);  ///< 0: empty
  std::size_t count_ = 0;
};

}  // namespace cow::props::explore
