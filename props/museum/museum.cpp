#include "props/museum/museum.h"

#include <algorithm>
#include <array>
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
       {museum::accounts, museum::batches,      museum::collapse,    museum::counts,
        museum::errors,   museum::faults,       museum::files,       museum::forks,
        museum::given_up, museum::guards,       museum::hugetlb,     museum::identifiers,
        museum::loans,    museum::merge,        museum::soft_dirty,  museum::migrate,
        museum::moves,    museum::nodes,        museum::permissions, museum::pins,
        museum::pools,    museum::ranges,       museum::reaches,     museum::swap,
        museum::tables,   museum::translations, museum::uffd,        museum::zswap}) {
    const auto rows = family();
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::ranges::sort(all, goes_before);
  return all;
}

/// Another form of an exhibit's bug, which random traces may come to before its own law breaks.
struct Form {
  std::string_view name;
  Law law;
};

/// Each was looked at: its minimal trace breaks the law by the planted line, and the shipped kernel
/// passes it.
constexpr std::array other_forms = {
    // The pin left the page shared, so the owner's next write makes the copy a second time.
    Form{"A7", Law::frugal},
    Form{"A21-file", Law::frugal},
    Form{"A21-hugetlb", Law::frugal},
    // Unmerge unshares as a pin does: the zero page stays.
    Form{"A21-zero", Law::accounted},
    // What a child has uncounted is a huge page, of which the kernel's own read holds a part.
    Form{"B10", Law::no_dangling},
    // Protect gives writing back to what counts as not written, too.
    Form{"D18", Law::accounted},
    Form{"H2-protect", Law::accounted},
    // Dontneed leaves what unmap leaves, and the area still shows it.
    Form{"G13", Law::no_disclosure},
    // It asks for pins alone, and so moves who maps the zero page to a frame that nobody is charged
    // with. And a merge, which holds every space as a migration does, overlooks children, too.
    Form{"B13", Law::accounted},
    Form{"B13", Law::exact_count},
    // What is put back has lost its mark of write protection: the next write is not trapped.
    Form{"B20", Law::isolation},
    // The page is pinned for writing, and looks as if pageout might drop it.
    Form{"D1-migrate", Law::pin_stable},
    Form{"D1-protect", Law::pin_stable},
    Form{"D1-remap", Law::pin_stable},
    Form{"D1-split", Law::pin_stable},
    // What is written through to is the zero page, which others show.
    Form{"A10", Law::no_disclosure},
    Form{"A26", Law::no_disclosure},
    // Where the page was only read its bytes are zeroes anyway: the copy is not counted.
    Form{"D10", Law::accounted},
    // An entry changes in the table of somebody whose books do not know: they tell at once, and the
    // bytes only when they differ from what the next fault brings.
    Form{"D11", Law::accounted},
    Form{"E8", Law::accounted},
    Form{"E9-dontneed", Law::accounted},
    Form{"E9-pageout", Law::accounted},
    Form{"E9-unmap", Law::accounted},
    // Pageout drops, out of the shared table, what was given up.
    Form{"E9-pageout", Law::isolation},
    // The zeroes come past the place that charges a copy; no byte differs where the file has them.
    Form{"D21-file", Law::accounted},
    // A fork on demand charges the child with all that the parent has, in swap as well.
    Form{"D22", Law::accounted},
    // The page is brought in before its write is trapped.
    Form{"D24", Law::frugal},
    // Dontneed rounds down, too: what was to be dropped still has its bytes.
    Form{"G13", Law::isolation},
    // Four pages count as copied, one is.
    Form{"hugetlb-copy", Law::accounted},
    // Nobody's bytes but the fill of a free frame: seen where the file should be.
    Form{"no-zero", Law::isolation},
    Form{"pool-dirty", Law::isolation},
    // What shows the file's page of the pool is taken for the process's own: what the pool owes for
    // it is not given back.
    Form{"swap-file", Law::exact_count},
};

}  // namespace

std::unique_ptr<explore::Explorable> Opener::explorable(const model::World& world) const {
  return both_->explorable(world);
}

std::span<const Exhibit> exhibits() {
  static const std::vector<Exhibit> all = collect();
  return all;
}

bool is_expected(const Exhibit& exhibit, const Failure& failure) {
  const auto is_other_form = [&](Law law) {
    return std::ranges::any_of(other_forms, [&](const Form& form) {
      return form.name == exhibit.name && form.law == law;
    });
  };
  return std::ranges::any_of(failure.findings, [&](const Finding& finding) {
    return exhibit.may_break(finding.law) || is_other_form(finding.law);
  });
}

const Exhibit* find_exhibit(std::string_view name) {
  const auto all = exhibits();
  const auto at = std::ranges::find(all, name, &Exhibit::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cow::props
