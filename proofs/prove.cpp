#include "proofs/prove.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "proofs/judge.h"

namespace cow::proofs {

Report prove(const Runner& runner, const Options& options, std::span<const Group> groups) {
  if (!options.export_into.empty()) std::filesystem::create_directories(options.export_into);
  Report report;
  for (const auto& spec : specs()) {
    if (std::ranges::count(groups, group_of(spec.step)) == 0) continue;
    if (!Judge::concerned(spec, options)) continue;
    for (auto& result : Judge(spec, runner, options).results()) {
      report.results.push_back(std::move(result));
    }
  }
  return report;
}

namespace {

template <class Machine>
using Shipped = Machine;

}  // namespace

Report prove_all(const Options& options) {
  return prove_mutant<Shipped, Group::small, Group::access, Group::marks, Group::relock,
                      Group::huge>(options);
}

}  // namespace cow::proofs
