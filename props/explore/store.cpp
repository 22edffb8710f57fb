#include "props/explore/store.h"

#include <algorithm>
#include <sys/mman.h>
#include <utility>

namespace cow::props::explore {

/// The slot that holds it, or the empty one where it belongs: the first from its home on, within
/// its shard's part.
std::size_t FingerprintSet::find(std::uint64_t fingerprint) const {
  const auto part = (size() / shard_count) - 1;
  auto i = home(fingerprint);
  while (slots_[i] != 0 && slots_[i] != fingerprint) i = (i & ~part) | ((i + 1) & part);
  return i;
}

bool FingerprintSet::insert(std::uint64_t fingerprint) {
  auto& slot = slots_[find(fingerprint)];
  if (slot != 0) return false;
  slot = fingerprint;
  return true;
}

/// At most three quarters of a part are used.
void FingerprintSet::reserve(std::uint64_t in_a_shard) {
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  auto bits = std::max(bits_, 16U);
  while (4 * in_a_shard * shard_count > 3 * (std::uint64_t{1} << bits)) ++bits;
  if (bits == bits_) return;
  const auto bytes = sizeof(std::uint64_t) << bits;
  FingerprintSet larger;
  larger.bits_ = bits;
  larger.memory_ = machine::Storage(bytes + huge_page);
  auto* const memory = larger.memory_.data();
  const auto past = reinterpret_cast<std::uintptr_t>(memory) % huge_page;
  larger.slots_ = reinterpret_cast<std::uint64_t*>(memory + (huge_page - past));
  madvise(larger.slots_, bytes, MADV_HUGEPAGE);  // where it is refused all is only slower
  for (const auto fingerprint : slots()) {
    if (fingerprint != 0) larger.insert(fingerprint);
  }
  *this = std::move(larger);
}

void FingerprintSet::add(std::span<const std::uint64_t> slots) {
  std::array<std::uint64_t, shard_count> sizes{};
  for (const auto fingerprint : slots) sizes[shard_of(fingerprint)] += fingerprint != 0 ? 1 : 0;
  reserve(std::ranges::max(sizes));
  for (const auto fingerprint : slots) {
    if (fingerprint != 0) insert(fingerprint);
  }
}

void Layer::add(std::span<const std::uint8_t> state) {
  bytes.append(state);
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
  return sum(shards, [](const Shard& s) { return std::uint64_t{s.links.size()}; });
}
std::uint64_t Store::frontier() const {
  return sum(shards, [](const Shard& s) { return std::uint64_t{s.now.sizes.size()}; });
}
std::uint64_t Store::found() const {
  return sum(shards, [](const Shard& s) { return s.links.size() - s.next.first; });
}
std::size_t Store::memory() const {
  return seen.bytes() + sum(shards, [](const Shard& s) { return s.memory(); });
}

void Store::advance() {
  for (auto& shard : shards) {
    std::swap(shard.now, shard.next);
    shard.next.clear();
    shard.next.first = shard.links.size();
  }
}

}  // namespace cow::props::explore
