#pragma once

#include <cstdint>
#include <span>

#include "model/fixed_array.h"
#include "model/reference.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

/// Who could share a frame with whom: the bound behind the law `frugal`. Every private page
/// that may have a frame carries a token; fork gives the child the parent's tokens, a write or a
/// pin gives the page a token of its own. Two pages can only share a frame while they carry one
/// token, so a write whose page has a token to itself needs no copy, and there are never more data
/// frames than tokens. A pin carries the token of its page, too, and keeps it when the page is
/// gone; what is pinned is copied at fork, so that the child has a token of its own. A page that
/// shows the file has none: its frame is the file's. A merge gives one token to all pages that have
/// the same bytes, since any two of them may share a frame then. Knows nothing of the subject but
/// how large huge pages are.
class SharingBound {
 public:
  explicit SharingBound(const model::World& world);

  void reset();

  /// Its state: the tokens, [process][page] and behind them [process][pin], and which huge pages
  /// there may be; and back to such a state, in which `reference` is what it was. Tokens may be
  /// named anew, from 1 up to how many there are in the span.
  std::span<const std::uint32_t> tokens() const { return {words_.data(), names_}; }
  std::uint8_t huge_seen() const { return huge_; }
  void restore(const model::Reference& reference, std::span<const std::uint32_t> tokens,
               std::uint8_t huge_seen);

  /// How many page copies `op` may cost at most. Call before the reference performs it, with the
  /// status that it will answer.
  std::uint32_t copies_allowed(const model::Reference& before, const model::Op& op,
                               model::Status status) const;

  /// Follows an operation that succeeded. `before` is called ahead of the reference's step, since
  /// unmapping forgets; `after` behind it.
  void before(const model::Reference& reference, const model::Op& op);
  void after(const model::Reference& reference, const model::Op& op);

  /// Follows an access or pin that was refused: the pages before a segfault were made ready all
  /// the same; after no-memory each of them may have been or not.
  void after_refusal(const model::Reference& reference, const model::Op& op, model::Status status);

  /// The process has lost a huge page that this is part of (lost_pages.h).
  void lose(std::uint32_t p, std::uint32_t page) { drop(p, page); }
  /// The page was given up, and has no frame any more.
  void give_back(std::uint32_t p, std::uint32_t page) { drop(p, page); }

  /// Data frames that can be needed now: one a token, where it is certain which pages have a
  /// frame; else one a private page, as if nothing were shared, and one for each token that only
  /// pins carry. It is uncertain once huge pages were welcome (the subject may use them or not) or
  /// an allocation failed. `unbounded` while shared pages are mapped, since their frames live as
  /// long as their object.
  std::uint32_t frames_allowed(bool memory_was_short) const;
  static constexpr std::uint32_t unbounded = ~0U;

 private:
  std::uint32_t& token(std::uint32_t p, std::uint32_t page) {
    return words_[p * world_.pages + page];
  }
  std::uint32_t token(std::uint32_t p, std::uint32_t page) const {
    return words_[p * world_.pages + page];
  }
  std::uint32_t& pin_token(std::uint32_t p, std::uint32_t pin) {
    return words_[pages_ + p * model::max_pins + pin];
  }
  /// How many pages carry the token, and how many pins; the tokens to give out again, a stack.
  std::uint32_t& holders(std::uint32_t t) { return words_[names_ + t]; }
  std::uint32_t holders(std::uint32_t t) const { return words_[names_ + t]; }
  std::uint32_t& pins(std::uint32_t t) { return words_[2 * names_ + 1 + t]; }
  std::uint32_t pins(std::uint32_t t) const { return words_[2 * names_ + 1 + t]; }
  std::uint32_t& unused(std::uint32_t i) { return words_[3 * names_ + 2 + i]; }
  bool may_fill(std::uint32_t parent, std::uint32_t t) const;
  bool is_eager() const { return world_.fork == model::Fork::eager; }
  /// No other page has its frame. Pins do not count: they are to see what is written.
  bool alone(std::uint32_t p, std::uint32_t page) const {
    const auto t = token(p, page);
    return t == 0 || holders(t) == 1;
  }
  std::uint32_t take_unused();
  void free_if_unused(std::uint32_t t);
  void give_fresh(std::uint32_t p, std::uint32_t page);
  void drop(std::uint32_t p, std::uint32_t page);
  void unpin(std::uint32_t p, std::uint32_t pin);
  void follow_pin(const model::Reference& reference, const model::Op& op);
  void follow_collapse(const model::Reference& reference, const model::Op& op);
  void follow_merge(const model::Reference& reference, const model::Op& op);
  bool may_join(const model::Reference& reference, std::uint32_t p, std::uint32_t page) const;
  void follow_remap(const model::Op& op);
  std::uint32_t copies_at_fork(const model::Reference& before, std::uint32_t parent) const;
  std::uint32_t copies_at(const model::Reference& before, std::uint32_t p,
                          std::uint32_t page) const;
  std::uint32_t copies_of_pooled(const model::Reference& before, std::uint32_t p,
                                 std::uint32_t page) const;
  void forget(const model::Page& page, std::uint32_t p, std::uint32_t at);
  void follow_fork(const model::Reference& reference, const model::Op& op);
  void touch(const model::Reference& reference, const model::Op& op, PageRange range, bool certain);
  bool has_pin(const model::Reference& reference, std::uint32_t p, std::uint32_t page) const;
  std::uint32_t copies_of_hint(const model::Reference& before, const model::Op& op) const;
  std::uint32_t touched_in_block(std::uint32_t p, std::uint32_t first) const;
  template <class Visit>
  void for_each_collapsible(const model::Reference& reference, const model::Op& op,
                            Visit visit) const;
  void touch_block(const model::Reference& reference, std::uint32_t p, std::uint32_t page);
  bool whole_block(const model::Reference& reference, std::uint32_t p, std::uint32_t page) const;
  bool alike_block(const model::Reference& reference, std::uint32_t p, std::uint32_t page) const;

  model::World world_;
  std::uint32_t fan_;
  std::uint32_t pages_;       ///< of all processes
  std::uint32_t names_;       ///< pages and pins: so many tokens there are
  std::uint32_t unused_ = 0;  ///< tokens to give out again
  /// [process][page], then [process][pin]: the token, 0 for no frame; then what `holders`, `pins`
  /// and `unused` say. In one piece, since the explorer copies it at every step.
  model::FixedArray<std::uint32_t> words_;
  std::uint32_t tokens_ = 0;                    ///< that pages or pins carry
  std::uint32_t orphans_ = 0;                   ///< of these, the ones that only pins carry
  std::uint32_t shared_ = 0, private_ = 0;      ///< pages mapped now, summed over the processes
  std::uint8_t huge_ = 0;                       ///< which huge pages there may be, and merged ones
  static constexpr std::uint8_t hinted = 1;     ///< a huge-hinted mapping was made since the reset
  static constexpr std::uint8_t collapsed = 2;  ///< what was not hinted may have become huge
  static constexpr std::uint8_t merged = 4;     ///< pages may share frames without a fork, or not
};

}  // namespace cow::props
