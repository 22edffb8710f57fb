#include "props/explore/notes.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace cow::props::explore {

namespace {

constexpr std::uint32_t page_bytes = 16, most_pages = 48,
                        most_pins = 6 * model::max_pins;  // of all processes

/// A page of a process is a word and its bytes; so is a pin.
using Word = std::uint64_t;
constexpr std::size_t note_bytes = sizeof(Word) + page_bytes;

/// Writing byte by byte what is soon read as a word would wait for the bytes: so one word.
Word word_of(const model::Page& page, std::uint32_t object, std::uint32_t token,
             model::Access ready) {
  const auto pool = (page.hugetlb ? 1U : 0U) | (page.reserved ? 2U : 0U) | (page.lost ? 4U : 0U) |
                    (page.given_up ? 8U : 0U) | (page.wp ? 16U : 0U) | (page.guard ? 32U : 0U) |
                    (page.clean ? 64U : 0U);
  return Word{pool} << 32 | (page.mapped ? 1U : 0U) | (page.fresh ? 2U : 0U) |
         (page.huge ? 4U : 0U) | static_cast<std::uint32_t>(page.access) << 3 |
         static_cast<std::uint32_t>(page.sharing) << 5 | static_cast<std::uint32_t>(ready) << 6 |
         object << 8 | (page.file ? 1U : 0U) << 15 | token << 16 | page.number << 24 |
         (page.dontfork ? 1U : 0U) << 30 | (page.wipeonfork ? 1U : 0U) << 31;
}

model::Page page_of(Word word) {
  return {.mapped = (word & 1U) != 0,
          .fresh = (word & 2U) != 0,
          .access = static_cast<model::Access>(word >> 3 & 3U),
          .sharing = static_cast<model::Sharing>(word >> 5 & 1U),
          .huge = (word & 4U) != 0,
          .dontfork = (word >> 30 & 1U) != 0,
          .wipeonfork = (word >> 31 & 1U) != 0,
          .given_up = (word >> 35 & 1U) != 0,
          .wp = (word >> 36 & 1U) != 0,
          .guard = (word >> 37 & 1U) != 0,
          .clean = (word >> 38 & 1U) != 0,
          .file = (word >> 15 & 1U) != 0,
          .hugetlb = (word >> 32 & 1U) != 0,
          .reserved = (word >> 33 & 1U) != 0,
          .lost = (word >> 34 & 1U) != 0,
          .object = static_cast<std::uint32_t>(word >> 8 & 0x7f),
          .number = static_cast<std::uint32_t>(word >> 24 & 63U)};
}
/// Names of processes are small. Whose child one is matters where some operation waits.
std::byte byte_of(const model::Process& process, bool with_parent) {
  const auto name = [](std::uint8_t p) { return p == model::nobody ? 0U : p + 1U; };
  return static_cast<std::byte>((process.alive ? 1U : 0U) | (process.waits ? 2U : 0U) |
                                name(process.lender) << 2 |
                                (with_parent ? name(process.parent) : 0U) << 5);
}

model::Process process_of(std::byte noted) {
  const auto bits = std::to_integer<std::uint32_t>(noted);
  const auto name = [](std::uint32_t n) { return static_cast<std::uint8_t>(n - 1); };
  return {.alive = (bits & 1U) != 0,
          .waits = (bits & 2U) != 0,
          .parent = name(bits >> 5),
          .lender = name(bits >> 2 & 7U)};
}

model::Access ready_of(Word word) { return static_cast<model::Access>(word >> 6 & 3U); }
std::uint32_t token_of(Word word) { return word >> 16 & 0xff; }

std::byte* put(std::byte* to, Word word, const std::uint8_t* bytes) {
  std::memcpy(to, &word, sizeof word);
  std::memcpy(to + sizeof word, bytes, page_bytes);
  return to + note_bytes;
}

}  // namespace

/// Names in the order in which they are met; 0 stays 0, and so does the file.
class Notes::Names {
 public:
  std::uint32_t name(std::uint32_t old) {
    if (old == 0) return 0;
    std::uint32_t i = 0;
    while (i < met_ && old_[i] != old) ++i;
    if (i == met_) old_[met_++] = old;
    return i + 1;
  }

 private:
  std::array<std::uint32_t, most_pages + most_pins + 1> old_{model::file_object};
  std::uint32_t met_ = 1;
};

/// The same where old names are small: tokens are no more than pages and pins. Without a branch,
/// since nobody can foretell which page has a token, and which of them was met.
class Notes::SmallNames {
 public:
  std::uint32_t name(std::uint32_t old) {
    const bool is_new = old != 0 && new_[old] == 0;
    met_ += is_new ? 1U : 0U;
    const auto name = is_new ? met_ : new_[old];
    new_[old] = static_cast<std::uint8_t>(name);
    return name;
  }

 private:
  std::array<std::uint8_t, most_pages + most_pins + 1> new_{};  ///< that of 0 stays 0
  std::uint32_t met_ = 0;
};

