#pragma once

#include <optional>

#include "impl/machine/accounts.h"

namespace cow::machine {

/// A Translation as the laws read it: of one page, whatever its size.
struct Cached {
  const Translation& t;
  std::uint32_t sub_page;
  bool valid() const { return t.valid != 0; }
  std::uint32_t frame() const { return t.frame + sub_page; }
  bool writable() const { return t.writable != 0; }
};

/// A software TLB per CPU, tagged with the process. Direct-mapped, small and huge translations
/// apart, as on real processors. It really caches: accesses go through it, and an entry stays
/// until a flush or an eviction removes it.
template <class Geometry>
class Tlbs : public Accounts<Geometry> {
  using Base = Accounts<Geometry>;
  static constexpr std::uint32_t small = Geometry::tlb_small, huge = Geometry::tlb_huge;

 public:
  using Base::Base, Base::fan;
  using typename Base::Cpu, typename Base::Entry, typename Base::Frame, typename Base::Process;
  static constexpr std::uint32_t tlb_entries = small + huge;

  std::optional<Frame> tlb_find(Cpu cpu, Process p, std::uint64_t page, bool write) const {
    const auto& t = tlb(cpu)[small_at(p, page)];
    if (hits(t, p, page) && (!write || t.writable != 0)) return t.frame;
    const auto first = page - page % fan;
    const auto& h = tlb(cpu)[huge_at(p, first)];
    if (hits(h, p, first) && (!write || h.writable != 0)) {
      return h.frame + static_cast<Frame>(page % fan);
    }
    return std::nullopt;
  }

  /// A translation for writing is one of a dirty page: until then a write walks the tables.
  void tlb_fill(Cpu cpu, Process p, std::uint64_t page, Entry entry) {
    const auto at = entry.huge() ? page - page % fan : page;
    tlb(cpu)[entry.huge() ? huge_at(p, at) : small_at(p, at)] = {
        at, entry.frame(), static_cast<std::uint16_t>(p), 1, entry.writable() && entry.dirty()};
  }

  /// Flushes one page of one process on every CPU, whatever its size, as INVLPG does.
  void flush_page(Process p, std::uint64_t page) {
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) flush_page_on(cpu, p, page);
    this->note(kernel::Event::shootdown);
  }
  void flush_page_on(Cpu cpu, Process p, std::uint64_t page) {
    const auto first = page - page % fan;
    auto& t = tlb(cpu)[small_at(p, page)];
    if (hits(t, p, page)) t = {};
    auto& h = tlb(cpu)[huge_at(p, first)];
    if (hits(h, p, first)) h = {};
  }

  void flush_process(Process p) {
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) flush_process_on(cpu, p);
    this->note(kernel::Event::shootdown);
  }
  void flush_process_on(Cpu cpu, Process p) {
    for (std::uint32_t i = 0; i < tlb_entries; ++i) {
      if (tlb(cpu)[i].valid != 0 && tlb(cpu)[i].process == p) tlb(cpu)[i] = {};
    }
  }

  /// Entry i of a CPU's TLB, for the audit; those from tlb_small on are huge.
  const Translation& translation(Cpu cpu, std::uint32_t i) const { return tlb(cpu)[i]; }
  static constexpr bool is_huge_translation(std::uint32_t i) { return i >= small; }
  /// Where the translation of a page is kept.
  static constexpr std::uint32_t slot_of(Process p, std::uint64_t page, bool is_huge) {
    return is_huge ? huge_at(p, page - page % fan) : small_at(p, page);
  }

 private:
  static constexpr bool hits(const Translation& t, Process p, std::uint64_t page) {
    return t.page == page && t.process == p && t.valid != 0;
  }
  /// Spreads the processes, so that equal pages of two of them do not evict each other.
  static constexpr std::uint32_t small_at(Process p, std::uint64_t page) {
    return (static_cast<std::uint32_t>(page) + p * 5) % small;
  }
  static constexpr std::uint32_t huge_at(Process p, std::uint64_t first) {
    return small + (static_cast<std::uint32_t>(first / fan) + p) % huge;
  }
  Translation* tlb(Cpu cpu) { return this->translations_ + std::size_t{cpu} * tlb_entries; }
  const Translation* tlb(Cpu cpu) const {
    return this->translations_ + std::size_t{cpu} * tlb_entries;
  }
};

}  // namespace cow::machine
