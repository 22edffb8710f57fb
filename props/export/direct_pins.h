#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/op.h"

namespace cow::props {

/// Of an exported program whose pins with even numbers are O_DIRECT requests in flight: which of
/// its files has which pin, and what is to be said in C. Without `wanted` there is none.
class DirectPins {
 public:
  explicit DirectPins(bool wanted) : wanted_(wanted) {}

  bool takes(const model::Op& op) const {
    return wanted_ && model::shape(op.kind).pin && op.pin % 2 == 0;
  }
  /// The call of the runtime that the operation is (c_direct.cpp).
  std::string call_of(const model::Op& op);
  /// Whether the device does it, and not the process.
  static bool is_the_device_s(const model::Op& op) { return op.kind != model::Kind::pin; }
  /// Follows an operation that succeeds.
  void follow(const model::Op& op);
  /// What the device must do before the process may exec or exit: Linux has it wait for its
  /// requests.
  std::string before(const model::Op& op);
  std::size_t files() const { return files_.size(); }

 private:
  std::size_t file_of(std::uint32_t process, std::uint32_t pin);

  bool wanted_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> files_;  ///< by process and pin
  std::map<std::size_t, std::uint32_t> held_;                             ///< by whom
};

}  // namespace cow::props
