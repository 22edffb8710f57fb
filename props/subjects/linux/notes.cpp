#include <fmt/format.h>
#include <utility>

#include "props/subjects/linux/linux.h"

// What is said about a run: what it does not check, what happened, what Linux has mapped.

namespace cow::props::live {

std::vector<std::string> Linux::notes() const {
  const Means& means = Means::get();
  std::vector<std::string> notes = {fmt::format("Linux {}", means.release)};
  if (const std::string why = means.frames.reason(); !why.empty())
    notes.push_back("contents only: who shares which frame is not checked, since " + why);
  if (!means.no_pins.empty()) notes.push_back("no pins, since " + means.no_pins);
  if (setup_.direct) {
    notes.emplace_back("pins d0 are O_DIRECT requests in flight, d1 io_uring's");
    if (!means.no_disk().empty())
      notes.push_back("kernel accesses: none by O_DIRECT on a disk: " + means.no_disk());
  }
  if (!means.no_force_write.empty())
    notes.push_back("no force-write, since " + means.no_force_write);
  for (const auto& [what, why] :
       {std::pair{"free", &means.no_free}, std::pair{"guard and unguard", &means.no_guards},
        std::pair{"wp and unwp", &means.no_wp}, std::pair{"clear-refs", &means.no_marks},
        std::pair{"merge and unmerge", &means.no_merge}}) {
    if (!why->empty()) notes.push_back(fmt::format("no {}, since {}", what, *why));
  }
  notes.push_back("left out: oom@k, hugetlb and swapoff; compact does nothing");
  if (!setup_.known_findings)
    notes.push_back(
        "left out: pageout of shared memory or the file once a device has written there (L1), "
        "wp of memory that ksmd may merge (L2), clear-refs (L3) and free (L4) while a device may "
        "write, pins of what was given up (L4), "
        "remap "
        "beside other pages after wp or clear-refs (L5)");
  if (means.no_wp.empty() && means.populates)
    notes.push_back(
        "left out: wp of pages that allow nothing, since userfaultfd needs them touched");
  if (!means.has_swap) notes.push_back("pageout moves nothing: there is no swap");
  if (means.no_merge.empty() && !means.merges)
    notes.push_back("merge moves nothing: ksmd does not run (/sys/kernel/mm/ksm/run)");
  if (!means.has_nodes) notes.push_back("migrate moves nothing: there is one node of memory");
  return notes;
}

namespace {
constexpr std::array<const char*, event_count> names = {
    "page looked at",          "page seen in the file",
    "frame's count agreed",    "frame shared",
    "frame a writer's alone",  "frame free after exit",
    "huge page met",           "translated hole",
    "translated write",        "translated advice",
    "translated move",         "translated store",
    "translated finding",      "translated limit",
    "page given up dropped",   "guard seen",
    "page trapping writes",    "page not written since",
    "page in a pipe kept",     "merged frame met",
    "device access in flight", "kernel access on a disk"};
}

bool Linux::can_happen(Event event) const {
  const Means& means = Means::get();
  const bool frames = *means.frames.reason() == '\0';
  const bool tiny = world_.geometry == model::Geometry::tiny;
  if (event == Event::looked || event == Event::in_file) return tiny;
  if (event == Event::dropped) return means.no_free.empty();
  if (event == Event::guarded) return means.no_guards.empty();
  if (event == Event::trapping) return means.no_wp.empty();
  if (event == Event::unwritten) return means.no_marks.empty();
  if (event == Event::in_flight) return setup_.direct;
  if (event == Event::on_disk) return setup_.direct && means.no_disk().empty();
  if (event == Event::merged) return frames && means.merges;
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
