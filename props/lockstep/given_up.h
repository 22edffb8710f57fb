#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "props/lockstep/subject.h"
#include "props/lockstep/touched_pages.h"
#include "props/lockstep/views.h"

/// Pages that were given up (Kind::free) where anything may drop them at any time: a running kernel
/// that needs memory. What is seen first decides: the old bytes, or zeroes, which then stay. Any
/// other byte is wrong as ever.
namespace cow::props {

inline bool is_zero(std::span<const std::uint8_t> bytes) {
  return std::memcmp(bytes.data(), zeroes.data(), bytes.size()) == 0;
}

/// Must the page have been dropped before `op`, which the subject answered with ok? A page of
/// zeroes that takes a write in spite of wp has lost that with its frame.
template <DropsUnasked S>
bool was_dropped(const model::Reference& reference, const model::Op& op, const model::Answer& got,
                 std::uint32_t page, const S& subject) {
  const auto bytes = model::page_bytes(reference.world().geometry);
  const auto begin = std::uint64_t{op.page} * bytes + op.offset,
             start = std::uint64_t{page} * bytes;
  const auto end = std::min(begin + op.length, start + bytes);
  const auto first = std::max(begin, start);
  const auto was = reference.bytes(op.proc, page);
  if (model::answers_bytes(op.kind)) {
    if (got.bytes.size() != op.length) return false;
    const auto length = static_cast<std::size_t>(end - first);
    return is_zero(got.bytes.subspan(static_cast<std::size_t>(first - begin), length)) &&
           !is_zero(was.subspan(static_cast<std::size_t>(first - start), length));
  }
  const auto from = static_cast<std::uint32_t>(first - start);
  const auto to = static_cast<std::uint32_t>(end - start);
  const bool shows = !is_zero(was.first(from)) || !is_zero(was.subspan(to));
  const bool passed = reference.page(op.proc, page).wp && access_needed(op) == model::Access::write;
  return (shows || passed) && subject.is_zero_but(op.proc, page, from, to);
}

/// Before the reference performs `op`. True: something had been dropped.
template <DropsUnasked S>
bool follow_answer(model::Reference& reference, const model::Op& op, const model::Answer& got,
                   const S& subject) {
  if (got.status != model::Status::ok || !reaches_pages(op.kind)) return false;
  bool moved = false;
  const auto [first, end] = touched_pages(op, reference.world());
  for (auto page = first; page < end; ++page) {
    if (!reference.page(op.proc, page).given_up) continue;
    if (!was_dropped(reference, op, got, page, subject)) continue;
    reference.drop_given_up(op.proc, page);
    moved = true;
  }
  return moved;
}

/// Before all that is seen is compared.
template <DropsUnasked S>
void follow_views(model::Reference& reference, const S& subject) {
  for (std::uint32_t p = 0; p < reference.world().procs; ++p) {
    for (std::uint32_t page = 0; reference.alive(p) && page < reference.world().pages; ++page) {
      if (!reference.page(p, page).given_up || is_zero(reference.bytes(p, page))) continue;
      const auto* const bytes = subject.seen(p, page).bytes;
      if (bytes == nullptr || is_zero({bytes, reference.bytes(p, page).size()}))
        reference.drop_given_up(p, page);
    }
  }
}

}  // namespace cow::props
