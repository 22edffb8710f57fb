#pragma once

#include "impl/machine/byte_machine.h"

namespace cow::props::explore {

/// The flat block of a tiny machine as its typed sections, to be read and written from outside.
struct Sections {
  using G = machine::Tiny;
  using Machine = machine::ByteMachine<G>;
  static constexpr std::uint32_t fan = Machine::fan;
  static constexpr std::uint32_t page_bytes = Machine::page_bytes;
  static constexpr std::uint32_t tlb_entries = Machine::tlb_entries;

  explicit Sections(const Machine& m) : config(m.config()), user_first(m.user_first()) {
    const auto at = machine::layout(config, fan, tlb_entries, page_bytes);
    base = m.block_bytes().data();
    header = section<machine::Header>(0);
    processes = section<machine::ProcessInfo>(at.processes);
    pins = section<machine::Pins>(at.pins);
    accounts = section<kernel::Account>(at.accounts);
    pools = section<machine::Pool>(at.pools);
    asids = section<machine::CpuAsids>(at.asids);
    generations = section<std::uint32_t>(at.generations);
    areas = section<kernel::Area>(at.areas);
    translations = section<machine::Translation>(at.translations);
    blocks = section<machine::Block>(at.blocks);
    links = section<machine::Link>(at.links);
    bitmaps = section<std::uint64_t>(at.bitmaps);
    frames = section<machine::FrameInfo>(at.frames);
    slots = section<machine::SlotInfo>(at.slots);
    cached = section<std::uint32_t>(at.cached);
    merged = section<std::uint8_t>(at.merged);
    zswap = section<machine::ZswapEntry>(at.zswap);
    zswap_pool = section<std::uint8_t>(at.zswap_pool);
    bytes = section<std::uint8_t>(at.bytes);
    swap = section<std::uint8_t>(at.swap);
    block_count = (config.frames + fan - 1) / fan;
    metadata_bytes = at.frames + std::size_t{block_count} * fan * sizeof(machine::FrameInfo);
    data_bytes = std::size_t{block_count} * fan * page_bytes;
    swap_bytes = std::size_t{config.slots} * page_bytes;
  }

  kernel::Area* areas_of(std::uint32_t p) const { return areas + std::size_t{p} * config.pages; }
  G::Word* table(std::uint32_t frame) const {
    return reinterpret_cast<G::Word*>(bytes + std::size_t{frame} * page_bytes);
  }
  std::uint8_t* page(std::uint32_t frame) const { return bytes + std::size_t{frame} * page_bytes; }

  machine::Config config;
  std::uint64_t user_first;
  std::byte* base;
  machine::Header* header;
  machine::ProcessInfo* processes;
  machine::Pins* pins;         ///< [process]
  kernel::Account* accounts;   ///< [process]
  machine::Pool* pools;        ///< [CPU], where CPUs keep free frames
  machine::CpuAsids* asids;    ///< [CPU], where translations are tagged by identifiers
  machine::ZswapEntry* zswap;  ///< [slot], where swap is compressed
  std::uint8_t* zswap_pool;    ///< compressed pages
  std::uint32_t* generations;  ///< [process], where they are
  kernel::Area* areas;
  machine::Translation* translations;
  machine::Block* blocks;
  machine::Link* links;    ///< [block]
  std::uint64_t* bitmaps;  ///< one word a block: the lowest `fan` bits say which frames are free
  machine::SlotInfo* slots;
  std::uint32_t* cached;  ///< [frame]
  std::uint8_t* merged;   ///< [frame]
  machine::FrameInfo* frames;
  std::uint8_t* bytes;
  std::uint8_t* swap;  ///< the bytes of the slots
  std::uint32_t block_count;
  std::size_t metadata_bytes;  ///< from `base` on
  std::size_t data_bytes;      ///< from `bytes` on
  std::size_t swap_bytes;      ///< from `swap` on

 private:
  template <class T>
  T* section(std::size_t at) const {
    return reinterpret_cast<T*>(base + at);
  }
};

}  // namespace cow::props::explore
