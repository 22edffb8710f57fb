#pragma once

#include <fmt/format.h>
#include <map>
#include <set>
#include <string>

#include "props/explore/pair.h"
#include "props/explore/symmetry.h"

/// The explorer again, the slowest way there is, for its tests: states as text, each reached by
/// performing its whole trace. Shares no code with the forms that it checks.
namespace cow::props::explore::naive {

/// Names by first occurrence.
class Names {
 public:
  std::string operator()(std::uint64_t old) {
    const auto at = names_.try_emplace(old, names_.size()).first;
    return fmt::format("#{}", at->second);
  }

 private:
  std::map<std::uint64_t, std::size_t> names_;
};

/// What CPUs have cached, and by which identifiers.
inline std::string tlb_text(const Scope& scope, const Sections& s) {
  std::string text;
  const auto tagged = s.config.asids == 0 ? 0 : scope.world.cpus;
  for (std::uint32_t c = 0; c < tagged; ++c) {
    const auto& cpu = s.asids[c];
    text += fmt::format("I{} {} {} ", cpu.running, cpu.loaded, cpu.next);
    for (const auto& of : std::span(cpu.of).first(s.config.asids)) {
      const bool known = of.process < scope.world.procs;
      text +=
          fmt::format("{} {} ", of.process, known && of.generation == s.generations[of.process]);
    }
  }
  for (std::uint32_t i = 0; i < scope.world.cpus * Sections::tlb_entries; ++i) {
    const auto& t = s.translations[i];
    if (t.valid == 0) continue;
    text += fmt::format("V{} ", t.valid) +
            fmt::format("T{} {} {} {} {} ", i, t.page, t.frame, t.process, t.writable);
  }
  return text;
}

/// What is compressed.
inline std::string zswap_text(const Sections& s) {
  if (s.config.zswap == 0) return {};
  std::string text = fmt::format("Z{} {} ", s.header->zswap_used, s.header->zswap_next);
  for (std::uint32_t slot = 0; slot < s.config.slots; ++slot) {
    const auto& entry = s.zswap[slot];
    text += fmt::format("{} {} {} {:x} ", static_cast<int>(entry.home), entry.length, entry.chunk,
                        entry.word);
  }
  const std::span pool(s.zswap_pool, s.config.zswap * Sections::page_bytes);
  return text + fmt::format("{:02x} ", fmt::join(pool, ""));
}

/// Everything of a state, as it is.
inline std::string exact(const Scope& scope, const Pair& pair) {
  const auto& s = pair.sections;
  const auto& h = *s.header;
  std::string text = fmt::format("{} {} {} | ", h.free_frames, h.touched, pair.memory_was_short());
  for (const auto& node : h.nodes) text += fmt::format("{} {} ", node.whole, node.broken);
  if (s.config.nodes > 1) text += fmt::format("{} ", h.cpu);
  Names objects, tokens;
  for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
    const auto& process = s.processes[p];
    text += fmt::format("P{} {} {} {} ", p, process.alive, process.root, process.lender);
    if (scope.has(model::Kind::wait)) text += fmt::format("{} ", process.parent);
    for (std::uint32_t a = 0; process.alive != 0 && a < process.areas; ++a) {
      const auto& area = s.areas_of(p)[a];
      text += fmt::format("[{} {} {} {} {} {} {} {} {}{}{}{}] ", area.first, area.end, area.object,
                          static_cast<int>(area.access), area.huge, area.offset, area.dontfork,
                          area.wipeonfork, area.hugetlb, area.reserved, area.lost, area.wp);
    }
    for (std::uint32_t i = 0; i < scope.named_pages(); ++i) {
      const auto& page = pair.reference.page(p, i);
      const auto at = p * scope.named_pages() + i;
      const auto token = pair.bound.tokens()[at];
      text += fmt::format(
          "{}{}{}{}{} {} {} {:02x};", page.mapped, page.fresh, static_cast<int>(page.access),
          static_cast<int>(page.sharing), page.huge, page.object == 0 ? "-" : objects(page.object),
          token == 0 ? "-" : tokens(token), fmt::join(pair.reference.bytes(p, i), ""));
      text += fmt::format("{} {} {} {} {}{}{}{}{}{}{} ", static_cast<int>(pair.faults.ready()[at]),
                          page.number, page.dontfork, page.wipeonfork, page.hugetlb, page.reserved,
                          page.lost, page.given_up, page.wp, page.guard, page.clean);
    }
    for (std::uint32_t k = 0; k < model::max_pins; ++k) {
      const auto& held = pair.reference.pin(p, k);
      const auto& pin = s.pins[p].at[k];
      const auto token =
          pair.bound.tokens()[scope.world.procs * scope.named_pages() + p * model::max_pins + k];
      text += fmt::format(
          "D{} {} {} {} {} {} {:02x} ", static_cast<int>(pin.access), pin.frame,
          static_cast<int>(held.access), held.object == 0 ? "-" : objects(held.object), held.number,
          token == 0 ? "-" : tokens(token), fmt::join(pair.reference.pinned(p, k), ""));
    }
  }
  text += fmt::format("H{} ", pair.bound.huge_seen());
  const auto pools = s.config.cpu_pool == 0 ? 0 : scope.world.cpus;
  for (std::uint32_t c = 0; c < pools; ++c) {
    const auto& pool = s.pools[c];
    text += fmt::format("C{} {} ", h.cpu, fmt::join(std::span(pool.frames).first(pool.size), " "));
  }
  text += tlb_text(scope, s);
  for (std::uint32_t b = 0; b < s.block_count; ++b) {
    const auto& block = s.blocks[b];
    text += fmt::format("B{} {} {} {} {} {} ", block.leaves, block.small, block.free,
                        s.links[b].next, s.links[b].prev, s.bitmaps[b]);
  }
  for (std::uint32_t f = 0; f < s.config.frames; ++f) {
    const auto& info = s.frames[f];
    text += fmt::format("F{} {} {} {} {} {:02x} ", info.count, info.pins,
                        static_cast<int>(info.kind), info.locked, s.merged[f],
                        fmt::join(std::span(s.page(f), Sections::page_bytes), ""));
  }
  for (std::uint32_t slot = 0; slot < s.config.slots; ++slot) {
    const std::span bytes(s.swap + std::size_t{slot} * Sections::page_bytes, Sections::page_bytes);
    text += fmt::format("S{} {} {:02x} ", s.slots[slot].count, s.slots[slot].cached,
                        fmt::join(bytes, ""));
  }
  return text + zswap_text(s);
}

