#include "impl/historic/system.h"

#include <algorithm>
#include <cstring>

namespace cow::historic {

void System::reset() {
  for (auto& tlb : tlbs_) tlb.flush();
  counters_ = {};
  fail_in_ = 0;
  panicked_ = false;
  boot();
}

bool System::allocation_fails() {
  if (fail_in_ == 0 || --fail_in_ > 0) return false;
  ++counters_.failed_allocations;
  return true;
}

/// Makes all pages ready, then moves the bytes; or both page by page.
template <class Touch, class Move>
Result System::access(std::uint64_t address, std::size_t length, bool ahead, Touch ready,
                      Move move) {
  for (const bool moves : {false, true}) {
    if (!moves && !ahead) continue;
    for (std::size_t done = 0; done < length;) {
      const auto page = static_cast<std::uint32_t>((address + done) / sizes_.page_bytes);
      const auto offset = (address + done) % sizes_.page_bytes;
      const auto piece = std::min<std::size_t>(length - done, sizes_.page_bytes - offset);
      std::uint32_t frame = 0;
      const Result result = ready(page, frame);
      if (result != Result::ok) return result;
      if (moves) move(data(frame) + offset, done, piece);
      done += piece;
    }
  }
  return Result::ok;
}

Result System::read(std::uint32_t process, std::uint32_t cpu, std::uint64_t address,
                    std::span<std::uint8_t> bytes) {
  return access(
      address, bytes.size(), true,
      [&](auto page, auto& frame) { return touch(process, cpu, page, false, frame); },
      [&](auto* at, auto done, auto piece) { std::memcpy(bytes.data() + done, at, piece); });
}

Result System::write(std::uint32_t process, std::uint32_t cpu, std::uint64_t address,
                     std::span<const std::uint8_t> bytes) {
  return access(
      address, bytes.size(), true,
      [&](auto page, auto& frame) { return touch(process, cpu, page, true, frame); },
      [&](auto* at, auto done, auto piece) { std::memcpy(at, bytes.data() + done, piece); });
}

Result System::kernel_read(std::uint32_t process, std::uint64_t address,
                           std::span<std::uint8_t> bytes) {
  return access(
      address, bytes.size(), true,
      [&](auto page, auto& frame) { return reach(process, page, false, frame); },
      [&](auto* at, auto done, auto piece) { std::memcpy(bytes.data() + done, at, piece); });
}

Result System::kernel_write(std::uint32_t process, std::uint64_t address,
                            std::span<const std::uint8_t> bytes) {
  kernel_length_ = static_cast<std::uint32_t>(bytes.size());
  return access(
      address, bytes.size(), looks_ahead(),
      [&](auto page, auto& frame) { return reach(process, page, true, frame); },
      [&](auto* at, auto done, auto piece) { std::memcpy(at, bytes.data() + done, piece); });
}

}  // namespace cow::historic
