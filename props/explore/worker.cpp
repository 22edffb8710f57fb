#include "props/explore/worker.h"

namespace cow::props::explore {

void Harvest::clear() {
  candidates.clear();
  bytes.clear();
  transitions = changes = 0;
  failure.reset();
}

Worker::Worker(const Scope& scope, std::unique_ptr<Explorable> subject, bool reduce)
    : scope_(scope),
      pair_(std::move(subject), scope.world),
      codec_(scope, reduce),
      saved_(pair_.save()) {}

const std::vector<std::uint8_t>& Worker::start() {
  pair_.reset();
  codec_.write(pair_, form_);
  return form_;
}

model::Op Worker::concrete(std::uint32_t i) const {
  auto op = scope_.ops[i];
  if (op.kind == model::Kind::write) op.value = pair_.fresh_value();
  return op;
}

bool Worker::expand(std::span<const std::uint8_t> state, std::uint32_t shard, std::uint64_t number,
                    const Store& store, Harvest& out) {
  codec_.read(state, pair_);
  pair_.save(saved_);
  const auto value = pair_.fresh_value();
  for (std::uint32_t i = 0; i < scope_.ops.size(); ++i) {
    auto op = scope_.ops[i];
    if (op.kind == model::Kind::write) op.value = value;
    if (try_operation(op, Link::of(shard, number, i), store, out)) continue;
    out.failure = Link::of(shard, number, i);
    return false;
  }
  return true;
}

bool Worker::try_operation(const model::Op& op, Link link, const Store& store, Harvest& out) {
  ++out.transitions;
  const bool looks = op.kind == model::Kind::read || pair_.reference.check(op) != model::Status::ok;
  if (!pair_.step(op)) return false;
  pair_.settle();
  if (looks && !pair_.subject->keeps_more() && pair_.same_as(saved_)) return true;
  ++out.changes;
  codec_.write(pair_, form_);
  const auto print = fingerprint(form_);
  if (!store.shards[shard_of(print)].seen.contains(print)) {
    if (!pair_.lawful()) return false;
    out.candidates.push_back({print, link, static_cast<std::uint32_t>(out.bytes.size()),
                              static_cast<std::uint32_t>(form_.size())});
    out.bytes.insert(out.bytes.end(), form_.begin(), form_.end());
  }
  pair_.restore(saved_);
  return true;
}

}  // namespace cow::props::explore
