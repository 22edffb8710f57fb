#include "impl/machine/describe.h"

#include <fmt/format.h>

namespace cow::machine {

namespace {

/// What the process has marked the page with.
template <class Entry>
std::string marks_text(Entry entry) {
  return fmt::format("{}{}", entry.wp() ? ", wp" : "", entry.unwritten() ? ", not written" : "");
}

template <class M>
std::string entry_text(const M& m, std::uint64_t user, typename M::Entry entry, bool huge) {
  if (entry.swapped()) {
    if (entry.slot() >= m.config().slots) {
      return fmt::format("    p{:<4} slot {}, which does not exist\n", user, entry.slot());
    }
    const auto& info = m.slot_info(entry.slot());
    const auto where =
        info.cached == 0 ? std::string() : fmt::format(", cached in frame {}", info.cached - 1);
    return fmt::format("    p{:<4} --{} slot {}, named {}{}{}{}\n", user,
                       entry.exclusive() ? 'x' : '-', entry.slot(), info.count,
                       info.count == 1 ? " time" : " times", where, marks_text(entry));
  }
  const auto letters = fmt::format("{}{}{}", entry.readable() ? 'r' : '-',
                                   entry.writable() ? 'w' : '-', entry.exclusive() ? 'x' : '-');
  const auto holders = huge ? m.huge_references(entry.frame()) : m.references(entry.frame());
  return fmt::format("    p{:<4} {} {} {}, {} holder{}{}{}{}\n", user, letters,
                     huge ? "huge page at frame" : "frame", entry.frame(), holders,
                     holders == 1 ? "" : "s", m.is_merged(entry.frame()) ? ", merged" : "",
                     entry.dirty() ? "" : ", given up", marks_text(entry));
}

template <class M>
void add_pages(std::string& out, const M& m, std::uint32_t p, const kernel::Area& area) {
  for (auto page = area.first; page < area.end;) {
    const auto at = kernel::walk<M>(m, m.root(p), page);
    const auto user = page - m.user_first();
    if (at.entry.guard()) out += fmt::format("    p{:<4} guard\n", user);
    if (!at.entry.empty()) out += entry_text(m, user, at.entry, at.level == 1);
    page = (page / kernel::span<M>(at.level) + 1) * kernel::span<M>(at.level);
  }
}

template <class M>
void add_pins(std::string& out, const M& m, std::uint32_t p) {
  for (std::uint32_t slot = 0; slot < pins_per_process; ++slot) {
    const auto& pin = m.pins(p).at[slot];
    if (pin.access == kernel::Access::none) continue;
    out += fmt::format("    d{} pins frame {} for {}\n", slot, pin.frame,
                       pin.access == kernel::Access::write ? "writing" : "reading");
  }
}

template <class M>
void add_translations(std::string& out, const M& m) {
  for (std::uint32_t cpu = 0; cpu < m.config().cpus; ++cpu) {
    for (std::uint32_t i = 0; i < M::tlb_entries; ++i) {
      const auto& t = m.translation(cpu, i);
      if (t.valid == 0) continue;
      const auto p = m.user_of(cpu, t);
      out += fmt::format(
          "  CPU {} caches P{} p{} -> {}frame {} {}{}\n", cpu, p == none ? t.process : p,
          t.page - m.user_first(), M::is_huge_translation(i) ? "huge page at " : "", t.frame,
          t.writable != 0 ? "rw" : "r-", p == none ? ", to be flushed before it is used" : "");
    }
    if (m.has_asids() && m.asids(cpu).running != none) {
      out += fmt::format("  CPU {} runs P{}\n", cpu, m.asids(cpu).running);
    }
  }
}

template <class M>
bool is_file(const M& m, std::uint32_t object) {
  return object == m.header().file || object == m.header().pool_file;
}

template <class M>
void add_pool(std::string& out, const M& m) {
  std::uint32_t free = 0;
  for (std::uint32_t b = 0; b < m.config().pool; ++b) {
    free += m.huge_references(b * M::fan) == 0 ? 1U : 0U;
  }
  out += fmt::format("  {} of {} huge pages in the pool free, {} promised\n", free, m.config().pool,
                     m.header().promised);
}

}  // namespace

template <class G>
std::string describe(const ByteMachine<G>& m) {
  using M = ByteMachine<G>;
  std::string out;
  for (std::uint32_t p = 0; p < m.config().procs; ++p) {
    if (!m.alive(p)) continue;
    out += fmt::format(
        "  P{}{}{}\n", p,
        m.valid_process(m.lender(p)) ? fmt::format(", by vfork of P{}", m.lender(p)) : "",
        m.waits(p)           ? ": waits, since its memory is lent"
        : m.areas(p).empty() ? ": nothing mapped"
                             : "");
    for (const auto& area : m.areas(p)) {
      constexpr const char* access[] = {"no access", "read", "write"};
      out += fmt::format(
          "   p{}..p{} {} {}{}\n", area.first - m.user_first(), area.end - 1 - m.user_first(),
          area.is_shared() ? "shared" : "private", access[static_cast<int>(area.access)],
          fmt::format("{}{}{}{}{}{}", area.has_object() && is_file(m, area.object) ? " file" : "",
                      area.hugetlb ? " hugetlb"
                      : area.huge  ? " huge"
                                   : "",
                      area.reserved ? " reserved" : "", area.lost ? " lost" : "",
                      area.dontfork ? " dontfork" : "", area.wipeonfork ? " wipeonfork" : ""));
      add_pages<M>(out, m, p, area);
    }
    add_pins<M>(out, m, p);
  }
  add_translations<M>(out, m);
  out += fmt::format("  {} of {} frames free\n", m.free_frames(), m.config().frames);
  if (m.has_pool()) add_pool<M>(out, m);
  const auto used = m.used_slots();
  return used == 0 ? out : out + fmt::format("  {} of {} slots used\n", used, m.config().slots);
}

template std::string describe(const ByteMachine<Tiny>&);
template std::string describe(const ByteMachine<X86_64>&);

}  // namespace cow::machine
