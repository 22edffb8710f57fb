#include "props/explore/retrace.h"

#include <algorithm>

#include "props/subjects/registry.h"

namespace cow::props::explore {

namespace {

/// The operations from the start to `last`, as indices into the scope's, each in the names of the
/// form of the state that it is performed in.
std::vector<std::uint32_t> way_to(const Store& store, Link last, std::size_t depth) {
  std::vector<std::uint32_t> ops{last.op()};
  auto at = last;
  while (ops.size() < depth) {
    at = store.shards[at.shard()].links[at.number()];
    ops.push_back(at.op());
  }
  std::ranges::reverse(ops);
  return ops;
}

}  // namespace

void retrace(const ExploreOptions& options, const Store& store, Link last, Worker& worker,
             Explored& out) {
  out.trace = {options.scope->world, {}};
  worker.pair().reset();
  for (const auto i : way_to(store, last, out.layers.size())) {
    worker.codec().write(worker.pair());
    const auto op = renamed(worker.concrete(i), worker.codec().order());
    out.trace.ops.push_back(op);
    worker.pair().step(op);
    worker.pair().settle();
  }
  auto judged = out.trace;
  const auto session = open_session(options.subject, judged.world);
  out.failure = run_trace(*session, judged);
  if (!out.failure) {
    out.doubt = "the explorer saw a broken law where the lockstep sees none";
  } else {
    judged.ops.resize(out.failure->index + 1);
    out.trace = judged;
  }
}

}  // namespace cow::props::explore
