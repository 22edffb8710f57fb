#pragma once

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

/// How the benchmarks measure: both sides alternately in one process, medians of several rounds.
namespace cow::props::bench {

/// CPU seconds that this thread has used, in the kernel too. Unlike the wall clock it does not
/// count what other programs take meanwhile.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds_of(Work&& work) {
  const auto start = cpu_seconds();
  std::forward<Work>(work)();
  return cpu_seconds() - start;
}

/// REQUIRES: not empty.
inline double median(std::vector<double> figures) {
  const auto middle = figures.begin() + static_cast<std::ptrdiff_t>(figures.size() / 2);
  std::nth_element(figures.begin(), middle, figures.end());
  return *middle;
}

struct Medians {
  double ours, rival;
};

/// Calls both sides in turn, `rounds` times each after one round that does not count, since the
/// first touch of caches and memory is not what is compared. Each call answers its figure.
template <class Ours, class Rival>
Medians alternate(int rounds, Ours ours, Rival rival) {
  std::vector<double> a, b;
  for (int round = 0; round <= rounds; ++round) {
    a.push_back(ours());
    b.push_back(rival());
  }
  a.erase(a.begin());
  b.erase(b.begin());
  return {median(a), median(b)};
}

}  // namespace cow::props::bench
