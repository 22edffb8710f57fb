#pragma once

#include <atomic>
#include <memory>

#include "props/explore/explore.h"
#include "props/explore/team.h"
#include "props/explore/worker.h"

namespace cow::props::explore {

/// One exploration. A layer is expanded in batches of fixed size. Within a batch the workers first
/// expand chunks, against a store that nobody changes, then each puts the harvest into the shards
/// that are its own, in the order of the chunks. So neither the order of the states nor the
/// counterexample depends on how many workers there are or how fast they are, and nothing needs a
/// lock.
class Engine {
 public:
  explicit Engine(const ExploreOptions& options);

  Explored run();

 private:
  using Clock = std::chrono::steady_clock;

  void start();
  bool finish_layer();
  bool go_on();
  void expand_batch();
  void expand_chunks(Worker& worker, bool keep);
  void expand_chunk(Worker& worker, std::size_t chunk, bool keep);
  void make_room();
  void gather(std::size_t worker, bool keep);
  bool take_failure();
  void save_now_and_then(bool force);
  Progress progress() const;

  const ExploreOptions& options_;
  std::vector<std::unique_ptr<Worker>> workers_;  ///< [member of the team]
  std::vector<Harvest> harvests_;                 ///< [chunk of the batch]
  std::atomic<std::size_t> next_chunk_{0};
  Store store_;
  std::vector<std::uint64_t> starts_;  ///< [shard]: which state of the layer is its first
  std::vector<std::vector<std::size_t>> offsets_;  ///< [shard][state]: in Layer::bytes
  std::uint64_t expanded_ = 0;                     ///< states of the layer
  std::uint64_t batch_begin_ = 0, batch_end_ = 0;
  std::uint64_t transitions_ = 0;
  double seconds_before_ = 0;
  Explored out_;
  std::optional<Link> failure_;
  Clock::time_point start_ = Clock::now(), told_ = start_, saved_ = start_;
  Team team_;
};

/// A subject whose state can be saved. Throws ExploreError.
std::unique_ptr<Explorable> open_subject(const std::string& subject, const Scope& scope);

}  // namespace cow::props::explore
