#pragma once

#include <array>
#include <vector>

#include "props/subjects/linux/linux.h"

namespace cow::props::live {

/// Linux, with everything looked at after every operation, for worlds of small pages. What is in
/// place is read without a fault (process_vm_readv, and /proc/PID/mem where the process itself may
/// not read); private pages that are not in place read as zeroes and stay away, those of the file
/// are read in the file; what is swapped out shows what it showed last. Only shared memory that is
/// not of the file and that a process has not met is brought in.
class VisibleLinux final : public Linux {
 public:
  using Linux::Linux;

  void reset();
  bool audit();
  Seen seen(std::uint32_t process, std::uint32_t page) const;

 private:
  struct Bytes {
    bool known = false;
    std::array<std::uint8_t, 16> head{}, tail{};
  };
  bool is_to_be_read(std::uint32_t process, std::uint32_t page) const;
  void look(std::uint32_t process);
  void read_in_file(std::uint32_t process, std::uint32_t page);
  void read_forbidden(std::uint32_t process, std::uint32_t page);
  void read_together(std::uint32_t process, const std::vector<std::uint32_t>& pages);
  void compare_ends(std::uint32_t process);

  std::array<std::vector<Bytes>, model::max_procs> bytes_;
};

}  // namespace cow::props::live
