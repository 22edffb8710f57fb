#pragma once

#include <optional>

#include "impl/machine/asids.h"

namespace cow::machine {

/// A Translation as the laws read it: of one page, whatever its size.
struct Cached {
  const Translation& t;
  std::uint32_t sub_page;
  bool valid() const { return t.valid != 0; }
  std::uint32_t frame() const { return t.frame + sub_page; }
  bool writable() const { return t.writable != 0; }
};

/// A software TLB per CPU, tagged with the process, or with an identifier of the CPU's.
/// Direct-mapped, small and huge translations apart, as on real processors. It really caches:
/// accesses go through it, and an entry stays until a flush or an eviction removes it.
template <class Geometry>
class Tlbs : public Asids<Geometry> {
  using Base = Asids<Geometry>;
  static constexpr std::uint32_t small = Geometry::tlb_small, huge = Geometry::tlb_huge;

 public:
  using Base::Base, Base::fan;
  using typename Base::Cpu, typename Base::Entry, typename Base::Frame, typename Base::Process;
  static constexpr std::uint32_t tlb_entries = small + huge;

  std::optional<Frame> tlb_find(Cpu cpu, Process p, std::uint64_t page, bool write) const {
    const auto tag = tag_in_use(cpu, p);
    if (!tag.known()) return std::nullopt;
    const auto& t = tlb(cpu)[small_at(tag.number, page)];
    if (hits(t, tag, page) && (!write || t.writable != 0)) return t.frame;
    const auto first = page - page % fan;
    const auto& h = tlb(cpu)[huge_at(tag.number, first)];
    if (hits(h, tag, first) && (!write || h.writable != 0)) {
      return h.frame + static_cast<Frame>(page % fan);
    }
    return std::nullopt;
  }

  /// A translation for writing is one of a dirty page: until then a write walks the tables. A CPU
  /// that does not run the process caches nothing of it.
  void tlb_fill(Cpu cpu, Process p, std::uint64_t page, Entry entry) {
    const auto tag = tag_in_use(cpu, p);
    if (!tag.known()) return;
    const auto at = entry.huge() ? page - page % fan : page;
    tlb(cpu)[entry.huge() ? huge_at(tag.number, at) : small_at(tag.number, at)] = {
        at, entry.frame(), static_cast<std::uint16_t>(p), tag.valid,
        entry.writable() && entry.dirty()};
  }

  /// Flushes one page of one process on every CPU, whatever its size, as INVLPG does.
  void flush_page(Process p, std::uint64_t page) {
    shoot_down(p, [&](Cpu cpu) { flush_page_on(cpu, p, page); });
  }
  void flush_page_on(Cpu cpu, Process p, std::uint64_t page) {
    const auto tag = tag_of(cpu, p);
    const auto first = page - page % fan;
    auto& t = tlb(cpu)[small_at(tag.number, page)];
    if (hits(t, tag, page)) t = {};
    auto& h = tlb(cpu)[huge_at(tag.number, first)];
    if (hits(h, tag, first)) h = {};
  }

  /// The pages of [first, end), and every huge page that reaches into them.
  void flush_range(Process p, std::uint64_t first, std::uint64_t end) {
    shoot_down(p, [&](Cpu cpu) { flush_range_on(cpu, p, first, end); });
  }
  void flush_range_on(Cpu cpu, Process p, std::uint64_t first, std::uint64_t end) {
    const auto tag = tag_of(cpu, p);
    for (std::uint32_t i = 0; i < tlb_entries; ++i) {
      auto& t = tlb(cpu)[i];
      const std::uint64_t pages = is_huge_translation(i) ? fan : 1;
      if (is_tagged(t, tag) && t.page < end && first < t.page + pages) t = {};
    }
  }

  void flush_process(Process p) {
    shoot_down(p, [&](Cpu cpu) { flush_process_on(cpu, p); });
  }
  void flush_process_on(Cpu cpu, Process p) {
    const auto tag = tag_of(cpu, p);
    for (std::uint32_t i = 0; i < tlb_entries; ++i) {
      if (is_tagged(tlb(cpu)[i], tag)) tlb(cpu)[i] = {};
    }
  }

  /// All that bears an identifier, whoever it was filled for.
  void flush_asid(Cpu cpu, std::uint32_t asid) {
    for (std::uint32_t i = 0; i < tlb_entries; ++i) {
      if (tlb(cpu)[i].valid == asid + 1) tlb(cpu)[i] = {};
    }
  }

  /// Entry i of a CPU's TLB, for the audit; those from tlb_small on are huge.
  const Translation& translation(Cpu cpu, std::uint32_t i) const { return tlb(cpu)[i]; }
  static constexpr bool is_huge_translation(std::uint32_t i) { return i >= small; }
  /// Where the translation of a page is kept, by what tags it.
  static constexpr std::uint32_t slot_of(std::uint32_t tag, std::uint64_t page, bool is_huge) {
    return is_huge ? huge_at(tag, page - page % fan) : small_at(tag, page);
  }

 protected:
  /// What tells whose a translation is: the process, or an identifier of the CPU.
  struct Tag {
    std::uint32_t number;
    std::uint8_t valid;  ///< as Translation has it; 0: none
    bool by_asid;
    Process process;
    bool known() const { return valid != 0; }
  };
  Tag tag_in_use(Cpu cpu, Process p) const {
    if (!this->has_asids()) return {p, 1, false, p};
    const auto asid = this->asids(cpu).loaded;
    return this->runs(cpu, p) && asid != none ? tagged_by(asid, p) : Tag{0, 0, true, p};
  }
  Tag tag_of(Cpu cpu, Process p) const {
    if (!this->has_asids()) return {p, 1, false, p};
    const auto asid = this->asid_of(cpu, p);
    return asid ? tagged_by(*asid, p) : Tag{0, 0, true, p};
  }

 private:
  static Tag tagged_by(std::uint32_t asid, Process p) {
    return {asid, static_cast<std::uint8_t>(asid + 1), true, p};
  }
  static constexpr bool is_tagged(const Translation& t, const Tag& tag) {
    return t.valid != 0 && t.valid == tag.valid && (tag.by_asid || t.process == tag.process);
  }
  static constexpr bool hits(const Translation& t, const Tag& tag, std::uint64_t page) {
    return t.page == page && is_tagged(t, tag);
  }

  /// Where there are identifiers only CPUs that run the process are interrupted. The others are
  /// told by its generation.
  template <class Act>
  void shoot_down(Process p, Act act) {
    this->note(kernel::Event::shootdown);
    const bool tagged = this->has_asids();
    const auto generation = tagged ? this->advance_generation(p) : 0;
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) {
      if (!tagged) {
        act(cpu);
      } else if (this->runs(cpu, p)) {
        catch_up(*this, cpu, p, generation, act);
      } else if (this->asid_of(cpu, p)) {
        this->note(kernel::Event::deferred_flush);
      }
    }
  }

  /// Spreads the processes, so that equal pages of two of them do not evict each other.
  static constexpr std::uint32_t small_at(std::uint32_t tag, std::uint64_t page) {
    return (static_cast<std::uint32_t>(page) + tag * 5) % small;
  }
  static constexpr std::uint32_t huge_at(std::uint32_t tag, std::uint64_t first) {
    return small + (static_cast<std::uint32_t>(first / fan) + tag) % huge;
  }
  Translation* tlb(Cpu cpu) { return this->translations_ + std::size_t{cpu} * tlb_entries; }
  const Translation* tlb(Cpu cpu) const {
    return this->translations_ + std::size_t{cpu} * tlb_entries;
  }
};

}  // namespace cow::machine
