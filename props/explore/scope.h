#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/op.h"

/// What the explorer explores: a tiny world and the operations that are tried in every state.
namespace cow::props::explore {

struct Scope {
  std::string_view name;
  std::string_view about;  ///< what it is for, a few words
  model::World world;
  std::uint32_t first_page, end_page;  ///< no operation names a page outside
  unsigned gate_depth;                 ///< the gate must get at least this deep
  /// In a fixed order. A write's value is 0: it writes a value that is nowhere else (Pair).
  std::vector<model::Op> ops;

  bool has(model::Kind kind) const;
  /// Do operations ask for huge pages? Then frames are not all alike: they form blocks.
  bool has_huge() const;
  /// Has every lawful state of it a canonical form? Not where pages are pinned, moved or advised
  /// about, memory is lent or children are waited for: states in which some are count as they are,
  /// the others up to renaming.
  bool is_reducible() const;
  /// Does an operation go by the numbers of frames or processes? Then each state counts as it is:
  /// compact takes the frames of a block one after another, and which goes where no renaming keeps;
  /// a merge takes the first process that has a page of the same bytes.
  bool numbers_matter() const;
  /// How many pages of each process the checkers know: those that operations name, in whole huge
  /// pages where there are any. All others are never mapped.
  std::uint32_t named_pages() const;
  /// "3 processes, 2 pages, 1 CPU, 20 frames, 51 operations"
  std::string words() const;
  /// All that decides what is explored, as text: what a checkpoint must agree with.
  std::string identity() const;
};

std::span<const Scope> scopes();

/// Null when there is none of that name.
const Scope* find_scope(std::string_view name);

/// The limits that the compact form of a state relies on; empty, or what is wrong with a scope.
std::string_view complaint(const Scope& scope);

}  // namespace cow::props::explore
