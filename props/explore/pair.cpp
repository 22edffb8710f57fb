#include "props/explore/pair.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "props/lockstep/own_pages.h"
#include "props/lockstep/written_pages.h"

namespace cow::props::explore {

using kernel::Event;
using model::Status;

namespace {
constexpr kernel::Area no_area{.object = 0};  // all zeroes
constexpr auto failed = static_cast<std::size_t>(Event::failed_allocation);
}  // namespace

Pair::Pair(std::unique_ptr<Explorable> subject_, const Scope& scope)
    : subject(std::move(subject_)),
      sections(subject->machine()),
      reference(scope.world, scope.named_pages()),
      bound(reference.world()),
      faults(reference.world()),
      world_(scope.world),
      most_areas_(scope.end_page - scope.first_page),
      waits_(scope.has(model::Kind::wait)),
      notes_(scope) {
  const auto& s = sections;
  const auto add = [&](auto* first, const std::byte* end) {
    auto* const at = reinterpret_cast<std::byte*>(first);
    lines_.add(at, static_cast<std::size_t>(end - at));
  };
  const auto end_of = [](auto* first, std::size_t count) {
    return reinterpret_cast<const std::byte*>(first + count);
  };
  add(s.base, end_of(s.areas, 0));
  for (std::uint32_t p = 0; p < world_.procs; ++p)
    add(s.areas_of(p), end_of(s.areas_of(p), most_areas_));
  add(s.translations, s.base + s.metadata_bytes);
  add(s.bytes, end_of(s.bytes, s.data_bytes));
  add(s.swap, end_of(s.swap, s.swap_bytes));
  machine_lines_ = lines_.size();
  lines_.add(notes_.begin(), notes_.size());
  reset();
}

void Pair::reset() {
  subject->reset();
  reference.reset();
  bound.reset();
  faults.reset();
  settle();
}

const Lines& Pair::lines() {
  notes_.write(reference, bound, faults);
  return lines_;
}

Pair::Saved Pair::save() {
  Saved saved{{}, reference, bound, faults};
  save(saved);
  return saved;
}

void Pair::save(Saved& saved) {
  lines().copy(saved.lines);
  saved.reference = reference;
  saved.bound = bound;
  saved.faults = faults;
}

void Pair::restore(const Saved& saved) {
  subject->forget();
  lines_.put_back(saved.lines);
  reference = saved.reference;
  bound = saved.bound;
  faults = saved.faults;
}

void Pair::restore(const Saved& saved, const Lines::Changes& changes) {
  if (subject->keeps_more()) return restore(saved);  // what it forgets changes more
  lines_.put_back(saved.lines, changes);
  restore_checkers(saved);
}

void Pair::restore_checkers(const Saved& saved) {
  reference = saved.reference;
  bound = saved.bound;
  faults = saved.faults;
}

Lines::Changes Pair::changes(const Saved& saved) const {
  Lines::Changes changes{};
  lines_.compare(saved.lines, 0, machine_lines_, changes);
  return changes;
}

bool Pair::same_as(const Saved& saved) const {
  return lines_.same(saved.lines, machine_lines_) && same_checkers(saved);
}

bool Pair::same_checkers(const Saved& saved) const {
  const auto same = [](auto now, auto before) {
    return std::memcmp(now.data(), before.data(), now.size_bytes()) == 0;
  };
  return same(bound.tokens(), saved.bound.tokens()) && same(faults.ready(), saved.faults.ready()) &&
         bound.huge_seen() == saved.bound.huge_seen();
}

std::uint64_t Pair::fingerprint(const Saved& saved, Lines::Changes changes) {
  lines().compare(saved.lines, machine_lines_, lines_.size(), changes);
  return std::max<std::uint64_t>(1, lines_.fingerprint(saved.lines, changes));
}

std::uint64_t Pair::take_back(const Saved& saved, const Lines::Changes& changes, Lines::Line* to) {
  Lines::Changes noted{};
  lines().compare(saved.lines, machine_lines_, lines_.size(), noted);
  const auto fingerprint = lines_.fingerprint(saved.lines, noted) +
                           lines_.take_back(saved.lines, changes, to) - saved.lines.fingerprint;
  if (subject->keeps_more())
    restore(saved);  // what it forgets changes more
  else
    restore_checkers(saved);
  return std::max<std::uint64_t>(1, fingerprint);
}

std::uint64_t Pair::fingerprint(const Saved& saved) {
  return std::max<std::uint64_t>(1, saved.lines.fingerprint);
}

bool Pair::step(const model::Op& op, const Saved* settled) {
  const Status want = reference.check(op);
  const auto failures = event(Event::failed_allocation);
  lost_.before(reference, bound, op);
  const auto got = subject->perform(op);
  status_ = got.status;
  untouched_ = settled != nullptr && got.status == want && want != Status::ok &&
               !subject->keeps_more() && lines_.same(settled->lines, machine_lines_);
  if (untouched_) {
    follow(op, want, got.status);
    return !subject->broke_promise();
  }
  const auto copies = event(Event::copy), faulted = event(Event::fault);  // most often none
  const bool cheap = (copies == 0 || copies <= bound.copies_allowed(reference, op, want)) &&
                     (faulted == 0 || faulted <= faults.faults_allowed(op));
  const bool was_short = event(Event::failed_allocation) > failures,
             starved = starves(reference, op, want, got.status);
  const auto answer = follow(op, want, got.status);
  lost_.follow(reference, bound, faults, *subject, was_short);
  if (got.status == Status::stuck || !cheap || subject->broke_promise()) return false;
  if (!subject->machine().counts_agree()) return false;
  if (op.kind == model::Kind::clear_refs && got.status == Status::ok && want == Status::ok &&
      !WrittenPages<Explorable>::are_cleared(*subject, reference, op)) {
    return false;
  }
  if (starved) return was_short;
  return got.status == want && std::ranges::equal(got.bytes, answer.bytes);
}

/// Performs `op` on the checkers; where the subject lacked memory the reference does not move.
model::Answer Pair::follow(const model::Op& op, Status want, Status got) {
  const bool gave_up = got == Status::stuck || starves(reference, op, want, got);
  model::Answer answer;
  if (want == Status::no_process && got == want) return answer;  // nothing was reached
  if (gave_up || want != Status::ok) {
    follow_refusal(reference, op, *subject);
    bound.after_refusal(reference, op, gave_up ? got : want);
  } else {
    bound.before(reference, op);
    faults.before(reference, op);
    answer = reference.perform(op);
    bound.after(reference, op);
    if (model::may_drop(op.kind)) follow_drops(reference, bound, op, *subject);
  }
  faults.follow(reference, op, got);
  return answer;
}

void Pair::redo(const model::Op& op, Status status, const Lines::Changes& changes,
                const Lines::Line* lines) {
  if (subject->keeps_more()) {
    step(op);
    return settle();
  }
  lines_.put(changes, lines);
  lost_.before(reference, bound, op);
  follow(op, reference.check(op), status);
  lost_.follow(reference, bound, faults, *subject, true);  // which was judged before
}

bool Pair::lawful() {
  if (!subject->audit()) return false;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (reference.alive(p) && !(sees_rightly(p) && pins_rightly(p))) return false;
  }
  const Costs costs = subject->costs();
  if (costs.data_frames > bound.frames_allowed(memory_was_short())) return false;
  return reference.living() > 0 || costs.used_frames + costs.used_slots == 0;
}

