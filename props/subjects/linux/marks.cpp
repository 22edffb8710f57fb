#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>
#include <vector>

#include "props/lockstep/touched_pages.h"
#include "props/subjects/linux/linux.h"

// What Linux itself says of pages that were given up, guarded or write-protected.

namespace cow::props::live {

using model::Kind;

/// Asked behind the operation that may have dropped it, and before the audit: what is in
/// `entries_` was before.
bool Linux::dropped(std::uint32_t process, std::uint32_t page) const {
  PageEntry entry;
  if (!is_running() || !read_pagemap(host(), process, page, {&entry, 1})) return false;
  if (entry.present() || entry.swapped()) return false;
  if (page < entries_[process].size() && entries_[process][page].present()) count(Event::dropped);
  return true;
}

bool Linux::is_zero_but(std::uint32_t process, std::uint32_t page, std::uint32_t first,
                        std::uint32_t end) const {
  std::vector<std::uint8_t> bytes(page_bytes_);
  const auto at = static_cast<off_t>(host().address(page));
  if (pread(host().memory(process), bytes.data(), bytes.size(), at) != page_bytes_) return false;
  std::fill(bytes.begin() + first, bytes.begin() + end, std::uint8_t{0});
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// A page of the operation's range that is not marked as it says; empty: it is.
std::string Linux::wrong_mark(std::uint32_t page) const {
  const PageEntry entry = entries_[last_.proc][page];
  if (last_.kind == Kind::guard || last_.kind == Kind::unguard) {
    const bool wanted = last_.kind == Kind::guard;
    if (wanted) count(Event::guarded);
    return entry.guard() == wanted ? "" : wanted ? "no guard" : "a guard still";
  }
  if (last_.kind == Kind::clear_refs) {
    if (entry.write_protected()) count(Event::unwritten);
    return "";  // the lockstep asks about these
  }
  const bool wanted = last_.kind == Kind::wp && !entry.guard();
  if (wanted) count(Event::trapping);
  return entry.write_protected() == wanted ? "" : wanted ? "no protection" : "protection still";
}

void Linux::look_at_marks() {
  const bool marks = last_.kind == Kind::guard || last_.kind == Kind::unguard ||
                     last_.kind == Kind::wp || last_.kind == Kind::unwp ||
                     last_.kind == Kind::clear_refs;
  if (!marks || last_status_ != model::Status::ok) return;
  const auto [first, end] = touched_pages(last_, world_);
  for (auto page = first; page < end; ++page) {
    const auto wrong = wrong_mark(page);
    if (wrong.empty()) continue;
    find(Law::permission, fmt::format("P{} p{}: pagemap shows {}", last_.proc, page, wrong));
  }
}

}  // namespace cow::props::live
