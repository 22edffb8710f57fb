#include "props/explore/worker.h"

#include <algorithm>
#include <numeric>

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
      saved_(pair_.save()),
      order_(scope.ops.size()),
      outcomes_(scope.ops.size()),
      lines_(scope.ops.size() * pair_.machine_lines()),
      ops_(scope.ops) {
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, {}, [this](std::uint32_t i) { return std::pair(ops_[i].kind, i); });
}

std::pair<std::span<const std::uint8_t>, std::uint64_t> Worker::start() {
  pair_.reset();
  pair_.save(saved_);
  const auto form = codec_.write(pair_);
  return {form, reduce_ ? fingerprint(form) : Pair::fingerprint(saved_)};
}

model::Op Worker::concrete(std::uint32_t i) const {
  auto op = scope_.ops[i];
  if (model::shape(op.kind).value) op.value = pair_.fresh_value();
  return op;
}

/// Every operation is tried before any outcome is looked up: until then the store's memory has come
/// (a look-up took a seventh of the time), and what is new is brought back, to be judged. They are
/// tried by kind, since what runs the same code runs faster one after the other; but outcomes count
/// in the scope's order.
bool Worker::expand(std::span<const std::uint8_t> state, std::uint32_t shard, std::uint64_t number,
                    const Store& store, bool keep, Harvest& out) {
  codec_.read(state, pair_);
  pair_.save(saved_);
  const auto value = pair_.fresh_value();
  forms_.clear();
  line_count_ = 0;
  for (const auto i : order_) {
    if (model::shape(ops_[i].kind).value) ops_[i].value = value;
    try_operation(i, store, out);
  }
  for (std::uint32_t i = 0; i < ops_.size(); ++i) {
    const auto& outcome = outcomes_[i];
    if (!outcome.changed) continue;
    const auto print = outcome.fingerprint;
    if (outcome.right && is_known(print, store)) continue;
    const auto link = Link::of(shard, number, i);
    const auto begin = static_cast<std::uint32_t>(out.bytes.size());
    if (!outcome.right || !judge(i, keep, out.bytes)) return out.failure = link, false;
    const auto end = static_cast<std::uint32_t>(out.bytes.size());
    out.candidates.push_back({print, link, begin, end - begin});
    recent_.insert(print);
  }
  return true;
}

bool Worker::is_known(std::uint64_t fingerprint, const Store& store) const {
  return store.seen.contains(fingerprint) || recent_.contains(fingerprint);
}

void Worker::try_operation(std::uint32_t i, const Store& store, Harvest& out) {
  const auto& op = ops_[i];
  auto& outcome = outcomes_[i];
  outcome.changed = false;
  ++out.transitions;
  const auto short_before = pair_.memory_was_short();
  const bool right = pair_.step(op, &saved_);
  const bool refused = pair_.status() != model::Status::ok;
  ++(refused ? out.tally.refused : out.tally.succeeded)[static_cast<std::size_t>(op.kind)];
  const auto events = pair_.sections.header->events;
  const bool looks = refused || model::answers_bytes(op.kind);
  if (right && looks && was_a_look()) return;
  pair_.settle();
  ++out.changes;
  count(events, short_before, out.tally);
  const auto changes = pair_.changes(saved_);
  outcome = {true, 0, 0, 0, right, pair_.status(), changes, line_count_};
  if (!right) return pair_.restore(saved_, changes);
  if (reduce_)
    identify_form(outcome);
  else
    outcome.fingerprint = pair_.take_back(saved_, changes, lines_.data() + line_count_);
  line_count_ += Lines::count(changes);
  store.seen.prefetch(outcome.fingerprint);
  recent_.prefetch(outcome.fingerprint);
}

/// Most that only look leave nothing to settle but the counts. A fork that failed leaves areas of
/// the child behind.
bool Worker::was_a_look() {
  if (pair_.untouched()) return pair_.same_checkers(saved_);
  if (pair_.subject->keeps_more()) return false;
  pair_.forget_step();
  if (pair_.same_as(saved_)) return true;
  pair_.settle();
  return pair_.same_as(saved_);
}

/// The failed allocations of the steps before are in the events, too, as one.
void Worker::count(const Events& events, bool short_before, Tally& tally) {
  for (std::size_t e = 0; e < events.size(); ++e) tally.events[e] += events[e];
  tally.events[static_cast<std::size_t>(kernel::Event::failed_allocation)] -= short_before ? 1 : 0;
}

void Worker::identify_form(Outcome& outcome) {
  const auto form = codec_.write(pair_);
  outcome.begin = static_cast<std::uint32_t>(forms_.size());
  outcome.size = static_cast<std::uint32_t>(form.size());
  outcome.fingerprint = fingerprint(form);
  forms_.insert(forms_.end(), form.begin(), form.end());
  pair_.copy(outcome.changes, lines_.data() + outcome.lines);
  pair_.restore(saved_, outcome.changes);
}

/// Is the outcome, which is new, lawful? Then its form is appended, if it is to be kept.
bool Worker::judge(std::uint32_t i, bool keep, std::vector<std::uint8_t>& forms) {
  const auto& outcome = outcomes_[i];
  pair_.redo(ops_[i], outcome.status, outcome.changes, lines_.data() + outcome.lines);
  const bool lawful = pair_.lawful();
  if (lawful && keep) {
    const auto form =
        reduce_ ? std::span<const std::uint8_t>(forms_).subspan(outcome.begin, outcome.size)
                : codec_.write(pair_);
    forms.insert(forms.end(), form.begin(), form.end());
  }
  pair_.restore(saved_, outcome.changes);
  return lawful;
}

}  // namespace cow::props::explore
