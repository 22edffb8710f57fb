#pragma once

#include <algorithm>
#include <bit>
#include <span>
#include <stdexcept>

#include "impl/kernel/status.h"
#include "impl/machine/block.h"
#include "impl/machine/entry.h"
#include "impl/machine/geometry.h"
#include "impl/machine/storage.h"

namespace cow::machine {

/// The flat block seen as typed sections: entries, bytes, the header. What is above it (Frames,
/// Tlbs, ByteMachine) gives the sections their meaning.
template <class Geometry>
class Memory {
 public:
  using G = Geometry;
  using Bool = bool;
  using Frame = std::uint32_t;
  using Process = std::uint32_t;
  using Cpu = std::uint32_t;
  using Entry = machine::Entry<G>;
  using Area = kernel::Area;
  static constexpr int levels = 4;
  static constexpr unsigned fan_bits = G::fan_bits;
  static constexpr std::uint32_t fan = 1U << fan_bits;
  /// Frames are made dirty so many at a time, and cleared again: whole blocks of 2 MiB took a third
  /// of a run with pages of 4 KiB.
  static constexpr std::uint32_t touched_together = std::min(fan, 8U);
  static constexpr std::uint64_t page_bytes = std::uint64_t{1} << G::page_shift;
  static constexpr std::uint64_t all_pages = std::uint64_t{1} << (fan_bits * levels);
  static_assert(sizeof(typename G::Word) * fan == page_bytes, "a table is one page");

  /// Throws std::invalid_argument when the configuration cannot be built.
  explicit Memory(const Config& config) : config_(config), storage_(checked_layout(config).size) {
    const auto at = checked_layout(config);
    header_ = section<Header>(0);
    processes_ = section<ProcessInfo>(at.processes);
    pins_ = section<Pins>(at.pins);
    accounts_ = section<kernel::Account>(at.accounts);
    cpu_pools_ = section<Pool>(at.pools);
    asids_ = section<CpuAsids>(at.asids);
    generations_ = section<std::uint32_t>(at.generations);
    areas_ = section<Area>(at.areas);
    translations_ = section<Translation>(at.translations);
    blocks_ = section<Block>(at.blocks);
    links_ = section<Link>(at.links);
    bitmaps_ = section<std::uint64_t>(at.bitmaps);
    slots_ = section<SlotInfo>(at.slots);
    cached_ = section<std::uint32_t>(at.cached);
    merged_ = section<std::uint8_t>(at.merged);
    zswap_ = section<ZswapEntry>(at.zswap);
    zswap_pool_ = section<std::uint8_t>(at.zswap_pool);
    frames_ = section<FrameInfo>(at.frames);
    bytes_ = section<std::uint8_t>(at.bytes);
    swap_ = section<std::uint8_t>(at.swap);
    metadata_bytes_ = at.bytes;
  }

  const Config& config() const { return config_; }

  /// Are counts so narrow that a kernel meets the largest? It asks (`can_get` and the like, in
  /// frames.h and slots.h) before it counts anybody: a count that has no room wraps to zero.
  bool counts_narrowly() const { return config_.count_bits != 0; }
  Header& header() { return *header_; }
  const Header& header() const { return *header_; }
  std::span<std::byte> block_bytes() const { return {storage_.data(), storage_.size()}; }

  /// User space lies around the middle of the address space, so that its pages differ in the
  /// index of every level of the tree.
  std::uint64_t user_first() const { return all_pages / 2 - config_.pages / 2; }
  std::uint64_t user_end() const { return user_first() + config_.pages; }

  Entry load_at(Frame table, std::uint32_t index) const {
    if (G::checked && table >= config_.frames) return Entry::none();
    return Entry(words(table)[index]);
  }
  void store_at(Frame table, std::uint32_t index, Entry entry) {
    if (G::checked && !is_table(table)) return complain(kernel::Law::no_dangling, 0, table);
    words(table)[index] = entry.word();
  }
  bool table_empty(Frame table) const {
    if (G::checked && table >= config_.frames) return false;
    const auto* at = words(table);
    for (std::uint32_t i = 0; i < fan; ++i) {
      if (at[i] != 0) return false;
    }
    return true;
  }

  std::span<const std::uint8_t> frame_bytes(Frame frame) const {
    return {bytes_ + std::size_t{frame} * page_bytes, page_bytes};
  }
  void read_bytes(Frame frame, std::uint32_t offset, std::span<std::uint8_t> out) const {
    if (G::checked && frame >= config_.frames) return;
    std::memcpy(out.data(), page(frame) + offset, out.size());
  }
  void write_bytes(Frame frame, std::uint32_t offset, std::span<const std::uint8_t> in) {
    if (G::checked && !sane(frame)) return;
    std::memcpy(page(frame) + offset, in.data(), in.size());
  }

