#pragma once

#include <cstddef>
#include <cstdint>

namespace cow::props::bench {

/// The rival of the implementation: private anonymous memory of the kernel that runs us, every
/// page touched, in 4 KiB pages or in 2 MiB pages.
class LinuxMemory {
 public:
  LinuxMemory(std::size_t bytes, bool huge);  ///< throws std::bad_alloc
  ~LinuxMemory();
  LinuxMemory(const LinuxMemory&) = delete;
  LinuxMemory& operator=(const LinuxMemory&) = delete;

  /// Writes one byte into every 4 KiB page.
  void touch();

  /// Bytes that the kernel really holds in huge pages, from /proc/self/smaps.
  std::size_t huge_bytes() const;

  /// CPU seconds of fork() in this process until it returns; the child exits at once and is
  /// waited for afterwards. Throws std::runtime_error when the kernel refuses.
  static double fork_seconds();

  /// CPU seconds that a child takes to write one byte into every page that it shares with us.
  double child_touch_seconds();

 private:
  std::size_t mapped_;
  std::uint8_t* mapping_;
  std::uint8_t* data_;  ///< aligned to a huge page
  std::size_t bytes_;
};

/// MemAvailable of /proc/meminfo; 0 when it cannot be read.
std::size_t available_memory();

/// Keeps [at, at + bytes) out of every child, so that forks do not pay for it.
void keep_from_children(void* at, std::size_t bytes);

}  // namespace cow::props::bench
