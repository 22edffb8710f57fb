#pragma once

#include <array>
#include <string>
#include <vector>

#include "props/lockstep/subject.h"
#include "props/lockstep/touched_pages.h"
#include "props/subjects/xv6/foreseen.h"
#include "props/subjects/xv6/machine.h"

namespace cow::props::xv6 {

/// What happened, for the census.
enum class Event : std::uint8_t {
  looked,       ///< pages that processes were made to look at
  counted,      ///< times that all memory was counted, every process having exited
  tried_first,  ///< translated: accesses beyond the break, which a child tries
  played,       ///< traces that the processes played by themselves
  one_by_one    ///< translated: traces whose operations were asked for one by one after all
};
inline constexpr std::size_t event_count = 5;

/// Anyone's xv6 as a subject: each process of the trace is a real one of the running kernel. Its
/// world is the heap, which sbrk(2) moves at its end only: pages are mapped behind the last one and
/// unmapped from some page to the end, writable and private.
class Xv6 {
 public:
  Xv6(const model::World& world, Image image);

  void reset();
  /// From the next reset on nothing is asked before every process has exited. Until then the
  /// answers are what they should be; then the processes play the whole trace. If they answer
  /// otherwise, or not at all, the last exit breaks a law and the trace `went_wrong`, wherever.
  void run_ahead(bool ahead) { ahead_ = ahead && image_.broken.empty(); }
  bool went_wrong() const { return went_wrong_; }
  /// REQUIRES: went_wrong. Whether they had not answered, and do so now.
  bool goes_well_again();

  model::Answer perform(const model::Op& op);
  bool supports(const model::Op& op) const;
  /// What was drawn, as xv6 can do it.
  model::Op adapt(model::Op op) const;
  bool audit() const { return findings_.empty(); }
  std::vector<Finding> findings() const { return findings_; }
  Seen seen(std::uint32_t process, std::uint32_t page) const;
  /// Every process looks at all its pages.
  void look_everywhere();
  std::vector<std::string> notes() const;
  std::vector<std::string> event_names() const;
  std::vector<std::uint64_t> events() const { return {events_.begin(), events_.end()}; }
  std::string describe() const;

 private:
  static Machine& machine() { return Machine::get(); }
  bool lives(std::uint32_t process) const { return (alive_ >> process & 1U) != 0; }
  std::uint32_t most_pages() const;
  model::Status nonsense(const model::Op& op) const;
  std::string begin();
  Told ask(std::uint32_t process, const cowagent_request& request);
  Told next_reply() { return ahead_ ? foreseen_.next_reply() : machine().next_reply(); }
  model::Answer tell(const model::Op& op);
  model::Answer access(const model::Op& op);
  model::Status fork(const model::Op& op);
  model::Status exit(const model::Op& op);
  model::Status move_break(const model::Op& op);
  model::Status exec(const model::Op& op);
  bool take_look(std::uint32_t process, PageRange range, const Told& told);
  bool look(std::uint32_t who, PageRange range);
  void count_memory();
  void compare_memory(std::uint32_t now);
  void play();
  Told try_play(bool patient);
  bool is_as_foreseen(const Told& told) const;
  model::Status checked(const Told& told);
  model::Status lost();
  void find(Law law, std::string text) { findings_.push_back({law, std::move(text)}); }
  void count(Event event, std::uint64_t times = 1) {
    events_[static_cast<std::size_t>(event)] += times;
  }

  model::World world_;
  std::uint32_t page_bytes_;
  Image image_;
  Foreseen foreseen_;
  bool ahead_ = false, went_wrong_ = false, was_silent_ = false;
  bool begun_ = false;         ///< something was performed since the reset
  std::uint64_t tenancy_ = 0;  ///< of the kernel
  std::uint32_t alive_ = 1;
  model::Kind doing_ = model::Kind::read;
  std::array<std::uint32_t, processes> pages_{};            ///< mapped: 0 to that
  std::array<std::vector<std::uint8_t>, processes> views_;  ///< what each saw last
  std::vector<std::uint8_t> bytes_;                         ///< of the last answer
  std::vector<Finding> findings_;
  std::array<std::uint64_t, event_count> events_{};
};

}  // namespace cow::props::xv6
