#pragma once

#include <string_view>
#include <vector>

#include "props/record/event.h"

namespace cow::props::record {

/// A mapping of a process, as /proc/PID/maps has it (proc_pid_maps(5)), and what was advised.
struct Vma {
  Pages pages;
  model::Access access = model::Access::none;
  model::Sharing sharing = model::Sharing::private_;
  std::uint64_t object = 0;  ///< the inode that it shows; 0: none
  std::uint64_t offset = 0;  ///< the object's page that its first page shows
  bool dontfork = false, wipeonfork = false;

  bool operator==(const Vma&) const = default;
};

/// Sorted, disjoint, none empty.
using Vmas = std::vector<Vma>;

/// The mappings in a text of /proc/PID/maps. What the kernel itself provides ([vdso] …) is left
/// out; so are lines that are none.
Vmas parse_maps(std::string_view text);

/// The part of a mapping that lies in `pages`; empty pages where none does.
Vma cut(const Vma& vma, Pages pages);

/// Takes the range out of the mappings; what is left of one on either side stays.
void erase(Vmas& vmas, Pages pages);

/// Calls `act` on every mapping, or part of one, that lies in `pages`.
template <class Act>
void for_each_in(const Vmas& vmas, Pages pages, Act act) {
  for (const Vma& vma : vmas) {
    const Vma part = cut(vma, pages);
    if (!part.pages.empty()) act(part);
  }
}

/// What turns the mappings `was` into `now`: unmaps first, then maps and protects. The advice of
/// `was` moves to what stays in `now`.
std::vector<Event> difference(const Vmas& was, Vmas& now);

}  // namespace cow::props::record
