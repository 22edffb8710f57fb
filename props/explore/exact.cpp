#include "props/explore/exact.h"

#include <array>
#include <cstring>

#include "props/explore/canonical.h"

namespace cow::props::explore {

namespace {

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& out) : out_(out) { out_.clear(); }
  void bytes(const void* from, std::size_t size) {
    const auto* const at = static_cast<const std::uint8_t*>(from);
    out_.insert(out_.end(), at, at + size);
  }
  void byte(std::uint32_t value) { out_.push_back(static_cast<std::uint8_t>(value)); }

 private:
  std::vector<std::uint8_t>& out_;
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

/// What lies between the areas and the bytes is kept whole, the translations included.
std::size_t middle_bytes(const Sections& s) {
  const auto start = reinterpret_cast<const std::byte*>(s.translations) - s.base;
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
      out.bytes(reference.bytes(p, i).data(), Sections::page_bytes);
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
      in.bytes(bytes.data(), bytes.size());
      reference.restore(p, i, page, bytes);
    }
  }
}

}  // namespace

void write_exact(const Scope& scope, const Pair& pair, std::vector<std::uint8_t>& form) {
  Writer out(form);
  const auto& s = pair.sections;
  out.byte(exact_form);
  out.bytes(s.header, sizeof(machine::Header));
  out.bytes(s.processes, s.config.procs * sizeof(machine::ProcessInfo));
  for (std::uint32_t p = 0; p < s.config.procs; ++p) {
    const auto areas = s.processes[p].alive != 0 ? s.processes[p].areas : 0;
    out.bytes(s.areas_of(p), areas * sizeof(kernel::Area));
  }
  out.bytes(s.translations, middle_bytes(s));
  out.bytes(s.bytes, s.data_bytes);
  write_reference(scope, pair.reference, out);
  Names<most> tokens;
  for (const auto token : pair.bound.tokens()) out.byte(tokens.name(token));
  out.byte(pair.bound.huge_seen() ? 1 : 0);
  for (const auto ready : pair.faults.ready()) out.byte(static_cast<std::uint32_t>(ready));
}

void read_exact(const Scope& scope, std::span<const std::uint8_t> form, Pair& pair) {
  Reader in(form);
  const auto& s = pair.sections;
  pair.subject->forget();
  in.byte();
  in.bytes(s.header, sizeof(machine::Header));
  in.bytes(s.processes, s.config.procs * sizeof(machine::ProcessInfo));
  for (std::uint32_t p = 0; p < s.config.procs; ++p) {
    const auto areas = s.processes[p].alive != 0 ? s.processes[p].areas : 0;
    in.bytes(s.areas_of(p), areas * sizeof(kernel::Area));
  }
  in.bytes(s.translations, middle_bytes(s));
  in.bytes(s.bytes, s.data_bytes);
  read_reference(scope, in, pair.reference);
  const auto pages = std::size_t{scope.world.procs} * scope.world.pages;
  std::vector<std::uint32_t> tokens(pages);
  for (auto& token : tokens) token = in.byte();
  pair.bound.restore(pair.reference, tokens, in.byte() != 0);
  std::vector<model::Access> ready(pages);
  for (auto& access : ready) access = static_cast<model::Access>(in.byte());
  pair.faults.restore(ready);
}

}  // namespace cow::props::explore
