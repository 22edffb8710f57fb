#include "props/explore/notes.h"

#include <array>
#include <cstring>

namespace cow::props::explore {

namespace {

constexpr std::uint32_t page_bytes = 16, most_pages = 48;  // of all processes

/// A page of a process.
struct Note {
  std::uint8_t flags = 0, object = 0, token = 0;
  model::Access ready = model::Access::none;
  std::array<std::uint8_t, page_bytes> bytes{};
};

/// Names in the order in which they are met, from 1; 0 stays 0.
class Names {
 public:
  std::uint8_t name(std::uint32_t old) {
    if (old == 0) return 0;
    std::uint32_t i = 0;
    while (i < met_ && old_[i] != old) ++i;
    if (i == met_) old_[met_++] = old;
    return static_cast<std::uint8_t>(i + 1);
  }

 private:
  std::array<std::uint32_t, most_pages> old_;
  std::uint32_t met_ = 0;
};

std::uint8_t flags_of(const model::Page& page) {
  return static_cast<std::uint8_t>(
      (page.mapped ? 1U : 0U) | (page.fresh ? 2U : 0U) | (page.huge ? 4U : 0U) |
      static_cast<std::uint32_t>(page.access) << 3 | static_cast<std::uint32_t>(page.sharing) << 5);
}

model::Page page_of(const Note& note) {
  const std::uint32_t flags = note.flags;
  return {.mapped = (flags & 1U) != 0,
          .fresh = (flags & 2U) != 0,
          .access = static_cast<model::Access>(flags >> 3 & 3U),
          .sharing = static_cast<model::Sharing>(flags >> 5 & 1U),
          .huge = (flags & 4U) != 0,
          .object = note.object};
}

}  // namespace

Notes::Notes(const Scope& scope)
    : world_(scope.world),
      first_page_(scope.first_page),
      end_page_(scope.end_page),
      size_(1 + world_.procs * (1 + (end_page_ - first_page_) * sizeof(Note))),
      bytes_((size_ + sizeof(Lines::Line) - 1) / sizeof(Lines::Line)) {}

void Notes::write(const model::Reference& reference, const SharingBound& bound,
                  const FaultBound& faults) {
  Names objects, tokens;
  auto* to = begin();
  *to++ = std::byte{bound.huge_seen()};
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    *to++ = std::byte{reference.alive(p)};
    for (auto i = first_page_; i < end_page_; ++i) {
      const auto& page = reference.page(p, i);
      const auto at = std::size_t{p} * world_.pages + i;
      Note note{flags_of(page), objects.name(page.object), tokens.name(bound.tokens()[at]),
                faults.ready()[at]};
      std::memcpy(note.bytes.data(), reference.bytes(p, i).data(), page_bytes);
      std::memcpy(to, &note, sizeof note);
      to += sizeof note;
    }
  }
}

void Notes::read(model::Reference& reference, SharingBound& bound, FaultBound& faults) const {
  std::vector<std::uint32_t> tokens(std::size_t{world_.procs} * world_.pages);
  std::vector<model::Access> ready(tokens.size());
  const auto* from = bytes_.front().data();
  const bool huge_seen = *from++ != std::byte{0};
  reference.reset();
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    reference.restore(p, *from++ != std::byte{0});
    for (auto i = first_page_; i < end_page_; ++i) {
      Note note;
      std::memcpy(&note, from, sizeof note);
      from += sizeof note;
      reference.restore(p, i, page_of(note), note.bytes);
      tokens[std::size_t{p} * world_.pages + i] = note.token;
      ready[std::size_t{p} * world_.pages + i] = note.ready;
    }
  }
  bound.restore(reference, tokens, huge_seen);
  faults.restore(ready);
}

}  // namespace cow::props::explore