Notes::Notes(const Scope& scope)
    : procs_(scope.world.procs),
      pages_(scope.named_pages()),
      first_page_(scope.first_page),
      end_page_(scope.end_page),
      pins_(scope.has(model::Kind::pin)),
      waits_(scope.has(model::Kind::wait)),
      files_(std::ranges::any_of(scope.ops, &model::Op::file)),
      file_pages_(pages_ * (scope.world.pool > 0 ? 2 : 1)),
      row_((end_page_ - first_page_ + (pins_ ? model::max_pins : 0)) * note_bytes),
      size_(1 + procs_ * (1 + row_) + (files_ ? std::size_t{file_pages_} * page_bytes : 0)),
      bytes_((size_ + sizeof(Lines::Line) - 1) / sizeof(Lines::Line)) {}

void Notes::write(const model::Reference& reference, const SharingBound& bound,
                  const FaultBound& faults) {
  Names objects;
  SmallNames tokens;
  auto* to = begin();
  *to++ = std::byte{bound.huge_seen()};
  for (std::uint32_t p = 0; p < procs_; ++p) {
    const bool alive = reference.alive(p);
    *to++ = byte_of(reference.process(p), waits_);
    if (!alive) {
      to = std::fill_n(to, row_, std::byte{0});
      continue;
    }
    const auto row = std::size_t{p} * pages_;
    const auto* const pages = &reference.page(p, 0);
    const auto* const bytes = reference.bytes(p, 0).data();
    const auto* const token = bound.tokens().data() + row;
    const auto* const ready = faults.ready().data() + row;
    for (auto i = first_page_; i < end_page_; ++i) {
      const auto object = objects.name(pages[i].object);
      const auto word = word_of(pages[i], object, tokens.name(token[i]), ready[i]);
      to = put(to, word, bytes + std::size_t{i} * page_bytes);
    }
    if (pins_) to = write_pins(to, reference, bound, p, objects, tokens);
  }
  if (files_) std::memcpy(to, reference.file(0).data(), std::size_t{file_pages_} * page_bytes);
}

std::byte* Notes::write_pins(std::byte* to, const model::Reference& reference,
                             const SharingBound& bound, std::uint32_t p, Names& objects,
                             SmallNames& tokens) const {
  const auto* const token = bound.tokens().data() + std::size_t{procs_} * pages_;
  for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
    const auto& held = reference.pin(p, pin);
    const auto named = tokens.name(token[p * model::max_pins + pin]);
    const auto word = static_cast<std::uint32_t>(held.access) | objects.name(held.object) << 8 |
                      named << 16 | held.number << 24;
    to = put(to, word, reference.pinned(p, pin).data());
  }
  return to;
}

const std::byte* Notes::read_pins(const std::byte* from, model::Reference& reference,
                                  std::vector<std::uint32_t>& tokens, std::uint32_t p) const {
  std::array<std::uint8_t, page_bytes> bytes;
  for (std::uint32_t pin = 0; pin < model::max_pins; ++pin, from += note_bytes) {
    Word word = 0;
    std::memcpy(&word, from, sizeof word);
    std::memcpy(bytes.data(), from + sizeof word, bytes.size());
    const auto access = static_cast<model::Access>(word & 3U);
    const model::Page held{.fresh = access == model::Access::none,
                           .access = access,
                           .object = static_cast<std::uint32_t>(word >> 8 & 0xff),
                           .number = static_cast<std::uint32_t>(word >> 24)};
    reference.restore_pin(p, pin, held, bytes);
    tokens[std::size_t{procs_} * pages_ + p * model::max_pins + pin] = token_of(word);
  }
  return from;
}

void Notes::read(model::Reference& reference, SharingBound& bound, FaultBound& faults) const {
  std::vector<std::uint32_t> tokens(procs_ * (std::size_t{pages_} + model::max_pins));
  std::vector<model::Access> ready(std::size_t{procs_} * pages_);
  std::array<std::uint8_t, page_bytes> bytes;
  const auto* from = bytes_.front().data();
  const auto huge_seen = std::to_integer<std::uint8_t>(*from++);
  reference.reset();
  for (std::uint32_t p = 0; p < procs_; ++p) {
    reference.restore_process(p, process_of(*from++));
    if (!reference.alive(p)) {
      from += row_;
      continue;
    }
    for (auto i = first_page_; i < end_page_; ++i, from += note_bytes) {
      Word word = 0;
      std::memcpy(&word, from, sizeof word);
      std::memcpy(bytes.data(), from + sizeof word, bytes.size());
      reference.restore(p, i, page_of(word), bytes);
      tokens[std::size_t{p} * pages_ + i] = token_of(word);
      ready[std::size_t{p} * pages_ + i] = ready_of(word);
    }
    if (pins_) from = read_pins(from, reference, tokens, p);
  }
  for (std::uint32_t i = 0; files_ && i < file_pages_; ++i, from += page_bytes) {
    std::memcpy(bytes.data(), from, bytes.size());
    reference.restore_file(i, bytes);
  }
  bound.restore(reference, tokens, huge_seen);
  faults.restore(ready);
}

}  // namespace cow::props::explore
