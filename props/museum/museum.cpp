#include "props/museum/museum.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <vector>

#include "props/explore/explorable.h"
#include "props/museum/families.h"

namespace cow::props {

namespace {

/// The catalogue's order: A5 before A12, both before what has no row there.
bool goes_before(const Exhibit& left, const Exhibit& right) {
  const auto key = [](std::string_view name) {
    std::size_t at = 0;
    while (at < name.size() && std::isalpha(static_cast<unsigned char>(name[at])) != 0) ++at;
    int number = 0;
    for (auto i = at; i < name.size() && std::isdigit(static_cast<unsigned char>(name[i])); ++i) {
      number = 10 * number + (name[i] - '0');
    }
    return std::tuple(name.substr(0, at), number, name);
  };
  return key(left.name) < key(right.name);
}

std::vector<Exhibit> collect() {
  std::vector<Exhibit> all;
  for (const auto family :
       {museum::accounts,    museum::collapse, museum::counts,  museum::errors,
        museum::faults,      museum::files,    museum::forks,   museum::given_up,
        museum::hugetlb,     museum::merge,    museum::migrate, museum::moves,
        museum::permissions, museum::pins,     museum::pools,   museum::ranges,
        museum::reaches,     museum::swap,     museum::tables,  museum::translations,
        museum::uffd}) {
    const auto rows = family();
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::ranges::sort(all, goes_before);
  return all;
}

}  // namespace

std::unique_ptr<explore::Explorable> Opener::explorable(const model::World& world) const {
  return both_->explorable(world);
}

std::span<const Exhibit> exhibits() {
  static const std::vector<Exhibit> all = collect();
  return all;
}

bool is_expected(const Exhibit& exhibit, const Failure& failure) {
  return std::ranges::any_of(failure.findings, [&](const Finding& finding) {
    return finding.law == exhibit.law || finding.law == exhibit.or_law ||
           finding.law == exhibit.or_else;
  });
}

const Exhibit* find_exhibit(std::string_view name) {
  const auto all = exhibits();
  const auto at = std::ranges::find(all, name, &Exhibit::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cow::props
