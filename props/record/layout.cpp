#include "props/record/layout.h"

#include <algorithm>

namespace cow::props::record {

Layout::Layout(const std::vector<Event>& events, std::size_t limit) {
  std::map<std::uint64_t, std::size_t> writes;
  for (const Event& event : events) {
    if (event.kind == model::Kind::write) ++writes[event.pages.first];
  }
  std::vector<std::pair<std::size_t, std::uint64_t>> often;
  for (const auto& [page, count] : writes) often.emplace_back(count, page);
  std::ranges::sort(often, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  left_out_ = often.size() - std::min(often.size(), limit);
  often.resize(often.size() - left_out_);
  for (const auto& [count, page] : often) kept_.push_back(page);
  std::ranges::sort(kept_);
}

Pages Layout::of(Pages real) const {
  const auto at = [&](std::uint64_t page) {
    return static_cast<std::uint64_t>(std::ranges::lower_bound(kept_, page) - kept_.begin());
  };
  return {at(real.first), at(real.end)};
}

bool Names::give(std::uint32_t process) {
  std::vector<bool> taken(limit_);
  for (const auto& [other, name] : names_) taken[name] = true;
  const auto free = std::ranges::find(taken, false);
  if (free == taken.end()) return ++left_out_, false;
  const auto name = static_cast<std::uint32_t>(free - taken.begin());
  names_[process] = name;
  used_ = std::max(used_, name + 1);
  return true;
}

void Names::take_back(std::uint32_t process) { names_.erase(process); }

const std::uint32_t* Names::of(std::uint32_t process) const {
  const auto at = names_.find(process);
  return at == names_.end() ? nullptr : &at->second;
}

}  // namespace cow::props::record