  void copy_page(Frame to, Frame from) {
    if (G::checked && !(sane(to) && sane(from))) return;
    expect_unmapped(to);
    std::memcpy(page(to), page(from), page_bytes);
    note(kernel::Event::copy);
  }
  void zero_page(Frame frame) {
    expect_unmapped(frame);
    std::memset(page(frame), 0, page_bytes);
    note(kernel::Event::zero);
  }
  void copy_huge(Frame to, Frame from) {
    if (G::checked && !(sane(to) && sane(from))) return;
    expect_unmapped(to);
    std::memcpy(page(to), page(from), page_bytes * fan);
    note(kernel::Event::copy, fan);
  }
  void zero_huge(Frame head) {
    expect_unmapped(head);
    std::memset(page(head), 0, page_bytes * fan);
    note(kernel::Event::zero, fan);
  }

  void note(kernel::Event event, std::uint64_t times = 1) {
    header_->events[static_cast<std::size_t>(event)] += times;
  }
  std::uint64_t events(kernel::Event event) const {
    return header_->events[static_cast<std::size_t>(event)];
  }

  /// Remembers the first impossible request of an operation; see complaint_texts.
  void complain(kernel::Law law, std::uint16_t what, std::uint32_t number) {
    if (header_->complaint.seen == 0) header_->complaint = {1, law, what, number};
  }

 protected:
  bool sane(Frame frame) {
    if (frame < config_.frames) return true;
    complain(kernel::Law::no_dangling, 1, frame);
    return false;
  }
  /// A frame is filled before an entry names it: another CPU would see what it held before.
  void expect_unmapped(Frame f) {
    if (G::checked && header_->installed == f) complain(kernel::Law::no_disclosure, 11, f);
  }
  bool is_table(Frame f) const { return f < config_.frames && frames_[f].kind == FrameKind::table; }
  std::uint8_t* page(Frame frame) { return bytes_ + std::size_t{frame} * page_bytes; }
  const std::uint8_t* page(Frame frame) const { return bytes_ + std::size_t{frame} * page_bytes; }

  /// Back to all zeroes; costs the metadata and the frames that were ever handed out.
  void clear() {
    const auto touched = std::size_t{header_->touched} * touched_together * page_bytes;
    std::memset(bytes_, 0, touched);
    if (G::checked) std::memset(swap_, 0xA5, config_.slots * page_bytes);
    std::memset(storage_.data(), 0, metadata_bytes_);
  }

  Config config_;
  /// The largest number that a count can say.
  std::uint32_t most_ = config_.count_bits == 0 ? ~0U : (1U << config_.count_bits) - 1;
  Storage storage_;
  std::size_t metadata_bytes_ = 0;
  Header* header_;
  ProcessInfo* processes_;
  Pins* pins_;
  kernel::Account* accounts_;
  Pool* cpu_pools_;             ///< [CPU], where there are any
  CpuAsids* asids_;             ///< [CPU], where there are identifiers
  std::uint32_t* generations_;  ///< [process], where there are: how often it was flushed
  Area* areas_;
  Translation* translations_;
  Block* blocks_;
  Link* links_;
  std::uint64_t* bitmaps_;
  SlotInfo* slots_;
  std::uint32_t* cached_;
  std::uint8_t* merged_;
  ZswapEntry* zswap_;         ///< [slot], where pages are compressed
  std::uint8_t* zswap_pool_;  ///< compressed pages, where they are
  FrameInfo* frames_;
  std::uint8_t* bytes_;
  std::uint8_t* swap_;

 private:
  static Layout checked_layout(const Config& c) {
    if (c.frames < 2 || c.procs < 1 || c.cpus < 1 || c.pages < 1 || c.pages % (2 * fan) != 0 ||
        c.pages > all_pages || c.procs > 0xffff || c.pool > c.frames / fan || c.count_bits == 1 ||
        c.count_bits > 16 || c.cpu_pool > max_cpu_pool || c.asids > max_asids || c.nodes < 1 ||
        c.nodes > max_nodes || c.zswap > max_zswap) {
      throw std::invalid_argument("machine: impossible configuration");
    }
    return layout(c, fan, G::tlb_small + G::tlb_huge, page_bytes);
  }
  template <class T>
  T* section(std::size_t at) const {
    return reinterpret_cast<T*>(storage_.data() + at);
  }
  typename G::Word* words(Frame table) const {
    return reinterpret_cast<typename G::Word*>(bytes_ + std::size_t{table} * page_bytes);
  }
};

}  // namespace cow::machine
