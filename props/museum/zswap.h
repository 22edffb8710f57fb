#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "impl/kernel/status.h"
#include "impl/machine/block.h"

/// Planted bugs of the compressed tier of swap (impl/machine/zswap.h). They show only in worlds
/// that have one.
namespace cow::props::museum {

/// Who loads a page takes the entry away, as if nobody would ever ask the slot again.
template <class Base>
struct ZswapLoadsExclusively : Base {
  using Base::Base;
  void read_slot(typename Base::Frame frame, typename Base::Slot slot) {
    Base::read_slot(frame, slot);
    if (this->has_zswap()) this->drop_entry(slot);
  }
};

/// An entry of the pool stays when its slot is freed.
template <class Base>
struct ZswapOutlivesSlot : Base {
  using Base::Base;
  void put_slot(typename Base::Slot slot) {
    if (!this->has_zswap() || slot >= this->config_.slots) return Base::put_slot(slot);
    const auto entry = this->zswap_[slot];
    const auto bytes = this->pool_of(entry);
    const std::vector<std::uint8_t> kept(bytes.begin(), bytes.end());
    const auto used = this->header_->zswap_used;
    Base::put_slot(slot);
    this->zswap_[slot] = entry;
    this->header_->zswap_used = used;
    std::copy(kept.begin(), kept.end(), bytes.begin());
  }
};

/// Of the word that fills a page the last byte is kept.
template <class Base>
struct ZswapKeepsAByte : Base {
  using Base::Base;
  void write_slot(typename Base::Slot slot, typename Base::Frame frame) {
    Base::write_slot(slot, frame);
    if (this->has_zswap()) this->zswap_[slot].word = (this->zswap_[slot].word & 255) * every_byte;
  }

 private:
  static constexpr std::uint64_t every_byte = 0x0101010101010101;
};

/// A page that cannot be compressed counts as stored.
template <class Base>
struct ZswapRefusesSilently : Base {
  using Base::Base;
  void write_slot(typename Base::Slot slot, typename Base::Frame frame) {
    const auto refused = this->events(kernel::Event::zswap_reject);
    Base::write_slot(slot, frame);
    if (this->events(kernel::Event::zswap_reject) == refused) return;
    std::memset(this->bytes_of(slot), 0xA5, Base::page_bytes);
  }
};

/// What is written back to make room for another page is that page.
template <class Base>
struct ZswapWritesBackAnother : Base {
  using Base::Base;
  void write_slot(typename Base::Slot slot, typename Base::Frame frame) {
    std::vector<bool> packed;
    for (std::uint32_t s = 0; this->has_zswap() && s < this->config_.slots; ++s) {
      packed.push_back(s != slot && this->zswap_[s].home == machine::Home::pool);
    }
    Base::write_slot(slot, frame);
    for (std::uint32_t s = 0; s < packed.size(); ++s) {
      if (!packed[s] || this->zswap_[s].home != machine::Home::slot) continue;
      std::memcpy(this->bytes_of(s), this->frame_bytes(frame).data(), Base::page_bytes);
    }
  }
};

/// What an entry had of the pool counts as used when it has gone.
template <class Base>
struct ZswapNeverShrinks : Base {
  using Base::Base;
  void put_slot(typename Base::Slot slot) {
    const auto used = this->header_->zswap_used;
    Base::put_slot(slot);
    this->header_->zswap_used = used;
  }
};

}  // namespace cow::props::museum
