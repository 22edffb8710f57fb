#include "impl/machine/listing.h"

#include <fmt/format.h>

#include "impl/kernel/walk.h"

namespace cow::machine {

namespace {

/// The pages behind one area.
struct Pages {
  std::uint32_t rss = 0, shared = 0, swap = 0, huge = 0, guards = 0, unwritten = 0;
  double pss = 0;
  std::array<std::uint32_t, max_nodes> of_node{};
};

template <class M>
void add(Pages& pages, const M& m, typename M::Entry entry, bool huge) {
  if (entry.swapped()) ++pages.swap;
  if (entry.guard()) ++pages.guards;
  if (entry.unwritten()) ++pages.unwritten;
  if (!entry.present() || m.is_zero(entry.frame())) return;
  const auto& info = m.frame_info(entry.frame());
  const auto pools = m.pooled(entry.frame()) ? 1U : 0U;  // its hold is no mapping
  const auto holders = m.references(entry.frame()) - info.pins - pools;
  ++pages.rss;
  pages.shared += holders > 1 ? 1U : 0U;
  pages.huge += huge ? 1U : 0U;
  ++pages.of_node[m.node_of(entry.frame())];
  pages.pss += holders == 0 ? 0 : 1.0 / holders;
}

template <class M>
Pages pages_of(const M& m, std::uint32_t p, const kernel::Area& area) {
  Pages pages;
  for (auto page = area.first; page < area.end; ++page) {
    const auto at = kernel::walk<M>(m, m.root(p), page);
    if (at.level > 1 || (at.level == 1 && !at.entry.huge())) continue;
    const auto sub = at.level == 1 ? static_cast<std::uint32_t>(page % M::fan) : 0U;
    add(pages, m, at.level == 1 ? at.entry.sub_page(sub) : at.entry, at.level == 1);
  }
  return pages;
}

/// Where there are several nodes, on which the pages lie (Linux: /proc/PID/numa_maps).
template <class M>
std::string node_text(const M& m, const Pages& pages) {
  std::string text;
  for (std::uint32_t node = 0; m.config().nodes > 1 && node < m.config().nodes; ++node) {
    if (pages.of_node[node] != 0) text += fmt::format(" N{}={}", node, pages.of_node[node]);
  }
  return text;
}

template <class M>
std::string area_line(const M& m, std::uint32_t p, const kernel::Area& area) {
  const auto pages = pages_of(m, p, area);
  const auto name = area.has_object() && area.object == m.header().file ? "file"
                    : area.is_shared()                                  ? "shared"
                                                                        : "anon";
  const auto kind =
      fmt::format("{}{}{}{}", name,
                  area.hugetlb ? " hugetlb"
                  : area.huge  ? " huge"
                               : "",
                  area.dontfork ? " dontfork" : "", area.wipeonfork ? " wipeonfork" : "");
  auto rest = pages.guards == 0 ? std::string() : fmt::format(" guards {}", pages.guards);
  if (pages.unwritten != 0) rest += fmt::format(" not-written {}", pages.unwritten);
  return fmt::format(
      "  {:<8} {}{}-{} {:<10} size {} rss {} pss {:.1f} shared {} private {} swap {} huge {}{}\n",
      fmt::format("p{}-p{}", area.first - m.user_first(), area.end - 1 - m.user_first()),
      area.may_read() ? 'r' : '-', area.may_write() ? 'w' : '-', area.is_shared() ? 's' : 'p', kind,
      area.end - area.first, pages.rss, pages.pss, pages.shared, pages.rss - pages.shared,
      pages.swap, pages.huge, node_text(m, pages));
}

/// What each node has (Linux: /sys/devices/system/node/nodeN/meminfo).
template <class M>
std::string nodes_text(const M& m) {
  std::string text;
  for (std::uint32_t node = 0; m.config().nodes > 1 && node < m.config().nodes; ++node) {
    std::uint32_t all = 0, free = 0, tables = 0;
    for (std::uint32_t f = 0; f < m.config().frames; ++f) {
      if (m.node_of(f) != node) continue;
      ++all;
      free += m.is_free(f) ? 1U : 0U;
      tables += m.frame_info(f).kind == FrameKind::table ? 1U : 0U;
    }
    text +=
        fmt::format("  node {}: {} of {} frames free, {} page tables\n", node, free, all, tables);
  }
  return text;
}

/// What the pool of huge pages has (Linux: HugePages_Total, _Free and _Rsvd in /proc/meminfo).
template <class M>
std::string pool_text(const M& m) {
  if (!m.has_pool()) return {};
  return fmt::format("  pool: {} of {} huge pages free, {} promised\n", m.free_pooled(),
                     m.config().pool, m.header().promised);
}

/// What the compressed tier of swap has (Linux: Zswap and Zswapped in /proc/meminfo).
template <class M>
std::string zswap_text(const M& m) {
  if (!m.has_zswap()) return {};
  std::uint32_t packed = 0, filled = 0;
  for (std::uint32_t s = 0; s < m.config().slots; ++s) {
    packed += m.zswap_entry(s).home == Home::pool ? 1U : 0U;
    filled += m.zswap_entry(s).home == Home::word ? 1U : 0U;
  }
  return fmt::format("  zswap: {} of {} bytes used, {} pages compressed, {} filled by a word\n",
                     m.header().zswap_used * M::chunk_bytes, m.zswap_size() * M::chunk_bytes,
                     packed, filled);
}

/// "fault 3, copy 1": those that are not 0.
template <class Numbers, class NameOf>
std::string named(const Numbers& numbers, NameOf name_of) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(i), numbers[i]);
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

template <class G>
std::string list_usage(const ByteMachine<G>& m) {
  std::string text;
  for (std::uint32_t p = 0; p < m.config().procs; ++p) {
    const auto& account = m.account(p);
    const auto event = [](std::size_t c) {
      return kernel::event_names[static_cast<std::size_t>(kernel::event_of[c])];
    };
    const auto counts = named(account.counts, event);
    if (m.alive(p)) {
      const auto gauge = [](std::size_t g) { return kernel::gauge_names[g]; };
      text += m.waits(p)
                  ? fmt::format("P{} waits, since its memory is lent\n", p)
                  : fmt::format("P{} has, in pages: {}\n", p, named(account.usage.pages, gauge));
      for (const auto& area : m.areas(p)) text += area_line(m, p, area);
    } else if (counts != "nothing") {
      text += fmt::format("P{} is not alive\n", p);
    }
    if (counts != "nothing") text += fmt::format("  did: {}\n", counts);
  }
  text += fmt::format("machine: {} of {} frames free, {} of {} slots used\n", m.free_frames(),
                      m.config().frames, m.used_slots(), m.config().slots);
  text += nodes_text(m) + pool_text(m) + zswap_text(m);
  const auto event = [](std::size_t e) { return kernel::event_names[e]; };
  return text + fmt::format("  did: {}\n", named(m.header().events, event));
}

template std::string list_usage(const ByteMachine<Tiny>&);
template std::string list_usage(const ByteMachine<X86_64>&);

}  // namespace cow::machine
