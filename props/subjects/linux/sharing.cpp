#include <algorithm>
#include <fmt/format.h>

#include "props/lockstep/touched_pages.h"
#include "props/subjects/linux/linux.h"

// The audit that root can have: who shares which frame, by Linux's own account.

namespace cow::props::live {

namespace {

constexpr std::uint32_t most_pages = 4;  ///< of an operation's range, looked at after it
constexpr int most_tries = 4;            ///< Linux may move a frame between two looks
constexpr std::uint32_t many_frames = 64;

const Frames& frames() { return Means::get().frames; }

/// ksmd may begin to run at any time; where all agrees it is asked about only while it is known to.
bool may_be_merged(bool agrees, std::uint64_t seen, std::uint64_t counted) {
  return agrees ? Means::get().merges : seen <= counted;
}

}  // namespace

bool Linux::read_entries() {
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (!lives(p)) {
      entries_[p].clear();
      continue;
    }
    if (!read_entries_of(p)) return false;
  }
  return true;
}

bool Linux::read_entries_of(std::uint32_t process) {
  entries_[process].resize(world_.pages);
  return read_pagemap(host(), process, 0, entries_[process]);
}

/// How many of our page table entries name the frame.
std::uint64_t Linux::entries_of(std::uint64_t frame) const {
  std::uint64_t sum = 0;
  for (const auto& entries : entries_) {
    sum += static_cast<std::uint64_t>(
        std::ranges::count_if(entries, [&](PageEntry e) { return e.frame() == frame; }));
  }
  return sum;
}

/// How many entries Linux counts; asked once for each frame of an audit.
std::uint64_t Linux::counted_for(std::uint64_t frame) {
  for (const auto& [known, count] : counted_) {
    if (known == frame) return count;
  }
  return counted_.emplace_back(frame, frames().mappings(frame)).second;
}

/// Nobody else maps our frames, so Linux must count just the entries that we see. What a frame is
/// good for (kpageflags) is asked only where it matters: each question is a system call.
std::string Linux::wrong_count(std::uint32_t process, std::uint32_t page) {
  const bool tiny = world_.geometry == model::Geometry::tiny;  // where no huge page is made
  std::string text;
  for (int i = 0; i < most_tries; ++i) {
    if (i > 0 && !read_entries()) return {};
    if (i > 0) counted_.clear();
    const PageEntry entry = entries_[process][page];
    const auto frame = entry.frame();
    if (frame == 0 || frame == frames().zero_frame()) return {};
    const auto seen = entries_of(frame), counted = counted_for(frame);
    const bool agrees = seen == counted && entry.exclusive() == (counted == 1);
    if (!agrees && frames().zero(frame)) return {};
    const bool huge = (!agrees || !tiny) && frames().huge(frame);
    const bool merged = may_be_merged(agrees, seen, counted) && frames().merged(frame);
    if (merged) count(Event::merged);  // and other families' pages may be among them
    if (agrees || merged || (seen == counted && huge)) {  // of huge pages the mark speaks roughly
      count(Event::counted);
      if (counted > 1) count(Event::shared);
      if (huge) count(Event::huge);
      return {};
    }
    text = fmt::format("P{} p{}: {} entries name its frame, Linux counts {} and says {}exclusive",
                       process, page, seen, counted, entry.exclusive() ? "" : "not ");
  }
  return text;
}

/// Who has just written to private memory has the frame alone.
void Linux::look_at_writer(std::uint32_t page) {
  const bool stores = model::is_store(last_.kind) ||
                      (last_.kind == model::Kind::pin && last_.access == model::Access::write);
  if (last_status_ != model::Status::ok || !stores || area(last_.proc, page).shared) return;
  const PageEntry entry = entries_[last_.proc][page];
  if (entry.frame() == 0) return;  // it went to swap
  const auto holders = entries_of(entry.frame());
  if (holders != 1 && frames().merged(entry.frame())) return;  // since then
  if (holders == 1 && entry.frame() != frames().zero_frame()) return count(Event::alone);
  find(Law::sole_writer, fmt::format("P{} has written to p{}, whose frame has {} holders",
                                     last_.proc, page, holders));
}

void Linux::look_at_sharing() {
  if (*frames().reason() != '\0') return;
  counted_.clear();
  auto [first, end] = touched_pages(last_, world_);
  end = std::min(end, first + most_pages);
  const auto other = turn_++ % world_.pages;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (!lives(p)) continue;
    for (auto page = first; page <= end; ++page) {
      const auto wrong = wrong_count(p, page < end ? page : other);
      if (!wrong.empty()) find(Law::exact_count, wrong);
    }
  }
  if (last_.proc >= world_.procs || !lives(last_.proc)) return;
  for (auto page = first; page < end; ++page) look_at_writer(page);
}

/// The frames that the process has for itself, as far as known from the last look.
std::vector<std::uint64_t> Linux::frames_alone(std::uint32_t process) const {
  std::vector<std::uint64_t> alone;
  if (*frames().reason() != '\0') return alone;
  for (const PageEntry entry : entries_[process]) {
    const auto frame = entry.frame();
    const bool mine = frame != 0 && entry.exclusive() && !entry.shared_memory() &&
                      !(Means::get().merges && frames().merged(frame));
    if (mine && alone.size() < 16) alone.push_back(frame);
  }
  return alone;
}

/// A frame that is free for a moment may be somebody else's in the next, so some that are mapped
/// show nothing. Many in a row, of several processes, do: so few are taken again that fast.
void Linux::look_for_leaks(std::uint32_t process, const std::vector<std::uint64_t>& were_its) {
  for (const auto frame : were_its) {
    const bool free = frames().mappings(frame) == 0;
    kept_ = free ? 0 : kept_ + 1;
    if (free) count(Event::freed);
  }
  if (kept_ < many_frames) return;
  find(Law::no_leak, fmt::format("the last {} frames that processes had alone, P{} the last, are "
                                 "mapped after their exits",
                                 kept_, process));
  kept_ = 0;
}

bool Linux::audit() {
  if (!is_running()) return findings_.empty();
  entries_known_ = read_entries();
  if (entries_known_) {
    look_at_sharing();
    look_at_marks();
  } else {
    find(Law::progress, "a process cannot be looked at");
  }
  return findings_.empty();
}

}  // namespace cow::props::live
