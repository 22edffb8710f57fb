#pragma once

#include <bit>
#include <span>

#include "props/draw/random.h"
#include "props/race/scheduler.h"

namespace cow::props::race {

/// Who goes on when nobody decides: whoever went last, else the first that can.
inline int go_on(const View& view) {
  const bool can = view.last >= 0 && (view.enabled >> view.last & 1) != 0;
  return can ? view.last : std::countr_zero(view.enabled);
}

/// Repeats a schedule; after its end, or where a choice cannot be had, tasks just go on.
class Replay : public Chooser {
 public:
  explicit Replay(std::span<const std::uint8_t> schedule) : schedule_(schedule) {}
  int choose(const View& view) override {
    if (view.enabled == 0) return cut;
    if (view.step >= schedule_.size()) return go_on(view);
    const int task = schedule_[view.step];
    return (view.enabled >> task & 1) != 0 ? task : go_on(view);
  }

 private:
  std::span<const std::uint8_t> schedule_;
};

/// Random priorities (PCT: Burckhardt, Kothari, Musuvathi, Nagarakatti, ASPLOS 2010). The task of
/// highest priority goes on; at `changes` random steps the one that is going falls below all. A
/// bug that needs d ordering constraints shows in a run with probability 1/(n k^(d-1)) or more.
class Pct : public Chooser {
 public:
  /// `length`: about how many steps the program takes.
  Pct(std::uint64_t seed, unsigned changes, std::size_t length) : random_(seed) {
    for (unsigned t = max_tasks; t-- > 0;) {  // Fisher-Yates
      std::swap(priority_[t], priority_[random_.below(t + 1)]);
    }
    for (unsigned i = 0; i < changes; ++i) {
      changes_.push_back(random_.below(static_cast<std::uint32_t>(length)));
    }
  }
  int choose(const View& view) override {
    if (view.enabled == 0) return cut;
    for (const auto at : changes_) {
      if (at == view.step) priority_[static_cast<unsigned>(best(view))] = --lowest_;
    }
    return best(view);
  }

 private:
  int best(const View& view) const {
    int best = -1;
    for (int t = 0; t < static_cast<int>(max_tasks); ++t) {
      if ((view.enabled >> t & 1) == 0) continue;
      const bool higher =
          best < 0 || priority_[static_cast<unsigned>(t)] > priority_[static_cast<unsigned>(best)];
      if (higher) best = t;
    }
    return best;
  }

  Random random_;
  std::array<int, max_tasks> priority_ = {1, 2, 3, 4};
  std::vector<std::size_t> changes_;
  int lowest_ = 1;
};

}  // namespace cow::props::race
