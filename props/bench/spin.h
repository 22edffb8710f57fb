#pragma once

#include <cstdint>
#include <string>

/// The model checker SPIN (Holzmann, https://spinroot.com), the explorer's rival.
namespace cow::props::bench {

/// cow.pml: the world of the scope "small" in Promela.
extern const char* const spin_model;

struct SpinRun {
  std::uint64_t states = 0;  ///< distinct ones, from the start of the first process on
  /// As SPIN counts them: also the two that come before the first operation, and one for each state
  /// of the last layer, where it turns back.
  std::uint64_t transitions = 0;
  double cpu_seconds = 0, seconds = 0;
  std::string trouble;  ///< why there is no figure
};

/// Spin's program for a model, compiled as its manual advises (-O2, safety only, breadth first), in
/// a temporary folder that goes with it.
class Spin {
 public:
  /// `model`: in Promela; `optimize`: as for the C compiler.
  explicit Spin(const std::string& model = spin_model, const std::string& optimize = "-O2");
  ~Spin();
  Spin(const Spin&) = delete;
  Spin& operator=(const Spin&) = delete;

  /// Empty, or why it cannot run here: spin or the C compiler is missing.
  const std::string& trouble() const { return trouble_; }

  /// All traces of so many operations, on one core.
  SpinRun run(unsigned operations) const;

 private:
  std::string folder_, trouble_;
};

}  // namespace cow::props::bench