/// A lawful state with its processes in this order and everything else named by first occurrence;
/// of the memory only what lies behind pages, and, where they matter, how blocks are filled.
inline std::string renamed_text(const Scope& scope, const Pair& pair,
                                const Symmetry::Order& order) {
  using M = Sections::Machine;
  const auto& s = pair.sections;
  const auto& m = pair.subject->machine();
  std::string text = fmt::format("{} {} ", pair.memory_was_short(), pair.bound.huge_seen());
  Names frames, blocks, objects, tokens, values;
  values(0);
  const auto place = [&](std::uint32_t frame) {
    text += frames(frame);
    if (!scope.has_huge()) return;
    const auto b = frame / M::fan;
    text += fmt::format("in{}{} ", blocks(b),
                        s.blocks[b].leaves > 0 ? fmt::format(".{}", frame % M::fan) : "");
  };
  const auto path = [&](std::uint32_t root, std::uint64_t page) {
    auto table = root;
    for (int level = M::levels - 1;; --level) {
      place(table);
      const auto entry = m.load_at(table, kernel::index_at<M>(page, level));
      text += fmt::format("{}{}{}{}{} ", entry.present(), entry.readable(), entry.writable(),
                          entry.exclusive(), entry.huge());
      if (!entry.present()) return;
      table = entry.frame();
      if (level > 0 && !entry.huge()) continue;
      if (entry.huge()) table += static_cast<std::uint32_t>(page % M::fan);
      place(table);
      for (const auto byte : m.frame_bytes(table)) text += values(byte);
      return;
    }
  };
  for (std::uint32_t i = 0; i < scope.world.procs; ++i) {
    const std::uint32_t p = order[i];
    text += fmt::format("\n{} ", m.alive(p));
    if (!m.alive(p)) continue;
    for (auto n = scope.first_page; n < scope.end_page; ++n) {
      const auto& page = pair.reference.page(p, n);
      const auto at = p * scope.named_pages() + n;
      const auto token = pair.bound.tokens()[at];
      text += fmt::format(
          "/ {}{}{}{} {} {} {} ", page.mapped, static_cast<int>(page.access),
          static_cast<int>(page.sharing), page.huge, page.object == 0 ? "-" : objects(page.object),
          token == 0 ? "-" : tokens(token), static_cast<int>(pair.faults.ready()[at]));
      path(m.root(p), m.user_first() + n);
      for (std::uint32_t e = 0; e < scope.world.cpus * M::tlb_entries; ++e) {
        const auto& t = s.translations[e];
        if (t.valid == 0 || t.process != p || t.page != m.user_first() + n) continue;
        text += fmt::format("T{}{}{} ", e / M::tlb_entries,
                            M::is_huge_translation(e % M::tlb_entries), t.writable);
      }
    }
    for (const auto& area : m.areas(p)) {
      if (!area.is_shared()) continue;
      text += fmt::format("shared {} {} ", area.first, area.end);
      for (auto n = scope.first_page; n < scope.end_page; ++n) {
        path(area.object, m.user_first() + n);
      }
    }
  }
  for (auto b = s.header->nodes[0].broken; scope.has_huge() && b != machine::none;
       b = s.links[b].next) {
    text += blocks(b) + ",";
  }
  return text;
}

/// The smallest text of all orders.
inline std::string orbit(const Scope& scope, const Pair& pair, const Symmetry& symmetry) {
  std::string best;
  for (const auto& order : symmetry.orders()) {
    auto text = renamed_text(scope, pair, order);
    if (best.empty() || text < best) best = std::move(text);
  }
  return best;
}

}  // namespace cow::props::explore::naive
