#include "props/explore/engine.h"

#include <algorithm>

#include "props/explore/checkpoint.h"
#include "props/explore/retrace.h"

namespace cow::props::explore {

namespace {

/// The store is not changed within a batch, so what two workers find in one is judged twice: with
/// 4096 states a batch a run of 47,000 states judged half as many again. And what a worker found
/// stays in its cache: 256 states instead of 1024 saved 4 % of the time on one core and on two.
constexpr std::size_t chunk_states = 8;
constexpr std::size_t batch_chunks = 32;

void add(const Tally& more, Tally& sum) {
  const auto add_all = [](const auto& from, auto& to) {
    for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
  };
  add_all(more.succeeded, sum.succeeded);
  add_all(more.refused, sum.refused);
  add_all(more.events, sum.events);
}

}  // namespace

Engine::Engine(const ExploreOptions& options)
    : options_(options), harvests_(batch_chunks), team_(std::max(1U, options.threads)) {
  for (std::size_t i = 0; i < team_.size(); ++i) {
    workers_.push_back(std::make_unique<Worker>(
        *options.scope, open_subject(options.subject, *options.scope), options.reduce));
  }
}

Progress Engine::progress() const {
  const std::chrono::duration<double> run = Clock::now() - start_;
  return {static_cast<unsigned>(out_.layers.size()) - 1,
          store_.states(),
          transitions_,
          starts_.back(),
          expanded_,
          store_.memory(),
          seconds_before_ + run.count()};
}

/// The state before the first operation is the only one of layer 0.
void Engine::start() {
  const auto [state, print] = workers_.front()->start();
  auto& shard = store_.shards[shard_of(print)];
  store_.seen.reserve(1);
  store_.seen.insert(print);
  shard.links.push_back({});
  shard.next.add(state);
  store_.advance();
  out_.layers = {1};
}

Explored Engine::run() {
  if (options_.resume.empty())
    start();
  else
    load_checkpoint({options_, store_, out_, expanded_, transitions_, seconds_before_});
  while (out_.stop == Stop::done && !out_.exhausted && out_.layers.size() <= options_.depth) {
    if (!finish_layer()) break;
    out_.layers.push_back(store_.found());
    out_.exhausted = store_.found() == 0;
    out_.covered = transitions_;
    store_.advance();
    expanded_ = 0;
  }
  out_.done = progress();
  if (out_.exhausted) --out_.done.depth;
  save_now_and_then(true);
  if (failure_) retrace(options_, store_, *failure_, *workers_.front(), out_);
  return std::move(out_);
}

/// Expands what is left of the layer. False: stopped before its end.
bool Engine::finish_layer() {
  starts_.assign(1, 0);
  offsets_.assign(shard_count, {});
  for (std::uint32_t s = 0; s < shard_count; ++s) {
    const auto& sizes = store_.shards[s].now.sizes;
    starts_.push_back(starts_.back() + sizes.size());
    std::size_t at = 0;
    for (const auto size : sizes) offsets_[s].push_back(at), at += size;
  }
  while (expanded_ < starts_.back()) {
    if (!go_on()) return false;
    expand_batch();
    if (take_failure()) return false;
    expanded_ = batch_end_;
    save_now_and_then(false);
  }
  return true;
}

/// False when a bound is reached; then `stop` says which.
bool Engine::go_on() {
  const auto now = Clock::now();
  if (options_.limit.count() > 0 && now - start_ >= options_.limit) out_.stop = Stop::time;
  if (now - told_ > std::chrono::milliseconds(200)) {
    told_ = now;
    if (!options_.tell(progress())) out_.stop = Stop::interrupted;
  }
  if (store_.memory() > options_.memory) out_.stop = Stop::memory;
  return out_.stop == Stop::done;
}

void Engine::expand_batch() {
  batch_begin_ = expanded_;
  batch_end_ = std::min(starts_.back(), batch_begin_ + chunk_states * batch_chunks);
  next_chunk_ = 0;
  // The last layer is not expanded, unless a later run goes on from here.
  const bool keep = out_.layers.size() < options_.depth || !options_.save.empty();
  team_.run([&](std::size_t member) { expand_chunks(*workers_[member], keep); });
  for (const auto& harvest : harvests_) {
    transitions_ += harvest.transitions;
    out_.changes += harvest.changes;
    add(harvest.tally, out_.tally);
  }
  make_room();
  team_.run([&](std::size_t member) { gather(member, keep); });
}

/// Each takes the next chunk that nobody has taken.
void Engine::expand_chunks(Worker& worker, bool keep) {
  worker.begin_batch();
  for (;;) {
    const auto chunk = next_chunk_.fetch_add(1);
    if (chunk >= batch_chunks) return;
    expand_chunk(worker, chunk, keep);
  }
}

void Engine::expand_chunk(Worker& worker, std::size_t chunk, bool keep) {
  auto& harvest = harvests_[chunk];
  harvest.clear();
  auto at = batch_begin_ + chunk * chunk_states;
  const auto end = std::min(batch_end_, at + chunk_states);
  if (at >= end) return;
  auto shard =
      static_cast<std::uint32_t>(std::ranges::upper_bound(starts_, at) - starts_.begin() - 1);
  for (; at < end; ++at) {
    while (at >= starts_[shard + 1]) ++shard;
    const auto& layer = store_.shards[shard].now;
    const auto i = at - starts_[shard];
    const std::span state(layer.bytes.data() + offsets_[shard][i], layer.sizes[i]);
    if (!worker.expand(state, shard, layer.first + i, store_, keep, harvest)) return;
  }
}

/// Even if all candidates were new.
void Engine::make_room() {
  std::array<std::uint64_t, shard_count> sizes{};
  for (std::uint32_t s = 0; s < shard_count; ++s) sizes[s] = store_.shards[s].links.size();
  for (const auto& harvest : harvests_) {
    for (const auto& candidate : harvest.candidates) {
      ++sizes[shard_of(candidate.fingerprint)];
    }
  }
  store_.seen.reserve(std::ranges::max(sizes));
}

/// Puts what is new into the shards of this worker; `keep`: it will be expanded, too. The slots of
/// a chunk are called for while those of the chunk before are filled.
void Engine::gather(std::size_t worker, bool keep) {
  const auto mine = [&](const Harvest::Candidate& candidate) {
    return shard_of(candidate.fingerprint) % workers_.size() == worker;
  };
  const auto call_for = [&](const Harvest& harvest) {
    for (const auto& candidate : harvest.candidates) {
      if (mine(candidate)) store_.seen.prefetch(candidate.fingerprint);
    }
  };
  call_for(harvests_.front());
  for (std::size_t i = 0; i < harvests_.size(); ++i) {
    const auto& harvest = harvests_[i];
    if (i + 1 < harvests_.size()) call_for(harvests_[i + 1]);
    for (const auto& candidate : harvest.candidates) {
      if (!mine(candidate)) continue;
      const auto number = shard_of(candidate.fingerprint);
      auto& shard = store_.shards[number];
      if (!store_.seen.insert(candidate.fingerprint)) continue;
      shard.links.push_back(candidate.link);
      if (keep) shard.next.add({harvest.bytes.data() + candidate.begin, candidate.size});
    }
  }
}

bool Engine::take_failure() {
  for (const auto& harvest : harvests_) {
    if (!harvest.failure) continue;
    failure_ = harvest.failure;
    out_.stop = Stop::failure;
    return true;
  }
  return false;
}

void Engine::save_now_and_then(bool force) {
  if (options_.save.empty() || out_.stop == Stop::failure) return;
  if (!force && Clock::now() - saved_ < options_.save_every) return;
  auto seconds = progress().seconds;
  save_checkpoint({options_, store_, out_, expanded_, transitions_, seconds});
  saved_ = Clock::now();
}

Explored explore(const ExploreOptions& options) { return Engine(options).run(); }

std::optional<InScope> explore_scopes(const std::string& subject, unsigned depth,
                                      const std::function<bool(const InScope&)>& wanted) {
  for (unsigned bound = 1; bound <= depth; ++bound) {
    for (const auto& scope : scopes()) {
      ExploreOptions options;
      options.subject = subject;
      options.scope = &scope;
      options.depth = bound;
      InScope found{&scope, explore(options)};
      if (found.explored.failure && wanted(found)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace cow::props::explore
