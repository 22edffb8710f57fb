#include "props/explore/store.h"

#include <algorithm>
#include <utility>

namespace cow::props::explore {

/// The slot that holds it, or the empty one where it belongs. REQUIRES: there are slots.
std::size_t FingerprintSet::find(std::uint64_t fingerprint) const {
  const auto mask = slots_.size() - 1;
  auto i = static_cast<std::size_t>(fingerprint) & mask;
  while (slots_[i] != 0 && slots_[i] != fingerprint) i = (i + 1) & mask;
  return i;
}

bool FingerprintSet::contains(std::uint64_t fingerprint) const {
  return !slots_.empty() && slots_[find(fingerprint)] != 0;
}

bool FingerprintSet::insert(std::uint64_t fingerprint) {
  if (4 * (size_ + 1) > 3 * slots_.size()) grow();
  auto& slot = slots_[find(fingerprint)];
  if (slot != 0) return false;
  slot = fingerprint;
  ++size_;
  return true;
}

void FingerprintSet::grow() {
  std::vector<std::uint64_t> old(std::max<std::size_t>(64, slots_.size() * 2));
  old.swap(slots_);
  for (const auto fingerprint : old) {
    if (fingerprint != 0) slots_[find(fingerprint)] = fingerprint;
  }
}

void FingerprintSet::recount() {
  size_ = slots_.size() - static_cast<std::uint64_t>(std::ranges::count(slots_, 0U));
}

void Layer::add(std::span<const std::uint8_t> state) {
  bytes.insert(bytes.end(), state.begin(), state.end());
  sizes.push_back(static_cast<std::uint32_t>(state.size()));
}

void Layer::clear() {
  bytes = {};
  sizes = {};
}

namespace {
template <class What>
auto sum(const std::array<Shard, shard_count>& shards, What what) {
  decltype(what(shards[0])) total = 0;
  for (const auto& shard : shards) total += what(shard);
  return total;
}
}  // namespace

std::uint64_t Store::states() const {
  return sum(shards, [](const Shard& s) { return s.seen.size(); });
}
std::uint64_t Store::frontier() const {
  return sum(shards, [](const Shard& s) { return std::uint64_t{s.now.sizes.size()}; });
}
std::uint64_t Store::found() const {
  return sum(shards, [](const Shard& s) { return s.links.size() - s.next.first; });
}
std::size_t Store::memory() const {
  return sum(shards, [](const Shard& s) { return s.memory(); });
}

void Store::advance() {
  for (auto& shard : shards) {
    std::swap(shard.now, shard.next);
    shard.next.clear();
    shard.next.first = shard.links.size();
  }
}

}  // namespace cow::props::explore
