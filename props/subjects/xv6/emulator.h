#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "props/subjects/xv6/tree.h"

namespace cow::props::xv6 {

/// A QEMU that runs an image, and its serial line. The kernel kills it when this process ends,
/// however that happens (PR_SET_PDEATHSIG). Nothing that its guest writes to the disk is kept.
class Emulator {
 public:
  Emulator() = default;
  ~Emulator() { stop(); }
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  /// Throws SubjectError when it cannot be started.
  void start(const Image& image);
  void stop();
  /// Whether this process has started it: after a fork it is still the parent's.
  bool owned() const;

  /// Processor time that it has used, in milliseconds.
  int used_ms() const;

  void send(std::string_view text);
  /// Adds what has come since to `text`; waits up to `nap_us` microseconds when nothing has.
  /// False: QEMU has ended.
  bool receive(std::string& text, int nap_us);

 private:
  void forget();

  pid_t pid_ = -1, owner_ = 0;
  int line_ = -1;
};

}  // namespace cow::props::xv6
