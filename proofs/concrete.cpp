#include "proofs/concrete.h"

#include <fmt/format.h>

namespace cow::proofs {

namespace {

/// z3 prints a negative number as "(- 1)".
std::int64_t parse(const std::string& text) {
  if (text.starts_with("(-")) return -std::stoll(text.substr(3));
  return std::stoll(text);
}

template <class T>
T& at(std::vector<T>& list, int i) {
  return list[static_cast<std::size_t>(i)];
}

}  // namespace

Concrete::Concrete(const z3::model& model, const SmallWorld& world, const Scene& scene)
    : model_(model), scene_(scene) {
  slots_ = distinct(world.points.slots);
  frames_ = distinct(world.points.frames);
  swaps_ = distinct(world.points.swaps);
  bytes_[value(zero_byte().term())] = 0;
}

/// Of terms that the model takes for one the first.
template <class T>
std::vector<T> Concrete::distinct(const std::vector<T>& terms) {
  std::vector<T> found;
  for (const auto& term : terms) {
    if (numbers_.try_emplace(value(term.term()), static_cast<int>(found.size())).second) {
      found.push_back(term);
    }
  }
  return found;
}

int Concrete::number(const z3::expr& term) const {
  const auto found = numbers_.find(value(term));
  return found == numbers_.end() ? -1 : found->second;
}

std::int64_t Concrete::integer(const Number& number) const { return parse(value(number.term())); }

kernel::PlainState::Byte Concrete::byte(const Byte& byte) const {
  const auto next = static_cast<int>(bytes_.size());
  return static_cast<Plain::Byte>(bytes_.try_emplace(value(byte.term()), next).first->second);
}

int Concrete::process(const Process& process) const {
  const auto next = static_cast<int>(processes_.size());
  return processes_.try_emplace(value(process.term()), next).first->second;
}

void Concrete::remark_tables(const State& of, std::vector<std::string>& remarks) const {
  for (std::size_t i = 0; i < slots_.size() && i < remarks.size(); ++i) {
    const auto& slot = slots_[i];
    if (!is(of.table(slot))) continue;
    remarks[i] += fmt::format("{}now a table of small entries {}{}{} on all parts of frame {}",
                              remarks[i].empty() ? "" : "; ", is(of.readable(slot)) ? 'r' : '-',
                              is(of.writable(slot)) ? 'w' : '-', is(of.exclusive(slot)) ? 'x' : '-',
                              number(of.frame(slot).term()) + 1);
  }
}

kernel::PlainState Concrete::state(const State& of) const {
  Plain plain;
  process(of.process_of(scene_.place));
  plain.slots.resize(slots_.size());
  plain.frames.resize(frames_.size());
  plain.swaps.resize(swaps_.size());
  plain.cpus = 1;
  plain.cached_by.resize(slots_.size());
  plain.ledger = {std::vector<std::int64_t>(frames_.size()),
                  std::vector<std::vector<int>>(frames_.size()),
                  std::vector<std::int64_t>(slots_.size())};
  plain.swap_ledger = {std::vector<std::int64_t>(swaps_.size()),
                       std::vector<std::vector<int>>(swaps_.size()),
                       std::vector<std::int64_t>(slots_.size())};
  for (const auto& slot : slots_) read_slot(of, slot, plain);
  for (const auto& frame : frames_) read_frame(of, frame, plain);
  for (const auto& swap : swaps_) read_swap(of, swap, plain);
  return plain;
}

void Concrete::read_slot(const State& of, const Slot& slot, Plain& plain) const {
  const auto i = number(slot.term());
  auto& cell = at(plain.slots, i);
  cell.area = {is(of.shared(slot)), is(of.cow(slot)), is(of.may_read(slot)),
               is(of.may_write(slot))};
  auto& entry = cell.entry;
  entry.is_present = is(of.present(slot));
  entry.is_swapped = is(of.swapped(slot));
  entry.reads = is(of.readable(slot));
  entry.writes = is(of.writable(slot));
  entry.alone = is(of.exclusive(slot));
  entry.was_written = is(of.dirty(slot));
  entry.is_wp = is(of.wp(slot));
  entry.is_unwritten = is(of.unwritten(slot));
  entry.is_guard = is(of.guard(slot));
  entry.names = number(of.frame(slot).term());
  entry.in = number(of.swap(slot).term());
  cell.is_object = is(of.is_object(slot));
  cell.object = number(of.object_of(slot).term());
  if (!cell.is_object) cell.process = process(of.process_of(slot));
  const auto cached = of.translation(scene_.cpu, slot);
  at(plain.cached_by, i) = {is(cached.valid()), is(cached.writable()),
                            number(cached.frame().term())};
  at(plain.ledger.indices, i) = integer(of.ledger.index(slot));
  at(plain.swap_ledger.indices, i) = integer(of.swap_ledger.index(slot));
}

void Concrete::read_frame(const State& of, const Frame& frame, Plain& plain) const {
  const auto i = number(frame.term());
  auto& cell = at(plain.frames, i);
  cell.count = integer(of.count(frame));
  cell.pins = integer(of.pins(frame));
  cell.others = integer(of.others(frame));
  cell.in_hand = integer(of.in_hand(frame));
  cell.is_free = is(of.is_free(frame));
  cell.in_cache = is(of.in_cache(frame));
  cell.was_cached = is(of.was_cached(frame));
  cell.is_merged = is(of.is_merged(frame));
  cell.is_zero = is(is_zero_frame(frame));
  cell.is_pooled = is(of.pooled(frame));
  cell.swap = number(of.swap_of(frame).term());
  cell.held_at = number(of.held_at(frame).term());
  for (const auto& offset : {any_point().offset, scene_.offset}) {
    cell.bytes.push_back(byte(of.bytes(frame, offset)));
  }
  const auto holders = at(plain.ledger.counts, i) = integer(of.ledger.holders(frame));
  for (std::int64_t n = 0; n < holders; ++n) {
    at(plain.ledger.owners, i).push_back(number(of.ledger.owner(frame, n).term()));
  }
}

void Concrete::read_swap(const State& of, const Swap& swap, Plain& plain) const {
  const auto i = number(swap.term());
  auto& cell = at(plain.swaps, i);
  cell.names = integer(of.names(swap));
  cell.in_memory = is(of.in_memory(swap));
  cell.frame = number(of.frame_of(swap).term());
  for (const auto& offset : {any_point().offset, scene_.offset}) {
    cell.bytes.push_back(byte(of.swap_bytes(swap, offset)));
  }
  const auto holders = at(plain.swap_ledger.counts, i) = integer(of.swap_ledger.holders(swap));
  for (std::int64_t n = 0; n < holders; ++n) {
    at(plain.swap_ledger.owners, i).push_back(number(of.swap_ledger.owner(swap, n).term()));
  }
}

}  // namespace cow::proofs
