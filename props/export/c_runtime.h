#pragma once

#include <string_view>

/// The parts of an exported program that are the same in all of them.
namespace cow::props::c_runtime {

extern const std::string_view calls;       ///< system calls, loads and stores that may fault
extern const std::string_view device;      ///< pins: io_uring's registered buffers
extern const std::string_view direct;      ///< pins: O_DIRECT requests in flight
extern const std::string_view protection;  ///< userfaultfd's write protection
extern const std::string_view processes;   ///< fork, exec, exit
extern const std::string_view main;        ///< turns, and the verdict

}  // namespace cow::props::c_runtime