bool Pair::sees_rightly(std::uint32_t process) const {
  constexpr std::array<std::uint8_t, Sections::page_bytes> zeroes{};
  const auto seen = subject->pages(process);
  const auto known = reference.world().pages;
  for (auto i = known; i < world_.pages; ++i) {
    if (seen[i].mapped) return false;
  }
  for (std::uint32_t i = 0; i < known; ++i) {
    const model::Page& want = reference.page(process, i);
    const auto& got = seen[i];
    if (want.mapped != got.mapped) return false;
    if (!want.mapped) continue;
    const std::uint8_t* const bytes = got.bytes != nullptr ? got.bytes : zeroes.data();
    if (want.access != static_cast<model::Access>(got.access)) return false;
    if (std::memcmp(reference.bytes(process, i).data(), bytes, zeroes.size()) != 0) return false;
    if (got.entry.unwritten() && model::was_written(want)) return false;
  }
  return true;
}

bool Pair::pins_rightly(std::uint32_t process) const {
  for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
    const auto& got = sections.pins[process].at[pin];
    const auto access = reference.pin(process, pin).access;
    if (static_cast<model::Access>(got.access) != access) return false;
    if (access == model::Access::none) continue;
    const auto want = reference.pinned(process, pin);
    if (std::memcmp(want.data(), sections.page(got.frame), want.size()) != 0) return false;
  }
  return true;
}

