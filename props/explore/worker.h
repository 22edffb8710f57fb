#pragma once

#include <optional>
#include <vector>

#include "props/explore/codec.h"
#include "props/explore/explore.h"
#include "props/explore/recent.h"
#include "props/explore/store.h"

namespace cow::props::explore {

/// What the expansion of some states of one layer brought.
struct Harvest {
  struct Candidate {
    std::uint64_t fingerprint;
    Link link;
    std::uint32_t begin, size;  ///< in `bytes`
  };
  /// States that the store did not have, in order, but for those that this worker had found before
  /// in the same batch: they are earlier in its order, too.
  std::vector<Candidate> candidates;
  std::vector<std::uint8_t> bytes;
  std::uint64_t transitions = 0;
  std::uint64_t changes = 0;  ///< transitions that changed anything
  Tally tally;
  std::optional<Link> failure;  ///< the first transition after which a law was broken

  void clear();
};

/// Expands states: performs every operation of the scope in them and judges what comes out.
class Worker {
 public:
  Worker(const Scope& scope, std::unique_ptr<Explorable> subject, bool reduce);

  /// To be called before each batch: the store may have changed.
  void begin_batch() { recent_.clear(); }

  /// Expands one state, which is number `number` of its shard. Reads the store and leaves it as
  /// it is. False: a law was broken; `out` says by which operation.
  /// `keep`: what is new will be expanded, too, so its form is wanted.
  bool expand(std::span<const std::uint8_t> state, std::uint32_t shard, std::uint64_t number,
              const Store& store, bool keep, Harvest& out);

  /// The start as a byte string, and its fingerprint.
  std::pair<std::span<const std::uint8_t>, std::uint64_t> start();

  Pair& pair() { return pair_; }
  Codec& codec() { return codec_; }

  /// Operation `i` of the scope as it is performed in the state of `pair`.
  model::Op concrete(std::uint32_t i) const;

 private:
  using Events = std::array<std::uint64_t, kernel::event_count>;

  /// What an operation made of the state, until it is looked up.
  struct Outcome {
    bool changed = false;       ///< else it was a mere look, and nothing below is set
    std::uint32_t begin, size;  ///< in `forms_`, where it needed a form to be told apart
    std::uint64_t fingerprint;
    bool right;  ///< the answer and the costs
    model::Status status;
    Lines::Changes changes;
    std::size_t lines;  ///< where those of the machine begin in `lines_`
  };

  void try_operation(std::uint32_t i, const Store& store, Harvest& out);
  bool was_a_look();
  bool is_known(std::uint64_t fingerprint, const Store& store) const;
  static void count(const Events& events, bool short_before, Tally& tally);
  void identify_form(Outcome& outcome);
  bool judge(std::uint32_t i, bool keep, std::vector<std::uint8_t>& forms);

  const Scope& scope_;
  bool reduce_;
  Pair pair_;
  Codec codec_;
  Pair::Saved saved_;
  Recent recent_;
  std::vector<std::uint32_t> order_;  ///< in which operations are tried
  std::vector<Outcome> outcomes_;     ///< [operation]
  std::vector<std::uint8_t> forms_;
  std::vector<Lines::Line> lines_;  ///< room for all that change
  std::size_t line_count_ = 0;
  std::vector<model::Op> ops_;  ///< the scope's as they are performed in the state
};

}  // namespace cow::props::explore
