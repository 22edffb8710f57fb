#include "props/explore/exact.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "props/explore/canonical.h"

namespace cow::props::explore {

namespace {

class Writer {
 public:
  explicit Writer(std::uint8_t* to) : at_(to) {}
  void bytes(const void* from, std::size_t size) {
    std::memcpy(at_, from, size);
    at_ += size;
  }
  void byte(std::uint32_t value) { *at_++ = static_cast<std::uint8_t>(value); }
  const std::uint8_t* end() const { return at_; }

 private:
  std::uint8_t* at_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> in) : at_(in.data()) {}
  void bytes(void* to, std::size_t size) {
    std::memcpy(to, at_, size);
    at_ += size;
  }
  std::uint8_t byte() { return *at_++; }

 private:
  const std::uint8_t* at_;
};

/// What the header knows but counters; the failed allocations only as yes or no.
struct Essence {
  std::uint64_t failed;
  std::uint32_t free_frames, whole, broken, fail_in, locks, touched;
  machine::Complaint complaint;
};
constexpr auto failed = static_cast<std::size_t>(kernel::Event::failed_allocation);

void write_header(const machine::Header& h, Writer& out) {
  const Essence essence{h.events[failed], h.free_frames, h.whole,   h.broken,
                        h.fail_in,        h.locks,       h.touched, h.complaint};
  out.bytes(&essence, sizeof essence);
}

void read_header(Reader& in, machine::Header& header) {
  Essence e{};
  in.bytes(&e, sizeof e);
  header = {};
  header.events[failed] = e.failed;
  header.free_frames = e.free_frames;
  header.whole = e.whole;
  header.broken = e.broken;
  header.fail_in = e.fail_in;
  header.locks = e.locks;
  header.touched = e.touched;
  header.complaint = e.complaint;
  header.replaced = header.installed = machine::none;
}

void write_translations(const Sections& s, Writer& out) {
  for (std::uint32_t i = 0; i < s.config.cpus * Sections::tlb_entries; ++i) {
    if (s.translations[i].valid == 0) continue;
    out.byte(i);
    out.bytes(&s.translations[i], sizeof(machine::Translation));
  }
  out.byte(0xff);
}

void read_translations(Reader& in, const Sections& s) {
  std::fill_n(s.translations, s.config.cpus * Sections::tlb_entries, machine::Translation{});
  for (auto i = in.byte(); i != 0xff; i = in.byte()) {
    in.bytes(&s.translations[i], sizeof(machine::Translation));
  }
}

/// Of a page that holds the same byte throughout, as free ones and untouched ones do, only that.
void write_pages(const Sections& s, Writer& out) {
  for (std::uint32_t f = 0; f < s.block_count * Sections::fan; ++f) {
    const auto* const page = s.page(f);
    std::array<std::uint64_t, 2> words{};
    static_assert(sizeof words == Sections::page_bytes);
    std::memcpy(words.data(), page, sizeof words);
    const bool plain = words[0] == words[1] && words[0] == page[0] * 0x0101010101010101U;
    out.byte(plain ? 1 : 0);
    if (plain)
      out.byte(page[0]);
    else
      out.bytes(page, Sections::page_bytes);
  }
}

void read_pages(Reader& in, const Sections& s) {
  for (std::uint32_t f = 0; f < s.block_count * Sections::fan; ++f) {
    auto* const page = s.page(f);
    if (in.byte() != 0)
      std::memset(page, in.byte(), Sections::page_bytes);
    else
      in.bytes(page, Sections::page_bytes);
  }
}

/// Blocks, links, bitmaps and frames lie one behind the other.
std::size_t allocator_bytes(const Sections& s) {
  const auto start = reinterpret_cast<const std::byte*>(s.blocks) - s.base;
  return s.metadata_bytes - static_cast<std::size_t>(start);
}

/// Names in the order in which they are met, from 1; 0 stays 0.
template <std::size_t count>
class Names {
 public:
  std::uint32_t name(std::uint32_t old) {
    if (old == 0) return 0;
    for (std::uint32_t i = 0; i < met_; ++i) {
      if (old_[i] == old) return i + 1;
    }
    old_[met_] = old;
    return ++met_;
  }

