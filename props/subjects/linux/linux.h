#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "props/lockstep/subject.h"
#include "props/subjects/linux/areas.h"
#include "props/subjects/linux/host.h"
#include "props/subjects/linux/means.h"

namespace cow::props::live {

/// What happened, for the census. Those that are called "translated …" are the places where Linux's
/// conventions differ from the reference's (impl/linux/README.md); they may be 0.
enum class Event : std::uint8_t {
  looked,       ///< pages whose bytes were seen without disturbing them
  in_file,      ///< pages of the file that were not in place, and seen in the file
  counted,      ///< frames whose mappings were counted, and agreed
  shared,       ///< of these, shared by processes
  alone,        ///< frames that a writer was seen to have alone
  freed,        ///< frames seen to be mapped by nobody after an exit
  huge,         ///< huge frames met
  asked_first,  ///< translated: holes
  took_back,    ///< translated: writes over several pages
  told_apart,   ///< translated: advice over private and shared pages
  one_by_one,   ///< translated: moves over several areas
  owned_first,  ///< translated: stores that change the file before a page that shows it
  known,        ///< translated: left out, since it is known to go wrong
  limited,      ///< translated: left out, since userfaultfd or io_uring has no such form
  dropped,      ///< pages that were given up, and are gone
  guarded,      ///< guards that pagemap shows
  trapping,     ///< pages that pagemap shows as write-protected since wp
  unwritten,    ///< pages that count as not written since clear-refs
  spliced,      ///< looks at pages in pipes that others wrote, or their process dropped
  merged,       ///< frames met that ksmd has merged
  in_flight,    ///< device accesses that answered O_DIRECT requests
  on_disk,      ///< kernel accesses by O_DIRECT on a disk
};
inline constexpr std::size_t event_count = 22;

/// What userfaultfd does with a process's writes to protected pages: one thing, until exec or exit.
enum class Protection : std::uint8_t { none, traps, notes };

/// The running kernel as a subject: each process of the trace is a real one, an agent. Without
/// `seen`, so for worlds of real pages, where looking at everything after every operation would
/// take all the time.
class Linux {
 public:
  Linux(const model::World& world, const Setup& setup);

  void reset();
  model::Answer perform(const model::Op& op);
  bool supports(const model::Op& op) const;
  bool audit();
  /// Of a private page of the file: does it still show the file?
  bool shows_file(std::uint32_t process, std::uint32_t page) const;
  /// Is nothing left of a private page, so that it reads as zeroes?
  bool dropped(std::uint32_t process, std::uint32_t page) const;
  /// Is the page zeroes but for the bytes [first, end)? It may be brought in.
  bool is_zero_but(std::uint32_t process, std::uint32_t page, std::uint32_t first,
                   std::uint32_t end) const;
  /// At the last audit: is the page there, and not written since clear-refs?
  bool unwritten(std::uint32_t process, std::uint32_t page) const {
    return protection_[process] == Protection::notes && page < entries_[process].size() &&
           entries_[process][page].write_protected();
  }
  std::vector<Finding> findings() const { return findings_; }
  /// What is not checked here, and why.
  std::vector<std::string> notes() const;
  std::vector<std::string> event_names() const;
  std::vector<std::uint64_t> events() const;
  std::string describe() const;

 protected:
  Host& host() const { return Host::get(); }
  const Area& area(std::uint32_t process, std::uint32_t page) const;
  void find(Law law, std::string text) { findings_.push_back({law, std::move(text)}); }
  void count(Event event, std::uint64_t times = 1) const {
    events_[static_cast<std::size_t>(event)] += times;
  }
  void count_looked(std::uint64_t pages) { count(Event::looked, pages); }
  bool lives(std::uint32_t process) const { return (alive_ >> process & 1U) != 0; }
  bool is_running() const { return tenancy_ != 0 && host().tenancy() == tenancy_; }
  /// What each page of each process is, now; false when one cannot be looked at.
  bool read_entries();
  bool read_entries_of(std::uint32_t process);

