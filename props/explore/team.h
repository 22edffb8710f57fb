#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace cow::props::explore {

/// Threads that stay, for work that comes in short rounds: starting two of them cost as much as
/// looking up 500 states. Who waits spins for a moment and then sleeps.
class Team {
 public:
  using Work = std::function<void(std::size_t member)>;

  /// The caller of `run` is member 0; so a team of one has no thread. REQUIRES: size > 0.
  explicit Team(std::size_t size);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  std::size_t size() const { return trouble_.size(); }

  /// Every member works once, all at the same time; returns when all have done. What one of them
  /// throws is thrown here then; of several that of the lowest number.
  void run(const Work& work);

 private:
  void serve(std::size_t member);
  void take_part(std::size_t member);

  const Work* work_ = nullptr;  ///< of the round; null: the end
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> working_{0};  ///< threads that have not done with the round
  std::vector<std::exception_ptr> trouble_;
  std::vector<std::thread> threads_;
};

}  // namespace cow::props::explore
