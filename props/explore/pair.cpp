#include "props/explore/pair.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace cow::props::explore {

using kernel::Event;
using model::Status;

namespace {
constexpr auto failed = static_cast<std::size_t>(Event::failed_allocation);
}  // namespace

Pair::Pair(std::unique_ptr<Explorable> subject_, const model::World& world)
    : subject(std::move(subject_)),
      sections(subject->machine()),
      reference(world),
      bound(world),
      faults(world),
      world_(world) {
  reset();
}

void Pair::reset() {
  subject->reset();
  reference.reset();
  bound.reset();
  faults.reset();
  settle();
}

template <class Piece>
bool Pair::for_each_piece(Piece piece) const {
  const auto& s = sections;
  const auto offset = [&](const void* at) {
    return static_cast<std::size_t>(static_cast<const std::byte*>(at) - s.base);
  };
  if (!piece(std::size_t{0}, offset(s.areas))) return false;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {  // how many areas: the piece before knows
    const auto areas = std::min(s.processes[p].areas, world_.pages);
    if (!piece(offset(s.areas_of(p)), areas * sizeof(kernel::Area))) return false;
  }
  const auto rest = offset(s.translations);
  return piece(rest, s.metadata_bytes - rest) && piece(offset(s.bytes), s.data_bytes);
}

Pair::Saved Pair::save() const {
  const auto end = reinterpret_cast<const std::byte*>(sections.bytes) + sections.data_bytes;
  Saved saved{std::vector<std::byte>(static_cast<std::size_t>(end - sections.base)), reference,
              bound, faults};
  save(saved);
  return saved;
}

void Pair::save(Saved& saved) const {
  for_each_piece([&](std::size_t at, std::size_t size) {
    std::memcpy(saved.block.data() + at, sections.base + at, size);
    return true;
  });
  saved.reference = reference;
  saved.bound = bound;
  saved.faults = faults;
}

void Pair::restore(const Saved& saved) {
  subject->forget();
  for_each_piece([&](std::size_t at, std::size_t size) {
    std::memcpy(sections.base + at, saved.block.data() + at, size);
    return true;
  });
  reference = saved.reference;
  bound = saved.bound;
  faults = saved.faults;
}

bool Pair::same_as(const Saved& saved) const {
  const bool same = for_each_piece([&](std::size_t at, std::size_t size) {
    return std::memcmp(sections.base + at, saved.block.data() + at, size) == 0;
  });
  return same && std::ranges::equal(faults.ready(), saved.faults.ready()) &&
         std::ranges::equal(bound.tokens(), saved.bound.tokens()) &&
         bound.huge_seen() == saved.bound.huge_seen();
}

bool Pair::step(const model::Op& op) {
  const Status want = reference.check(op);
  const auto copies = bound.copies_allowed(reference, op, want);
  const auto failures = event(Event::failed_allocation);
  const auto got = subject->perform(op);
  status_ = got.status;
  const bool right = answers_rightly(op, want, got);
  const bool cheap =
      event(Event::copy) <= copies && event(Event::fault) <= faults.faults_allowed(op);
  faults.follow(reference, op, got.status);
  const bool earned = got.status != Status::no_memory || event(Event::failed_allocation) > failures;
  return right && cheap && earned;
}

bool Pair::answers_rightly(const model::Op& op, Status want, const model::Answer& got) {
  if (got.status == Status::stuck || got.status == Status::no_memory) {
    bound.after_refusal(reference, op, got.status);
    return got.status != Status::stuck;
  }
  if (want != Status::ok) {
    bound.after_refusal(reference, op, want);
    return got.status == want;
  }
  bound.before(reference, op);
  const auto answer = reference.perform(op);
  bound.after(reference, op);
  return got.status == want && std::ranges::equal(got.bytes, answer.bytes);
}

bool Pair::lawful() {
  if (!subject->audit()) return false;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (reference.alive(p) && !sees_rightly(p)) return false;
  }
  const Costs costs = subject->costs();
  if (costs.data_frames > bound.frames_allowed(memory_was_short())) return false;
  return reference.living() > 0 || costs.used_frames == 0;
}

bool Pair::sees_rightly(std::uint32_t process) const {
  constexpr std::array<std::uint8_t, Sections::page_bytes> zeroes{};
  for (std::uint32_t i = 0; i < world_.pages; ++i) {
    const model::Page& want = reference.page(process, i);
    const Seen got = subject->seen(process, i);
    if (want.mapped != got.mapped || want.access != got.access) return false;
    if (!want.mapped) continue;
    const std::uint8_t* const bytes = got.bytes != nullptr ? got.bytes : zeroes.data();
    if (std::memcmp(reference.bytes(process, i).data(), bytes, zeroes.size()) != 0) return false;
  }
  return true;
}

void Pair::settle() {
  auto& header = *sections.header;
  const auto short_once = std::min<std::uint64_t>(header.events[failed], 1);
  header.events = {};
  header.events[failed] = short_once;
  header.replaced = header.installed = machine::none;
}

bool Pair::memory_was_short() const { return event(Event::failed_allocation) > 0; }

std::uint8_t Pair::fresh_value() const {
  std::array<bool, 258> used{};
  for (std::uint32_t f = 0; f < sections.config.frames; ++f) {
    if (sections.frames[f].kind != machine::FrameKind::data) continue;
    const auto* const page = sections.page(f);
    for (std::uint32_t i = 0; i < Sections::page_bytes; ++i) used[page[i]] = true;
  }
  std::uint8_t value = 1;
  while (used[value] || used[value + 1U]) ++value;
  return value;
}

}  // namespace cow::props::explore
