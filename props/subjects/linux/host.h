#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <sys/types.h>

#include "impl/linux/control.h"
#include "model/op.h"
#include "model/world.h"
#include "props/subjects/linux/direct_pins.h"

/// The agents of this process and their commands. Every agent is a child of this process, and the
/// kernel kills it when this process ends, however that happens (PR_SET_PDEATHSIG).
namespace cow::props::live {

/// Which agent to run. The program's own, but for tests.
struct Setup {
  std::span<const std::uint8_t> image;  ///< the program, statically linked
  agent::Wrong wrong = agent::Wrong::nothing;
  int patience_ms = 10'000;     ///< an agent that gives no answer for so long hangs
  bool known_findings = false;  ///< do also what is known to go wrong (findings.md)
  bool populates = false;       ///< touch what is to be write-protected, as for an older Linux
  bool direct = false;          ///< pins with even numbers are O_DIRECT requests in flight

  bool operator==(const Setup& other) const {
    return image.data() == other.image.data() && wrong == other.wrong &&
           patience_ms == other.patience_ms && populates == other.populates &&
           direct == other.direct;
  }
};

/// The agent's program, which is part of this one.
std::span<const std::uint8_t> agent_image();

/// What /proc/PID/maps calls the file of the world.
inline constexpr char file_name[] = "cowcheck-file";

/// What an agent said, or what became of it.
struct Told {
  bool answered = false;
  cowagent_reply reply{};  ///< `bytes`: in the shared memory, valid until the next request
  std::string trouble;     ///< why there is no answer, in words
};

/// How a process has ended, by waitpid's status, for a reader.
std::string last_words(std::uint32_t process, int status);

/// One for each process of the program, since only one memory under test is at work at a time: the
/// second to begin ends the first. Waits have time-outs.
class Host {
 public:
  static Host& get();

  /// Ends all agents but the zygote and makes P0 from that. Throws SubjectError when agents
  /// cannot be started at all. Answers a number that tells this tenancy from all others.
  std::uint64_t begin(const model::World& world, const Setup& setup);
  bool is_current(std::uint64_t tenancy) const { return tenancy == tenancy_ && owned(); }
  /// The same for who knows that this process has begun it: asks Linux nothing.
  std::uint64_t tenancy() const { return tenancy_; }
  /// Ends all agents, the zygote included.
  void end();

  /// Has the agent's thread for `cpu` do what is asked.
  Told ask(std::uint32_t process, const cowagent_request& request);
  /// `ask`, whose answer makes the child known.
  Told fork(std::uint32_t process, const cowagent_request& request);
  /// `ask`, after which the process may have another number, and the files of /proc are another
  /// memory's. `trouble` when its vfork went wrong.
  Told exec(std::uint32_t process, const cowagent_request& request);
  /// Takes the bytes of a kernel read into a pipe, or looks at them (impl/linux/splice.cpp).
  Told splice(std::uint32_t process, std::uint8_t kind, const model::Op& op);
  /// The agent is to end itself: waits until it is gone, memory and all. Empty, or what is wrong.
  std::string exit(std::uint32_t process);
  /// After an exec: the files of /proc are another memory's.
  void forget_files(std::uint32_t process);

  /// What is in flight, with `Setup::direct`.
  DirectPins& direct() { return direct_; }

  pid_t pid(std::uint32_t process) const { return agents_[process].pid; }
  bool alive(std::uint32_t process) const { return agents_[process].pid > 0; }
  /// Descriptors of the agent's files in /proc, opened when first asked for; -1 if that fails.
  int memory(std::uint32_t process) { return file(process, agents_[process].memory, "mem", true); }
  int pagemap(std::uint32_t process) {
    return file(process, agents_[process].pagemap, "pagemap", false);
  }
  /// The file of the world; its page is as large as one of Linux.
  int world_file() const { return control_->file; }
  int maps(std::uint32_t process) { return file(process, agents_[process].maps, "maps", false); }

  const cowagent_hello& hello() const { return hello_; }
  std::uint32_t real_bytes() const { return control_->real_bytes; }
  std::uint64_t address(std::uint32_t page) const {
    return agent::base_address + std::uint64_t{page} * control_->real_bytes;
  }

 private:
  struct Agent {
    pid_t pid = 0;
    bool thread = false;
    bool execs = false;  ///< so it may end well, and another goes on
    bool ended = false;  ///< well, as it execs
    int memory = -1, pagemap = -1, maps = -1;
  };

  bool owned() const;
  void build(const Setup& setup);
  void drop();
  void start_zygote();
  void choose_processors();
  void greet();
  void open_direct_files();
  void kill(std::uint32_t process);
  void kill_all_but_zygote();
  void drain();
  void empty_file();
  int file(std::uint32_t process, int& known, const char* name, bool writes);
  Told send(std::uint32_t process, std::uint32_t thread, const cowagent_request& request);
  std::string await(agent::Mail& mail, std::uint32_t asked, std::uint32_t process);
  std::string end_of(std::uint32_t process, int status);
  std::string await_lender(std::uint32_t process, pid_t now);
  std::string wait_for_end(std::uint32_t process);
  void forget(std::uint32_t process);

  Setup setup_;
  pid_t owner_ = 0;
  std::uint64_t tenancy_ = 0;
  agent::Control* control_ = nullptr;
  cowagent_hello hello_{};
  std::uint16_t sequence_ = 0;
  bool file_used_ = false;  ///< since it was emptied
  int look_ms_ = 50;        ///< how often the wait looks whether the agent still lives
  DirectPins direct_;
  std::array<Agent, agent::processes> agents_;
};

}  // namespace cow::props::live
