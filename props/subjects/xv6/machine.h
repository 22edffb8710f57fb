#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/world.h"
#include "props/subjects/xv6/console.h"
#include "props/subjects/xv6/emulator.h"

namespace cow::props::xv6 {

/// The names that requests may have in `proc`.
inline constexpr std::uint32_t supervisor = COWXV6_SUPERVISOR;
inline constexpr std::uint32_t processes = COWXV6_PROCS;

/// Why there was no answer.
enum class Trouble : std::uint8_t { none, panicked, killed, hangs, ended };

/// What became of a first boot and a first process.
struct Trial {
  std::string trouble;  ///< why the kernel does not come up; empty: it does
  std::string broken;   ///< why no process begins and ends

  bool works() const { return trouble.empty() && broken.empty(); }
};

/// The running kernel and its agents, one for each process of this program: sessions take turns.
/// Waits have time-outs.
class Machine {
 public:
  static Machine& get();

  /// Leaves the kernel with one process under test, P0, freshly forked. Boots it when it is not the
  /// image's, or when processes are still alive: whatever a trace left behind may be broken. Throws
  /// SubjectError when the kernel does not come up. Answers a number that tells this tenancy.
  std::uint64_t begin(const Image& image, std::uint32_t page_bytes);
  /// The same, then has the agents play a script by themselves (Foreseen). The reply's bytes are
  /// the sum of what they answered, its `detail` the free pages afterwards; without one whatever is
  /// wrong shows when they are asked one by one.
  /// `patient`: it may well take seconds.
  Told play(const Image& image, std::uint32_t page_bytes, const std::vector<std::uint8_t>& script,
            bool patient);
  /// Boots the image, has a first process begin and end, and stops it.
  Trial try_out(const Image& image);
  bool is_current(std::uint64_t tenancy) const { return tenancy == tenancy_ && emulator_.owned(); }
  /// The next begin boots.
  void give_up() { usable_ = false; }

  /// Has the process do what is asked; its reply, or `trouble` says why there is none.
  Told ask(std::uint32_t process, const cowagent_request& request);
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

  void prepare(const Image& image, std::uint32_t page_bytes);
  void boot(const Image& image);
  void greet();
  void tell(std::uint32_t process, cowagent_request request);
  void count_up();
  Told ask_again(int most_asleep);
  Told await(int most_asleep = 0);
  bool diagnose(int waited_ms);
  bool is_lost(int waited_ms, int most_asleep);
  void ask_for_list();
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
  int lists_asked_for_ = 0, lists_asleep_ = 0, next_look_ms_ = 0;
  /// Of the processor, in milliseconds.
  int used_when_asked_ = 0, used_at_first_ = 0, used_at_last_look_ = 0;
  Trouble trouble_ = Trouble::none;
  std::string trouble_text_;
};

}  // namespace cow::props::xv6
