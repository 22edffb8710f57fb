#include "props/explore/worker.h"

namespace cow::props::explore {

void Harvest::clear() {
  candidates.clear();
  bytes.clear();
  transitions = changes = 0;
  tally = {};
  failure.reset();
}

Worker::Worker(const Scope& scope, std::unique_ptr<Explorable> subject, bool reduce)
    : scope_(scope),
      reduce_(reduce),
      pair_(std::move(subject), scope),
      codec_(scope, reduce),
      saved_(pair_.save()) {}

std::pair<std::span<const std::uint8_t>, std::uint64_t> Worker::start() {
  pair_.reset();
  pair_.save(saved_);
  const auto form = codec_.write(pair_);
  return {form, reduce_ ? fingerprint(form) : Pair::fingerprint(saved_)};
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
  value_ = pair_.fresh_value();
  outcomes_.clear();
  forms_.clear();
  for (std::uint32_t i = 0; i < scope_.ops.size(); ++i) try_operation(i, store, out);
  for (const auto& outcome : outcomes_) {
    const auto link = Link::of(shard, number, outcome.op);
    if (outcome.judged == Judged::not_yet) {
      const auto print = outcome.fingerprint;
      if (store.shards[shard_of(print)].seen.contains(print)) continue;
    }
    if (outcome.judged == Judged::wrong ||
        (outcome.judged == Judged::not_yet && !is_lawful(operation(outcome.op)))) {
      out.failure = link;
      return false;
    }
    out.candidates.push_back(
        {outcome.fingerprint, link, static_cast<std::uint32_t>(out.bytes.size()), outcome.size});
    const auto* const form = forms_.data() + outcome.begin;
    out.bytes.insert(out.bytes.end(), form, form + outcome.size);
  }
  return true;
}

model::Op Worker::operation(std::uint32_t i) const {
  auto op = scope_.ops[i];
  if (op.kind == model::Kind::write) op.value = value_;
  return op;
}

void Worker::try_operation(std::uint32_t i, const Store& store, Harvest& out) {
  const auto op = operation(i);
  ++out.transitions;
  const auto short_before = pair_.memory_was_short();
  const bool right = pair_.step(op);
  const bool refused = pair_.status() != model::Status::ok;
  ++(refused ? out.tally.refused : out.tally.succeeded)[static_cast<std::size_t>(op.kind)];
  const auto events = pair_.sections.header->events;
  pair_.settle();
  auto changes = pair_.changes(saved_);
  const bool looks = refused || op.kind == model::Kind::read;
  if (right && looks && Lines::none(changes) && !pair_.subject->keeps_more() &&
      pair_.same_bounds(saved_)) {
    return;
  }
  ++out.changes;
  count(events, short_before, out.tally);
  if (right)
    note_outcome(i, changes, store);
  else
    outcomes_.push_back({i, 0, 0, 0, Judged::wrong});
  pair_.restore(saved_, changes);
}

/// The failed allocations of the steps before are in the events, too, as one.
void Worker::count(const Events& events, bool short_before, Tally& tally) {
  for (std::size_t e = 0; e < events.size(); ++e) tally.events[e] += events[e];
  tally.events[static_cast<std::size_t>(kernel::Event::failed_allocation)] -= short_before ? 1 : 0;
}

/// With reduction seven states in eight are not new, and it pays to look them up later, when the
/// store's memory has come, and to perform the operation again where one is new. Without, three in
/// four: there it does not.
void Worker::note_outcome(std::uint32_t i, Lines::Changes& changes, const Store& store) {
  auto print = reduce_ ? 0 : pair_.fingerprint(saved_, changes);
  if (!reduce_ && store.shards[shard_of(print)].seen.contains(print)) return;
  const auto form = codec_.write(pair_);
  auto judged = Judged::not_yet;
  if (reduce_) {
    print = fingerprint(form);
    store.shards[shard_of(print)].seen.prefetch(print);
  } else {
    judged = pair_.lawful() ? Judged::lawful : Judged::wrong;
  }
  const auto begin = forms_.size();
  forms_.insert(forms_.end(), form.begin(), form.end());
  outcomes_.push_back({i, static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(form.size()), print, judged});
}

bool Worker::is_lawful(const model::Op& op) {
  pair_.step(op);
  pair_.settle();
  const bool lawful = pair_.lawful();
  pair_.restore(saved_);
  return lawful;
}

}  // namespace cow::props::explore
