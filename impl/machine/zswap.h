#pragma once

#include <array>
#include <bitset>
#include <cstring>
#include <optional>
#include <vector>

#include "impl/machine/compressor.h"
#include "impl/machine/merged.h"

namespace cow::machine {

/// The compressed tier before the slots of swap (Linux: mm/zswap.c). The bytes of a slot have one
/// home: a word, when that fills the page; a place in the pool, when they can be compressed and it
/// has room; else the slot itself. When the pool is full, the page is refused, and one entry, in
/// turn, goes to its slot, so that the next page has room (Linux: zswap_store refuses at the limit
/// and wakes shrink_worker). An entry stays until its slot is free, also when it has been loaded:
/// others may name the slot, and the frame may go (Linux lost pages by dropping what it had loaded:
/// 25cd241408a2). REQUIRES for all that changes entries: the swap lock is held.
template <class Geometry>
class Zswap : public Merged<Geometry> {
  using Base = Merged<Geometry>;

 public:
  using Base::Base, Base::page_bytes;
  using Slot = std::uint32_t;
  static constexpr std::uint32_t chunk_bytes = page_bytes / zswap_chunks;

  bool has_zswap() const { return this->config_.zswap != 0; }
  /// REQUIRES: there is a pool.
  const ZswapEntry& zswap_entry(Slot slot) const { return this->zswap_[slot]; }
  /// Of the pool, in chunks of `chunk_bytes`.
  std::uint32_t zswap_size() const { return this->config_.zswap * zswap_chunks; }
  static std::uint32_t chunks_of(const ZswapEntry& entry) {
    return (entry.length + chunk_bytes - 1) / chunk_bytes;
  }

  /// What who names the slot sees.
  std::span<const std::uint8_t> slot_bytes(Slot slot) const {
    if (!has_zswap() || this->zswap_[slot].home == Home::slot) return plain(slot);
    const std::span view(view_.data() + std::size_t{slot} * page_bytes, page_bytes);
    if (!unpack(slot, view)) std::memset(view.data(), 0xA5, page_bytes);
    return view;
  }
  /// What lies in the slot itself.
  std::span<const std::uint8_t> plain(Slot slot) const { return {bytes_of(slot), page_bytes}; }

 protected:
  /// The slot is to hold these bytes. Whatever an entry said of it before is forgotten, also when
  /// they find no other home than the slot.
  void store_bytes(Slot slot, std::span<const std::uint8_t> page) {
    if (has_zswap()) {
      drop_entry(slot);
      if (store_entry(slot, page)) return this->note(kernel::Event::zswap_out);
    }
    std::memcpy(bytes_of(slot), page.data(), page_bytes);
  }
  void load_bytes(Slot slot, std::span<std::uint8_t> page) {
    if (has_zswap() && this->zswap_[slot].home != Home::slot) {
      if (!unpack(slot, page)) this->complain(kernel::Law::isolation, 15, slot);
      return this->note(kernel::Event::zswap_in);
    }
    std::memcpy(page.data(), bytes_of(slot), page_bytes);
  }
  /// The slot is free.
  void forget_bytes(Slot slot) {
    if (has_zswap()) drop_entry(slot);
    if (Base::G::checked) std::memset(bytes_of(slot), 0xA5, page_bytes);
  }

  /// Gives back what the entry has of the pool. Linux: zswap_entry_free.
  void drop_entry(Slot slot) {
    auto& entry = this->zswap_[slot];
    if (entry.home == Home::pool) {
      std::memset(pool_of(entry).data(), 0, std::size_t{chunks_of(entry)} * chunk_bytes);
      this->header_->zswap_used -= chunks_of(entry);
    }
    entry = {};
  }

  std::uint8_t* bytes_of(Slot slot) const { return this->swap_ + std::size_t{slot} * page_bytes; }
  std::span<std::uint8_t> pool_of(const ZswapEntry& entry) const {
    return {this->zswap_pool_ + std::size_t{entry.chunk} * chunk_bytes, entry.length};
  }

 private:
  /// False: its home is the slot. Linux: zswap_store; zswap_is_page_same_filled.
  bool store_entry(Slot slot, std::span<const std::uint8_t> page) {
    auto& entry = this->zswap_[slot];
    std::memcpy(&entry.word, page.data(), sizeof(entry.word));
    if (std::memcmp(page.data(), page.data() + sizeof(entry.word),
                    page_bytes - sizeof(entry.word)) == 0) {
      entry.home = Home::word;
      return this->note(kernel::Event::zswap_same), true;
    }
    entry = {};
    std::array<std::uint8_t, page_bytes - 1> packed;
    const auto length = static_cast<std::uint16_t>(compress(page, packed));
    if (length == 0) return this->note(kernel::Event::zswap_reject), false;
    ZswapEntry fresh{Home::pool, 0, length, 0, 0};
    const auto chunk = room_for(chunks_of(fresh));
    if (!chunk) return write_back(), this->note(kernel::Event::zswap_reject), false;
    fresh.chunk = *chunk;
    entry = fresh;
    std::memcpy(pool_of(entry).data(), packed.data(), length);
    this->header_->zswap_used += chunks_of(entry);
    return true;
  }

  bool unpack(Slot slot, std::span<std::uint8_t> page) const {
    const auto& entry = this->zswap_[slot];
    if (entry.home == Home::pool) {
      return entry.chunk + chunks_of(entry) <= zswap_size() && decompress(pool_of(entry), page);
    }
    for (std::size_t at = 0; at < page_bytes; at += sizeof(entry.word)) {
      std::memcpy(page.data() + at, &entry.word, sizeof(entry.word));
    }
    return true;
  }

  /// The first `count` chunks of the pool that lie together and are nobody's.
  std::optional<std::uint32_t> room_for(std::uint32_t count) const {
    std::bitset<max_zswap * zswap_chunks> taken;
    for (Slot s = 0; s < this->config_.slots; ++s) {
      const auto& entry = this->zswap_[s];
      for (std::uint32_t i = 0; i < chunks_of(entry); ++i) taken.set(entry.chunk + i);
    }
    std::uint32_t free = 0;
    for (std::uint32_t at = 0; at < zswap_size(); ++at) {
      free = taken[at] ? 0 : free + 1;
      if (free == count) return at + 1 - count;
    }
    return std::nullopt;
  }

  /// The entry of the pool whose turn it is goes to its slot. Linux: zswap_writeback_entry, the
  /// least recently used one first.
  void write_back() {
    auto& next = this->header_->zswap_next;
    for (std::uint32_t tried = 0; tried < this->config_.slots; ++tried) {
      const auto slot = next;
      next = (next + 1) % this->config_.slots;
      if (this->zswap_[slot].home != Home::pool) continue;
      if (!unpack(slot, {bytes_of(slot), page_bytes})) {
        this->complain(kernel::Law::isolation, 15, slot);
      }
      drop_entry(slot);
      return this->note(kernel::Event::zswap_writeback);
    }
  }

  /// [slot]: where slot_bytes shows what is compressed. Not state: made anew whenever it is asked.
  mutable std::vector<std::uint8_t> view_ =
      std::vector<std::uint8_t>(has_zswap() ? this->config_.slots * page_bytes : 0);
};

}  // namespace cow::machine