void Pair::forget_step() {
  auto& header = *sections.header;
  const auto short_once = std::min<std::uint64_t>(header.events[failed], 1);
  header.events = {};
  header.events[failed] = short_once;
  for (std::uint32_t p = 0; p < world_.procs; ++p) sections.accounts[p].counts = {};
  header.replaced = header.installed = machine::none;
}

/// Most often there is nothing to forget, which is found out without a branch a page.
void Pair::forget_areas() {
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    auto* const areas = sections.areas_of(p);
    const auto used = sections.processes[p].areas;
    std::uint64_t beyond = 0;
    for (std::uint32_t i = 0; i < most_areas_; ++i) beyond |= i < used ? 0 : areas[i].end;
    for (auto i = used; beyond != 0 && i < most_areas_; ++i) {
      if (areas[i].end != 0) areas[i] = no_area;
    }
  }
}

/// A CPU leaves in its pool the number of a frame that it has taken.
void Pair::forget_pooled() {
  for (std::uint32_t cpu = 0; sections.config.cpu_pool != 0 && cpu < world_.cpus; ++cpu) {
    auto& pool = sections.pools[cpu];
    for (auto i = pool.size; i < pool.frames.size(); ++i) pool.frames[i] = 0;
  }
}

/// Of generations only this matters: which identifiers have seen the last flush.
void Pair::forget_generations() {
  for (std::uint32_t cpu = 0; sections.config.asids != 0 && cpu < world_.cpus; ++cpu) {
    for (auto& of : sections.asids[cpu].of) {
      if (of.process >= world_.procs) continue;
      of.generation = of.generation == sections.generations[of.process] ? 1 : 0;
    }
  }
  for (std::uint32_t p = 0; sections.config.asids != 0 && p < world_.procs; ++p)
    sections.generations[p] = 1;
}

bool Pair::memory_was_short() const { return event(Event::failed_allocation) > 0; }

std::uint8_t Pair::fresh_value() const {
  std::array<bool, 258> used{};
  for (std::uint32_t f = 0; f < sections.config.frames; ++f) {
    if (sections.frames[f].kind != machine::FrameKind::data) continue;
    const auto* const page = sections.page(f);
    for (std::uint32_t i = 0; i < Sections::page_bytes; ++i) used[page[i]] = true;
  }
  for (std::uint32_t s = 0; s < sections.config.slots; ++s) {
    const auto* const page = sections.swap + std::size_t{s} * Sections::page_bytes;
    if (sections.slots[s].count == 0) continue;
    for (std::uint32_t i = 0; i < Sections::page_bytes; ++i) used[page[i]] = true;
  }
  std::uint8_t value = 1;
  while (used[value] || used[value + 1U]) ++value;
  return value;
}

}  // namespace cow::props::explore
