#include "proofs/prove.h"

#include <filesystem>
#include <utility>

#include "proofs/judge.h"

namespace cow::proofs {

Report prove(const Runner& runner, const Options& options) {
  if (!options.export_into.empty()) std::filesystem::create_directories(options.export_into);
  Report report;
  for (const auto& spec : specs()) {
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

Report prove_all(const Options& options) { return prove_mutant<Shipped>(options); }

}  // namespace cow::proofs
