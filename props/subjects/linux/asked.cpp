#include <fmt/format.h>

#include "props/subjects/linux/linux.h"

// What Linux is asked at all, and what is said about the rest.

namespace cow::props::live {

using model::Kind;
using model::Op;
using model::Status;

/// No process of a number can be asked when there is none, and ranges that are empty or leave the
/// world would meet the agent's own memory: the driver answers these by the reference's table.
Status Linux::nonsense(const Op& op) const {
  if (op.proc >= world_.procs || !lives(op.proc)) return Status::no_process;
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    return lives(op.child) ? Status::busy : Status::ok;
  }
  if (model::shape(op.kind).pin) return nonsense_of_pin(op);
  const bool pages = model::takes_pages(op.kind);
  if (!pages && !model::is_access(op.kind)) return Status::ok;
  const auto length = pages ? std::uint64_t{op.count} * page_bytes_ : op.length;
  const auto end = std::uint64_t{op.page} * page_bytes_ + (pages ? 0 : op.offset) + length;
  const bool fits = length != 0 && end <= std::uint64_t{world_.pages} * page_bytes_;
  if (!fits || op.cpu >= world_.cpus) return Status::bad_range;
  if (op.kind == Kind::map && op.file && std::uint64_t{op.to} + op.count > world_.pages)
    return Status::bad_range;
  if (op.kind != Kind::remap) return Status::ok;
  const auto to_end = std::uint64_t{op.to} + op.count;
  const bool overlaps = op.to < op.page + op.count && op.page < to_end;
  return to_end > world_.pages || overlaps ? Status::bad_range : Status::ok;
}

Status Linux::nonsense_of_pin(const Op& op) const {
  const bool named = op.pin < model::max_pins;
  if (op.kind == Kind::pin) {
    const bool fits = named && op.page < world_.pages && op.cpu < world_.cpus;
    if (!fits || op.access == model::Access::none) return Status::bad_range;
    return (held_ & pin_bit(op)) != 0 ? Status::busy : Status::ok;
  }
  if (!named || (held_ & pin_bit(op)) == 0) return Status::no_pin;
  if (op.kind == Kind::unpin) return Status::ok;
  const bool fits = op.length != 0 && std::uint64_t{op.offset} + op.length <= page_bytes_;
  return fits ? Status::ok : Status::bad_range;
}

/// io_uring pins for writing only (FOLL_WRITE | FOLL_LONGTERM), so a pin for reading is taken
/// where the page may be written.
bool Linux::supports(const Op& op) const {
  const Means& means = Means::get();
  if (op.oom != 0 || op.kind == Kind::swapoff || op.hugetlb) return false;
  if (op.kind == Kind::merge || op.kind == Kind::unmerge) return false;
  if (model::anonymous_only(op.kind) || op.kind == Kind::clear_refs) return false;
  if (!setup_.known_findings && is_known_finding(op)) return false;
  if (op.kind == Kind::force_write) return means.no_force_write.empty();
  if (!model::shape(op.kind).pin) return true;
  if (!means.no_pins.empty()) return false;
  const bool reads = op.kind == Kind::pin && op.access == model::Access::read;
  if (!reads || !is_running() || nonsense(op) != Status::ok) return true;
  return area(op.proc, op.page).access != model::Access::read;
}

/// L1: what a device wrote to shared memory is lost when the page is reclaimed. A private page that
/// shows the file names the same memory.
bool Linux::is_known_finding(const Op& op) const {
  if (op.kind != Kind::pageout || !device_wrote_there_ || nonsense(op) != Status::ok) return false;
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (area(op.proc, page).shared || area(op.proc, page).file) return true;
  }
  return false;
}

std::vector<std::string> Linux::notes() const {
  const Means& means = Means::get();
  std::vector<std::string> notes = {fmt::format("Linux {}", means.release)};
  if (const std::string why = means.frames.reason(); !why.empty())
    notes.push_back("contents only: who shares which frame is not checked, since " + why);
  if (!means.no_pins.empty()) notes.push_back("no pins, since " + means.no_pins);
  if (!means.no_force_write.empty())
    notes.push_back("no force-write, since " + means.no_force_write);
  notes.push_back(
      "left out: oom@k, hugetlb, swapoff, merge, unmerge, free, wp, unwp, guard, unguard and "
      "clear-refs; compact does nothing");
  if (!setup_.known_findings)
    notes.push_back(
        "left out: pageout of shared memory or the file once a device has written there (L1)");
  if (!means.has_swap) notes.push_back("pageout moves nothing: there is no swap");
  if (!means.has_nodes) notes.push_back("migrate moves nothing: there is one node of memory");
  return notes;
}

namespace {
constexpr std::array<const char*, event_count> names = {
    "page looked at",         "page seen in the file", "frame's count agreed", "frame shared",
    "frame a writer's alone", "frame free after exit", "huge page met",        "translated hole",
    "translated write",       "translated advice",     "translated move",      "translated store"};
}

bool Linux::can_happen(Event event) const {
  const Means& means = Means::get();
  const bool frames = *means.frames.reason() == '\0';
  const bool tiny = world_.geometry == model::Geometry::tiny;
  if (event == Event::looked || event == Event::in_file) return tiny;
  if (event == Event::huge) return frames && means.huge && !tiny;
  return event >= Event::asked_first || frames;
}

std::vector<std::string> Linux::event_names() const {
  std::vector<std::string> possible;
  for (std::size_t i = 0; i < event_count; ++i) {
    if (can_happen(static_cast<Event>(i))) possible.emplace_back(names[i]);
  }
  return possible;
}

std::vector<std::uint64_t> Linux::events() const {
  std::vector<std::uint64_t> possible;
  for (std::size_t i = 0; i < event_count; ++i) {
    if (can_happen(static_cast<Event>(i))) possible.push_back(events_[i]);
  }
  return possible;
}

std::string Linux::describe() const {
  if (!is_running()) return {};
  std::string text;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (!lives(p)) continue;
    text += fmt::format("  P{}\n", p);
    for (std::uint32_t page = 0; page < world_.pages;) {
      const Area at = area(p, page);
      auto end = page + 1;
      while (end < world_.pages && area(p, end) == at) ++end;
      if (at.mapped)
        text +=
            fmt::format("   p{}..p{} {} {}{}\n", page, end - 1, at.shared ? "shared" : "private",
                        model::name(at.access), at.file ? " file" : "");
      page = end;
    }
  }
  return text;
}

}  // namespace cow::props::live
