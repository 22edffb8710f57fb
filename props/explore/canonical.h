#pragma once

#include <array>
#include <span>
#include <vector>

#include "props/explore/symmetry.h"

namespace cow::props::explore {

inline constexpr std::uint8_t canonical_form = 'c', exact_form = 'x';

/// The canonical form of a state: a byte string that is the same for two states exactly when one
/// becomes the other by renaming
///   - processes, by the symmetries of the scope;
///   - frames. Where no operation asks for huge pages frames are all alike: an allocation succeeds
///     when any frame is free, and whoever gets it fills it (free frames are all poison), so
///     neither the number of a frame nor the order of the free ones can be told apart by any
///     later answer. Else blocks are renamed, and frames within blocks that no huge leaf covers;
///     the list of broken blocks keeps its order, whole blocks are alike;
///   - values of bytes, but 0: the kernel never looks at bytes, and writes bring a value that is
///     nowhere else;
///   - shared objects and the tokens of the sharing bound.
/// Of all forms that renaming processes gives it is the smallest. A state not in normal form
/// (Survey) has no canonical form.
class Canonical {
 public:
  explicit Canonical(const Scope& scope);

  /// The form, valid until the next call; empty: the state is not in normal form.
  std::span<const std::uint8_t> write(const Pair& pair);
  /// The form of the state that `write` saw last: slot i is process order()[i].
  const Symmetry::Order& order() const { return order_; }

 private:
  using Form = Buffer<1024>;
  struct Labels;

  void rank_processes();
  int compare_ranks(const Symmetry::Order& a, const Symmetry::Order& b, bool& same) const;
  void write_form(const Pair& pair, const Symmetry::Order& order, Form& form);
  void write_blocks(const Sections& s, const Labels& labels, Form& form) const;
  void write_bytes(const Sections& s, const Labels& labels, Form& form) const;

  const Scope& scope_;
  bool blocks_matter_;
  Symmetry symmetry_;
  Survey survey_;
  std::array<std::uint8_t, Survey::max_procs> rank_{};  ///< how many codes are smaller
  Symmetry::Order order_{};
  std::array<Form, 2> forms_;
};

}  // namespace cow::props::explore
