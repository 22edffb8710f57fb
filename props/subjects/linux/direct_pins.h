#pragma once

#include <array>
#include <cstdint>

#include "impl/linux/control.h"
#include "props/subjects/linux/direct_file.h"

namespace cow::props::live {

/// Pins that are O_DIRECT requests in flight: which file has whose.
class DirectPins {
 public:
  /// Makes the files' mounts, of which the agents are told. Empty, or why there are none.
  std::string connect(agent::Control& control);
  void close_mounts();
  void close();
  /// Answers what agents wait for that have not asked for a pin.
  void serve();

  /// The number of a file that is free; none: `agent::direct_files`.
  std::uint32_t free_file() const;
  DirectFile& file(std::uint32_t number) { return files_[number]; }
  /// The file that has the process's pin; null: it is none of these.
  DirectFile* of(std::uint32_t process, std::uint32_t pin);
  void take(std::uint32_t number, std::uint32_t process, std::uint32_t pin, bool writes);
  void let_go(std::uint32_t process, std::uint32_t pin);
  /// Of a process that is to end or to exec: Linux makes it wait for its requests.
  void let_go(std::uint32_t process);

 private:
  struct Holder {
    bool held = false;
    std::uint32_t process = 0, pin = 0;
  };
  std::array<DirectFile, agent::direct_files> files_;
  std::array<Holder, agent::direct_files> holders_;
};

}  // namespace cow::props::live
