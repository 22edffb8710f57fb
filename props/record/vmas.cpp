#include "props/record/vmas.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace cow::props::record {

namespace {

std::uint64_t number(std::string_view& text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

void skip(std::string_view& text, std::size_t count) {
  text.remove_prefix(std::min(count, text.size()));
}

/// "7ffff7dd5000-7ffff7dd7000 rw-p 001d9000 fe:00 1234    /usr/lib/libc.so.6". Empty pages where
/// the line is none.
Vma parse_line(std::string_view line) {
  Vma vma;
  const auto first = number(line, 16);
  if (!line.starts_with('-')) return vma;
  skip(line, 1);
  const auto end = number(line, 16);
  if (line.size() < 6 || line[0] != ' ' || line.find("[v") != std::string_view::npos) return vma;
  if (line[1] == 'r') vma.access = model::Access::read;
  if (line[2] == 'w') vma.access = model::Access::write;
  if (line[4] == 's') vma.sharing = model::Sharing::shared;
  skip(line, 6);
  vma.offset = number(line, 16) / page_size;
  skip(line, 1);
  number(line, 16);  // the device: major:minor
  skip(line, 1);
  number(line, 16);
  skip(line, 1);
  vma.object = number(line, 10);
  if (vma.object == 0) vma.offset = 0;
  vma.pages = {first / page_size, end / page_size};
  return vma;
}

/// Where the mappings of either side begin and end.
std::vector<std::uint64_t> borders(const Vmas& was, const Vmas& now) {
  std::set<std::uint64_t> all;
  for (const Vmas* vmas : {&was, &now}) {
    for (const Vma& vma : *vmas) all.insert({vma.pages.first, vma.pages.end});
  }
  return {all.begin(), all.end()};
}

const Vma* find(const Vmas& vmas, std::uint64_t page) {
  const auto after =
      std::ranges::upper_bound(vmas, page, {}, [](const Vma& v) { return v.pages.first; });
  if (after == vmas.begin() || std::prev(after)->pages.end <= page) return nullptr;
  return &*std::prev(after);
}

/// Do both show the same memory at this page?
bool same_memory(const Vma& a, const Vma& b, std::uint64_t page) {
  return a.sharing == b.sharing && a.object == b.object &&
         (a.object == 0 || a.offset + (page - a.pages.first) == b.offset + (page - b.pages.first));
}

Event event_of(model::Kind kind, Pages pages, const Vma& vma) {
  Event event;
  event.kind = kind;
  event.pages = pages;
  event.access = vma.access;
  event.sharing = vma.sharing;
  return event;
}

/// Appends, or lengthens the last one where that says the same.
void add(std::vector<Event>& events, const Event& event) {
  if (!events.empty()) {
    Event& last = events.back();
    if (last.kind == event.kind && last.pages.end == event.pages.first &&
        last.access == event.access && last.sharing == event.sharing) {
      last.pages.end = event.pages.end;
      return;
    }
  }
  events.push_back(event);
}

/// Two mappings that went through madvise are as advised as the one that was there.
void keep_advice(const Vmas& was, Vmas& now) {
  Vmas split;
  for (const Vma& vma : now) {
    auto from = vma.pages.first;
    for_each_in(was, vma.pages, [&](const Vma& old) {
      if (!old.dontfork && !old.wipeonfork) return;
      if (from < old.pages.first) split.push_back(cut(vma, {from, old.pages.first}));
      split.push_back(cut(vma, old.pages));
      split.back().dontfork = old.dontfork;
      split.back().wipeonfork = old.wipeonfork;
      from = old.pages.end;
    });
    if (from < vma.pages.end) split.push_back(cut(vma, {from, vma.pages.end}));
  }
  now = std::move(split);
}

}  // namespace

Vmas parse_maps(std::string_view text) {
  Vmas vmas;
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size());
    const Vma vma = parse_line(text.substr(0, length));
    if (!vma.pages.empty()) vmas.push_back(vma);
    skip(text, length + 1);
  }
  std::ranges::sort(vmas, {}, [](const Vma& v) { return v.pages.first; });
  return vmas;
}

Vma cut(const Vma& vma, Pages pages) {
  Vma part = vma;
  part.pages = {std::max(vma.pages.first, pages.first), std::min(vma.pages.end, pages.end)};
  if (!part.pages.empty() && vma.object != 0) part.offset += part.pages.first - vma.pages.first;
  return part;
}

void erase(Vmas& vmas, Pages pages) {
  Vmas left;
  for (const Vma& vma : vmas) {
    for (const Pages side : {Pages{0, pages.first}, Pages{pages.end, ~std::uint64_t{0}}}) {
      const Vma part = cut(vma, side);
      if (!part.pages.empty()) left.push_back(part);
    }
  }
  vmas = std::move(left);
}

std::vector<Event> difference(const Vmas& was, Vmas& now) {
  keep_advice(was, now);
  std::vector<Event> gone, come;
  const auto at = borders(was, now);
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    const Pages pages{at[i], at[i + 1]};
    const Vma* const before = find(was, pages.first);
    const Vma* const after = find(now, pages.first);
    const bool stays = before && after && same_memory(*before, *after, pages.first);
    if (before && !stays) add(gone, event_of(model::Kind::unmap, pages, Vma{}));
    if (after && !stays) add(come, event_of(model::Kind::map, pages, *after));
    if (stays && before->access != after->access)
      add(come, event_of(model::Kind::protect, pages, *after));
  }
  gone.insert(gone.end(), come.begin(), come.end());
  return gone;
}

}  // namespace cow::props::record