  model::World world_;
  std::uint32_t page_bytes_;
  std::array<std::vector<PageEntry>, model::max_procs> entries_;  ///< at the last look
  bool entries_known_ = false;                                    ///< of all that live

 private:
  std::string begin();
  model::Status nonsense(const model::Op& op) const;
  model::Status nonsense_of_pin(const model::Op& op) const;
  model::Answer tell(const model::Op& op);
  model::Answer judge(const model::Op& op, const Told& told);
  model::Answer trouble(const std::string& what);
  model::Status fork(const model::Op& op);
  model::Status exit(const model::Op& op);
  model::Status force_write(const model::Op& op);
  void own_first(const model::Op& op);
  bool is_changed_before(std::uint32_t process, std::uint32_t first, std::uint32_t page) const;
  bool take_apart(model::Op& op) const;
  model::Status why_not_forced(std::uint32_t process, std::uint32_t page) const;
  bool can_protect(const model::Op& op) const;
  bool can_pin(const model::Op& op) const;
  void follow(const model::Op& op);
  std::uint32_t pin_bit(const model::Op& op) const {
    return 1U << (op.proc * model::max_pins + op.pin);
  }
  std::uint32_t pins_of(std::uint32_t process) const {
    return ((1U << model::max_pins) - 1) << process * model::max_pins;
  }

  bool can_happen(Event event) const;

  // direct.cpp
  bool is_direct(const model::Op& op) const;
  bool has_page_of_its_own(const model::Op& op) const;
  bool can_be_direct(const model::Op& op) const;
  model::Answer tell_device(const model::Op& op);
  model::Answer pin_directly(const model::Op& op);
  model::Answer write_directly(const model::Op& op, DirectFile& file,
                               std::vector<std::uint8_t> page);

  // spliced.cpp
  static bool may_change_spliced(const model::Op& op);
  bool can_be_spliced(const model::Op& op) const;
  std::string follow_spliced(const model::Op& op, std::span<const std::uint8_t> bytes);

  // findings.cpp
  bool is_known_finding(const model::Op& op) const;
  bool shows_common_memory(const model::Op& op) const;
  bool goes_beside_others(const model::Op& op) const;
  void follow_findings(const model::Op& op);

  // marks.cpp
  void look_at_marks();
  std::string wrong_mark(std::uint32_t page) const;

  // sharing.cpp
  void look_at_sharing();
  void look_at_writer(std::uint32_t page);
  std::uint64_t entries_of(std::uint64_t frame) const;
  std::uint64_t counted_for(std::uint64_t frame);
  std::string wrong_count(std::uint32_t process, std::uint32_t page);
  std::vector<std::uint64_t> frames_alone(std::uint32_t process) const;
  void look_for_leaks(std::uint32_t process, const std::vector<std::uint64_t>& were_its);

  Setup setup_;
  std::uint64_t tenancy_ = 0;  ///< 0: nothing was performed since the reset
  std::uint32_t alive_ = 1, held_ = 0;
  std::uint32_t in_shared_ = 0;  ///< of the pins, those of shared memory
  std::uint32_t writing_ = 0;    ///< those through which the device may write
  std::array<Protection, model::max_procs> protection_{};
  bool device_wrote_there_ = false;  ///< io_uring's; finding L1 needs that
  std::uint32_t mergeable_ = 0;      ///< processes; L2 needs that
  std::array<std::bitset<model::max_pages(model::Geometry::x86_64)>, model::max_procs>
      given_up_;                                                     ///< L4 needs that
  mutable std::array<std::vector<Area>, model::max_procs> areas_;    ///< empty: not known
  std::array<std::vector<std::uint8_t>, model::max_procs> spliced_;  ///< empty: no page in a pipe
  model::Op last_;
  model::Status last_status_ = model::Status::ok;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> counted_;  ///< frames of this audit
  std::uint32_t turn_ = 0;  ///< which page is looked at beside those that an operation touches
  std::uint32_t kept_ = 0;  ///< frames in a row that were still mapped after their owner's exit
  std::vector<Finding> findings_;
  mutable std::array<std::uint64_t, event_count> events_{};
};

}  // namespace cow::props::live
