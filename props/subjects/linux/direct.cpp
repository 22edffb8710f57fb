#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "props/subjects/linux/linux.h"
#include "props/subjects/linux/request.h"

// Pins that are O_DIRECT requests in flight (impl/linux/direct.cpp): the device is this process.

namespace cow::props::live {

using model::Kind;
using model::Op;
using model::Status;

/// The others are io_uring's, so that both kinds meet.
bool Linux::is_direct(const Op& op) const {
  return setup_.direct && model::shape(op.kind).pin && op.pin % 2 == 0;
}

/// A pin for reading that is no long-term one takes what is there: of a private page that shows
/// zeroes or the file only, what the process then writes is elsewhere. What was given up is dropped
/// after it, since nobody has written there.
bool Linux::has_page_of_its_own(const Op& op) const {
  PageEntry entry;
  if (area(op.proc, op.page).shared) return true;
  if (given_up_[op.proc][op.page]) return false;
  if (!read_pagemap(host(), op.proc, op.page, {&entry, 1})) return false;
  if (entry.swapped()) return !entry.write_protected();  // else a mark in its place
  return entry.present() && !entry.shared_memory() && !Means::get().frames.zero(entry.frame());
}

/// There are so many files, and so many answers to a pin's requests.
bool Linux::can_be_direct(const Op& op) const {
  auto& pins = host().direct();
  if (op.kind == Kind::pin) {
    if (pins.free_file() == agent::direct_files) return false;
    const bool refused = area(op.proc, op.page).access < op.access;
    return op.access == model::Access::write || refused || has_page_of_its_own(op);
  }
  const auto* const file = pins.of(op.proc, op.pin);
  if (file == nullptr || op.kind == Kind::unpin) return true;
  if (file->writes_left() == 0) return false;
  const bool forbidden = (writing_ & pin_bit(op)) == 0;
  return op.kind == Kind::device_read || forbidden || file->reads_left() > 0;
}

model::Answer Linux::tell_device(const Op& op) {
  auto& pins = host().direct();
  if (op.kind == Kind::pin) return pin_directly(op);
  if (op.kind == Kind::unpin) {
    pins.let_go(op.proc, op.pin);
    return {Status::ok, {}};
  }
  if (op.kind == Kind::device_write && (writing_ & pin_bit(op)) == 0) return {Status::segfault, {}};
  DirectFile* const file = pins.of(op.proc, op.pin);
  const auto page = file != nullptr ? file->load() : std::span<const std::uint8_t>{};
  if (page.size() != host().real_bytes()) return trouble("what is in flight cannot be read");
  count(Event::in_flight);
  if (op.kind == Kind::device_read) return {Status::ok, page.subspan(op.offset, op.length)};
  return write_directly(op, *file, {page.begin(), page.end()});
}

/// The page as the device sees it, with the bytes in it, at both ends (impl/linux/access.cpp).
model::Answer Linux::write_directly(const Op& op, DirectFile& file,
                                    std::vector<std::uint8_t> page) {
  const auto tail = host().real_bytes() - page_bytes_;
  for (std::uint32_t i = 0; i < op.length; ++i) {
    page[op.offset + i] = page[tail + op.offset + i] = static_cast<std::uint8_t>(op.value + i);
  }
  if (!file.store(page)) return trouble("what is in flight cannot be written");
  return {Status::ok, {}};
}

model::Answer Linux::pin_directly(const Op& op) {
  auto& pins = host().direct();
  auto request = request_of(op);
  request.kind = agent::hold_directly;
  request.to = pins.free_file();
  pins.take(request.to, op.proc, op.pin, op.access == model::Access::write);
  const auto answer = judge(op, host().ask(op.proc, request));
  if (answer.status != Status::ok) pins.let_go(op.proc, op.pin);
  return answer;
}

}  // namespace cow::props::live
