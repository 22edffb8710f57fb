#pragma once

#include <array>
#include <string>

#include "model/world.h"
#include "props/subjects/xv6/console.h"
#include "props/subjects/xv6/emulator.h"

namespace cow::props::xv6 {

/// The names that requests may have in `proc`.
inline constexpr std::uint32_t supervisor = COWXV6_SUPERVISOR;
inline constexpr std::uint32_t processes = COWXV6_PROCS;

/// Why there was no answer.
enum class Trouble : std::uint8_t { none, panicked, killed, hangs, ended };

/// The running kernel and its agents, one for each process of this program: sessions take turns.
/// Waits have time-outs.
class Machine {
 public:
  static Machine& get();

  /// Leaves the kernel with one process under test, P0, freshly forked. Boots it when it is not the
  /// image's, or when processes are still alive: whatever a trace left behind may be broken. Throws
  /// SubjectError when the kernel does not come up. Answers a number that tells this tenancy.
  std::uint64_t begin(const Image& image, std::uint32_t page_bytes);
  /// Boots the image and stops it: whether it comes up at all. Throws SubjectError.
  void try_out(const Image& image);
  bool is_current(std::uint64_t tenancy) const { return tenancy == tenancy_ && emulator_.owned(); }
  /// The next begin boots.
  void give_up() { usable_ = false; }

  /// Has the process do what is asked; its reply, or `trouble` says why there is none.
  Told ask(std::uint32_t process, cowagent_request request);
  /// The next reply to the same request: what another process saw.
  Told next_reply() { return await(); }
  Told fork(std::uint32_t process, std::uint32_t child);
  Told exit(std::uint32_t process);
  /// Free pages now; what they were when no process had been forked yet is `free_at_first`.
  Told count_free();
  std::uint32_t free_at_first() const { return free_at_first_; }

  Trouble trouble() const { return trouble_; }
  std::string trouble_text() const { return trouble_text_; }

 private:
  struct Process {
    bool alive = false;
    std::uint32_t pid = 0, parent = 0;
  };

  void boot(const Image& image);
  void greet();
  Told await();
  bool diagnose(int waited_ms);
  bool fail(Trouble trouble, std::string text);
  std::string dead_process() const;
  std::string last_words() const;

  Emulator emulator_;
  Console console_;
  Image image_;
  bool usable_ = false;
  std::uint64_t tenancy_ = 0;
  std::uint16_t sequence_ = 0;
  std::uint32_t page_bytes_ = 0, free_at_first_ = 0;
  std::array<Process, processes> processes_;
  std::uint32_t exiting_ = processes;  ///< who is expected to be a zombie soon
  bool asked_for_list_ = false;
  int used_when_asked_ = 0;  ///< of the processor, in milliseconds
  Trouble trouble_ = Trouble::none;
  std::string trouble_text_;
};

}  // namespace cow::props::xv6