 private:
  std::array<std::uint32_t, count> old_{};
  std::uint32_t met_ = 0;
};
constexpr std::size_t most = Survey::max_procs * Survey::max_pages;

void write_reference(const Scope& scope, const model::Reference& reference, Writer& out) {
  Names<most> objects;
  for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
    out.byte(reference.alive(p) ? 1 : 0);
    for (auto i = scope.first_page; i < scope.end_page; ++i) {
      const auto& page = reference.page(p, i);
      out.byte((page.mapped ? 1U : 0U) | (page.fresh ? 2U : 0U) | (page.huge ? 4U : 0U) |
               static_cast<std::uint32_t>(page.access) << 3 |
               static_cast<std::uint32_t>(page.sharing) << 5);
      out.byte(objects.name(page.object));
      if (!page.fresh) out.bytes(reference.bytes(p, i).data(), Sections::page_bytes);
    }
  }
}

void read_reference(const Scope& scope, Reader& in, model::Reference& reference) {
  std::array<std::uint8_t, Sections::page_bytes> bytes{};
  reference.reset();
  for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
    reference.restore(p, in.byte() != 0);
    for (auto i = scope.first_page; i < scope.end_page; ++i) {
      const std::uint32_t flags = in.byte();
      model::Page page{.mapped = (flags & 1U) != 0,
                       .fresh = (flags & 2U) != 0,
                       .access = static_cast<model::Access>(flags >> 3 & 3U),
                       .sharing = static_cast<model::Sharing>(flags >> 5 & 1U),
                       .huge = (flags & 4U) != 0,
                       .object = in.byte()};
      if (page.fresh)
        bytes.fill(0);
      else
        in.bytes(bytes.data(), bytes.size());
      reference.restore(p, i, page, bytes);
    }
  }
}

}  // namespace

std::span<const std::uint8_t> write_exact(const Scope& scope, const Pair& pair,
                                          std::vector<std::uint8_t>& room) {
  const auto& s = pair.sections;
  room.resize(2 * (s.metadata_bytes + s.data_bytes + scope.world.procs * 1024));
  Writer out(room.data());
  out.byte(exact_form);
  write_header(*s.header, out);
  out.bytes(s.processes, s.config.procs * sizeof(machine::ProcessInfo));
  for (std::uint32_t p = 0; p < s.config.procs; ++p) {
    const auto areas = s.processes[p].alive != 0 ? s.processes[p].areas : 0;
    out.bytes(s.areas_of(p), areas * sizeof(kernel::Area));
  }
  write_translations(s, out);
  out.bytes(s.blocks, allocator_bytes(s));
  write_pages(s, out);
  write_reference(scope, pair.reference, out);
  Names<most> tokens;
  for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
    for (auto i = scope.first_page; i < scope.end_page; ++i) {
      const auto at = std::size_t{p} * scope.world.pages + i;
      out.byte(tokens.name(pair.bound.tokens()[at]) << 2 |
               static_cast<std::uint32_t>(pair.faults.ready()[at]));
    }
  }
  out.byte(pair.bound.huge_seen() ? 1 : 0);
  return {room.data(), out.end()};
}

void read_exact(const Scope& scope, std::span<const std::uint8_t> form, Pair& pair) {
  Reader in(form);
  const auto& s = pair.sections;
  pair.subject->forget();
  in.byte();
  read_header(in, *s.header);
  in.bytes(s.processes, s.config.procs * sizeof(machine::ProcessInfo));
  for (std::uint32_t p = 0; p < s.config.procs; ++p) {
    const auto areas = s.processes[p].alive != 0 ? s.processes[p].areas : 0;
    in.bytes(s.areas_of(p), areas * sizeof(kernel::Area));
  }
  read_translations(in, s);
  in.bytes(s.blocks, allocator_bytes(s));
  read_pages(in, s);
  read_reference(scope, in, pair.reference);
  const auto pages = std::size_t{scope.world.procs} * scope.world.pages;
  std::vector<std::uint32_t> tokens(pages);
  std::vector<model::Access> ready(pages);
  for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
    for (auto i = scope.first_page; i < scope.end_page; ++i) {
      const auto at = std::size_t{p} * scope.world.pages + i;
      const std::uint32_t both = in.byte();
      tokens[at] = both >> 2;
      ready[at] = static_cast<model::Access>(both & 3U);
    }
  }
  pair.bound.restore(pair.reference, tokens, in.byte() != 0);
  pair.faults.restore(ready);
}

}  // namespace cow::props::explore
