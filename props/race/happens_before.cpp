#include "props/race/happens_before.h"

#include <algorithm>

#include "props/draw/random.h"

namespace cow::props::race {

namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) { return seed_of(seed_of(a, 1), b); }

bool touches_nothing(const Access& access) { return access.touches[0].deed == Deed::none; }

}  // namespace

void HappensBefore::begin() {
  tasks_ = {};
  std::ranges::fill(objects_, Object{});
}

/// The steps at the object that came before one more, as far as that matters to it. Where a read
/// stands among the changes the read says, so that changes need not say it, too.
std::uint64_t HappensBefore::past(const Object& object, Deed deed) {
  return deed == Deed::add ? object.barrier : mix(object.barrier, object.adders);
}

/// How many operations of each task have ended: those it began but one that it is in.
std::uint64_t HappensBefore::ended(const View& view) const {
  std::uint64_t number = 0;
  for (unsigned t = 0; t < max_tasks; ++t) {
    const bool over = ((view.enabled | view.waiting) >> t & 1) == 0;
    number = mix(number, 2 * tasks_[t].begun + (over || touches_nothing(view.next[t]) ? 1 : 0));
  }
  return number;
}

void HappensBefore::take(unsigned task, const View& view) {
  const auto& access = view.next[task];
  auto number = mix(tasks_[task].last, task + 1);
  if (touches_nothing(access)) number = mix(number, ended(view)), ++tasks_[task].begun;
  for (const auto& [object, deed] : access.touches) {
    if (deed == Deed::none) break;
    number = mix(mix(number, object << 8 | static_cast<std::uint32_t>(deed)),
                 past(objects_[object], deed));
  }
  for (const auto& [at, deed] : access.touches) {
    if (deed == Deed::none) break;
    auto& object = objects_[at];
    if (deed == Deed::add) object.adders += number;
    if (is_barrier(deed)) object = {number, 0};
  }
  tasks_[task].last = number;
}

std::uint64_t HappensBefore::number(const View& view) const {
  const bool goes_on = view.last >= 0 && (view.enabled >> view.last & 1) != 0;
  auto number = static_cast<std::uint64_t>(goes_on ? view.last + 1 : 0);
  for (const auto& task : tasks_) number = mix(number, task.last);
  return number;
}

bool Visited::add(std::uint64_t number, unsigned preemptions) {
  if (2 * used_ >= slots_.size()) grow();
  auto& slot = slot_of(number);
  const auto entry = (number & ~low) | std::min<std::uint64_t>(preemptions + 1, low);
  if (slot != 0 && slot <= entry) return false;
  used_ += slot == 0 ? 1 : 0;
  slot = entry;
  return true;
}

std::uint64_t& Visited::slot_of(std::uint64_t number) {
  auto at = (number >> 7) % slots_.size();
  while (slots_[at] != 0 && ((slots_[at] ^ number) & ~low) != 0) at = (at + 1) % slots_.size();
  return slots_[at];
}

void Visited::grow() {
  auto old = std::move(slots_);
  slots_.assign(std::max<std::size_t>(1024, 2 * old.size()), 0);
  for (const auto entry : old) {
    if (entry != 0) slot_of(entry) = entry;
  }
}

}  // namespace cow::props::race
