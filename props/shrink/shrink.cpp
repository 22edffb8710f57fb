#include "props/shrink/shrink.h"

#include <array>
#include <utility>

#include "props/shrink/passes.h"
#include "props/shrink/search.h"

namespace cow::props {

namespace {

/// Large steps first: they make the runs of the later passes short.
constexpr std::array passes = {
    &remove_by_meaning,   &remove_chunks,   &redirect_processes, &rename_in_order, &cut_pages,
    &simplify_all,        &simplify_single, &fold_pages,         &stay_in_place,   &merge_ranges,
    &strengthen_accesses, &remove_together, &remove_by_moving,
};

/// True when any pass found something better. A round in which none did has tried everything on
/// one and the same trace, so its result is a fixpoint of all passes.
bool run_passes(Search& search) {
  bool better = false;
  for (const auto pass : passes) better = pass(search) || better;
  return better;
}

}  // namespace

Shrunk shrink(const Executor& executor, model::Trace failing, const Failure& found,
              const ShrinkOptions& options) {
  Search search(executor, std::move(failing), found, options);
  bool minimal = false;
  try {
    if (search.confirm()) {
      while (run_passes(search)) continue;
      minimal = true;
    }
  } catch (const Search::Stopped&) {
  }
  return search.result(minimal);
}

}  // namespace cow::props
