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

/// Every operation is tried before any outcome is looked up: until then the store's memory has come
/// (a look-up took a seventh of the time), and what is new is performed again, to be judged.
bool Worker::expand(std::span<const std::uint8_t> state, std::uint32_t shard, std::uint64_t number,
                    const Store& store, bool keep, Harvest& out) {
  codec_.read(state, pair_);
  pair_.save(saved_);
  value_ = pair_.fresh_value();
  outcomes_.clear();
  forms_.clear();
  std::uint32_t tried = 0;
  while (tried < scope_.ops.size() && try_operation(tried, store, out)) ++tried;
  for (const auto& outcome : outcomes_) {
    const auto print = outcome.fingerprint;
    if (store.shards[shard_of(print)].seen.contains(print)) continue;
    const auto link = Link::of(shard, number, outcome.op);
    const auto begin = out.bytes.size();
    if (!judge(outcome, keep, out.bytes)) return out.failure = link, false;
    out.candidates.push_back({print, link, static_cast<std::uint32_t>(begin),
                              static_cast<std::uint32_t>(out.bytes.size() - begin)});
  }
  if (tried == scope_.ops.size()) return true;
  return out.failure = Link::of(shard, number, tried), false;
}

model::Op Worker::operation(std::uint32_t i) const {
  auto op = scope_.ops[i];
  if (op.kind == model::Kind::write) op.value = value_;
  return op;
}

/// False: the answer or the costs are wrong.
bool Worker::try_operation(std::uint32_t i, const Store& store, Harvest& out) {
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
    return true;
  }
  ++out.changes;
  count(events, short_before, out.tally);
  if (right) note_outcome(i, changes, store);
  pair_.restore(saved_, changes);
  return right;
}

/// The failed allocations of the steps before are in the events, too, as one.
void Worker::count(const Events& events, bool short_before, Tally& tally) {
  for (std::size_t e = 0; e < events.size(); ++e) tally.events[e] += events[e];
  tally.events[static_cast<std::size_t>(kernel::Event::failed_allocation)] -= short_before ? 1 : 0;
}

void Worker::note_outcome(std::uint32_t i, Lines::Changes& changes, const Store& store) {
  Outcome outcome{i, static_cast<std::uint32_t>(forms_.size()), 0, 0};
  if (reduce_) {
    const auto form = codec_.write(pair_);
    forms_.insert(forms_.end(), form.begin(), form.end());
    outcome.size = static_cast<std::uint32_t>(form.size());
    outcome.fingerprint = fingerprint(form);
  } else {
    outcome.fingerprint = pair_.fingerprint(saved_, changes);
  }
  store.shards[shard_of(outcome.fingerprint)].seen.prefetch(outcome.fingerprint);
  outcomes_.push_back(outcome);
}

/// Is the outcome, which is new, lawful? Then its form is appended, if it is to be kept.
bool Worker::judge(const Outcome& outcome, bool keep, std::vector<std::uint8_t>& form) {
  pair_.step(operation(outcome.op));
  pair_.settle();
  const bool lawful = pair_.lawful();
  if (lawful && keep) {
    const auto written =
        reduce_ ? std::span<const std::uint8_t>(forms_).subspan(outcome.begin, outcome.size)
                : codec_.write(pair_);
    form.insert(form.end(), written.begin(), written.end());
  }
  pair_.restore(saved_, pair_.changes(saved_));
  return lawful;
}

}  // namespace cow::props::explore
