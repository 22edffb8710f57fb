#include "props/subjects/xv6/machine.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "props/subjects/registry.h"

namespace cow::props::xv6 {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int boot_ms = 30'000;      ///< for a kernel to come up
constexpr int patience_ms = 20'000;  ///< an answer takes a millisecond or two
constexpr int doubt_ms = 1000;       ///< after so long the kernel is asked who lives
/// A kernel that has used so much of the processor since then should have said that. On a machine
/// with a load of 20 a mere answer may take four seconds (seen), so this is no wall time.
constexpr int silence_ms = 1000;
constexpr char list_processes = '\x10';  ///< control-P, kernel/console.c

/// Of the processor, for the same. With two megabytes it takes 100 ms.
int most_used_ms(const Image& image) {
  return 2000 + static_cast<int>((image.memory == 0 ? 128U << 20 : image.memory) >> 14);
}

cowagent_request request_of(int kind) {
  cowagent_request r{};
  r.kind = static_cast<std::uint8_t>(kind);
  return r;
}

int since(Clock::time_point start) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

}  // namespace

Machine& Machine::get() {
  static Machine machine;
  return machine;
}

/// A kernel without a process under test, in a world of such pages.
void Machine::prepare(const Image& image, std::uint32_t page_bytes) {
  bool left = false;
  for (const auto& process : processes_) left |= process.alive;
  if (!usable_ || left || !emulator_.owned() || !(image == image_)) boot(image);
  if (page_bytes_ == page_bytes) return;
  auto world = request_of(COWXV6_WORLD);
  world.length = page_bytes_ = page_bytes;
  ask(supervisor, world);
}

std::uint64_t Machine::begin(const Image& image, std::uint32_t page_bytes) {
  prepare(image, page_bytes);
  if (const auto told = fork(supervisor, 0); !told.answered || told.status != COWAGENT_OK)
    throw SubjectError(fmt::format("xv6: the kernel forks no first process: {}",
                                   told.answered ? "out of memory" : trouble_text_));
  return ++tenancy_;
}

/// Piece by piece: the console takes no more than a line at a time.
Told Machine::play(const Image& image, std::uint32_t page_bytes,
                   const std::vector<std::uint8_t>& script, bool patient) {
  const int most_asleep = patient ? 100 : 5;
  prepare(image, page_bytes);
  ++tenancy_;
  for (std::size_t from = 0;; from += COWXV6_PIECE) {
    const auto size = std::min(script.size() - from, std::size_t{COWXV6_PIECE});
    const bool last = from + size == script.size();
    char line[COWXV6_LINE];
    count_up();
    const auto length =
        cowxv6_to_piece(last ? COWXV6_LAST : COWXV6_MORE, static_cast<std::uint8_t>(sequence_),
                        script.data() + from, static_cast<std::uint32_t>(size), line);
    emulator_.send({line, length});
    auto told = await(last ? most_asleep : 0);
    if (last && lists_asleep_ == most_asleep) told = ask_again(most_asleep);
    if (last || !told.answered || told.status != COWAGENT_OK) return told;
  }
}

/// The list of processes may have torn the reply apart. A supervisor that still waits for its turn
/// does not answer.
Told Machine::ask_again(int most_asleep) {
  usable_ = true;
  tell(supervisor, request_of(COWXV6_RESULT));
  return await(most_asleep);
}

Trial Machine::try_out(const Image& image) {
  Trial trial;
  try {
    boot(image);
    if (!usable_) trial.broken = "a process takes all memory there is: " + trouble_text_;
  } catch (const SubjectError& error) {
    trial.trouble = error.what();
  }
  try {
    if (usable_) begin(image, model::page_bytes(model::Geometry::tiny));
    if (usable_ && !exit(0).answered) trial.broken = "the first process exits: " + trouble_text_;
  } catch (const SubjectError& error) {
    trial.broken = error.what();
  }
  emulator_.stop();
  usable_ = false;
  return trial;
}

void Machine::boot(const Image& image) {
  const bool same = image == image_;
  image_ = image;
  usable_ = false;
  processes_ = {};
  page_bytes_ = 0;
  console_.clear();
  emulator_.start(image);
  const auto start = Clock::now();
  std::string text;
  while (!console_.reply(0).answered) {
    const bool runs = emulator_.receive(text, 1000);
    console_.take(std::exchange(text, {}));
    const bool has_time = since(start) < boot_ms && emulator_.used_ms() < most_used_ms(image);
    if (runs && console_.panic().empty() && has_time) continue;
    throw SubjectError(fmt::format("xv6: {} does not come up{}: {}", image.tree,
                                   has_time ? "" : " in time", last_words()));
  }
  usable_ = true;
  if (!same || free_at_first_ == 0) greet();
}

/// Memory is counted twice: what is allocated once and for all is there the second time.
void Machine::greet() {
  const auto told = ask(supervisor, request_of(COWAGENT_HELLO));
  cowagent_hello hello{};
  if (told.bytes.size() == COWAGENT_HELLO_BYTES) cowagent_decode_hello(told.bytes.data(), &hello);
  if (hello.version != COWAGENT_VERSION)
    throw SubjectError(fmt::format("xv6: the agent does not start: {}", trouble_text_));
  if (image_.memory == 0) return;
  for (int i = 0; i < 2 && usable_; ++i) free_at_first_ = count_free().detail;
}

/// A request of its own.
void Machine::count_up() {
  sequence_ = static_cast<std::uint16_t>(sequence_ % 255 + 1);  // its upper byte costs nothing then
  console_.forget_words();
}

Told Machine::ask(std::uint32_t process, const cowagent_request& request) {
  tell(process, request);
  return await();
}

void Machine::tell(std::uint32_t process, cowagent_request request) {
  char line[COWXV6_LINE];
  count_up();
  request.sequence = sequence_;
  request.proc = static_cast<std::uint8_t>(process);
  emulator_.send({line, cowxv6_to_line(&request, line)});
}

Told Machine::fork(std::uint32_t process, std::uint32_t child) {
  auto request = request_of(COWAGENT_FORK);
  request.child = static_cast<std::uint8_t>(child);
  auto told = ask(process, request);
  if (told.answered && told.status == COWAGENT_OK) processes_[child] = {true, told.detail, process};
  return told;
}

Told Machine::exit(std::uint32_t process) {
  auto request = request_of(COWAGENT_EXIT);
  request.child = static_cast<std::uint8_t>(processes_[process].parent);
  exiting_ = process;
  auto told = ask(process, request);
  exiting_ = processes;
  processes_[process] = {};
  for (auto& other : processes_) {
    if (other.alive && other.parent == process) other.parent = supervisor;
  }
  return told;
}

Told Machine::count_free() { return ask(supervisor, request_of(COWXV6_FREE)); }

/// `most_asleep`: of a script, how often all may sleep when looked at; else 0.
Told Machine::await(int most_asleep) {
  const auto start = Clock::now();
  lists_asked_for_ = lists_asleep_ = next_look_ms_ = 0;
  if (most_asleep > 0) used_at_first_ = used_at_last_look_ = emulator_.used_ms();
  trouble_ = Trouble::none;
  trouble_text_.clear();
  std::string text;
  for (int nap = 50;;) {
    if (auto told = console_.reply(sequence_); told.answered) return told;
    const bool runs = emulator_.receive(text, nap);
    const bool silent = text.empty();
    console_.take(std::exchange(text, {}));
    if (!runs && fail(Trouble::ended, "QEMU has ended: " + last_words())) return {};
    const int waited = since(start);
    nap = waited < 20 ? 50 : 1000;
    if (silent && waited > 20 &&
        (most_asleep > 0 ? is_lost(waited, most_asleep) : diagnose(waited)))
      return console_.reply(sequence_);
  }
}

/// Whether there is no point in waiting any more.
bool Machine::diagnose(int waited_ms) {
  if (const auto panic = console_.panic(); !panic.empty())
    return fail(Trouble::panicked, "the kernel panicked: " + panic);
  if (waited_ms < doubt_ms) return false;
  if (lists_asked_for_ == 0) ask_for_list();
  if (console_.has_list()) {
    if (const auto dead = dead_process(); !dead.empty()) return fail(Trouble::killed, dead);
  }
  if (!console_.has_list())
    return emulator_.used_ms() - used_when_asked_ > silence_ms &&
           fail(Trouble::hangs, "the kernel hangs: it does not even list processes");
  return waited_ms > patience_ms &&
         fail(Trouble::hangs,
              fmt::format("no answer for {} s: a process waits for ever, though the "
                          "kernel still lists processes",
                          patience_ms / 1000));
}

/// The same of a script, where nobody is expected to say anything for long: whether it never ends.
/// Somebody's turn is lost when all sleep, time and again. Nobody asks who does while the emulator
/// works: the list that the kernel prints may tear a reply apart.
bool Machine::is_lost(int waited_ms, int most_asleep) {
  constexpr int pause_ms = 50, busy_ms = 5, busy_most_ms = 400;
  if (const auto panic = console_.panic(); !panic.empty())
    return fail(Trouble::panicked, "the kernel panicked: " + panic);
  if (waited_ms < next_look_ms_) return false;
  next_look_ms_ = waited_ms + pause_ms;
  const int used = emulator_.used_ms(), since_last = used - std::exchange(used_at_last_look_, used);
  const bool works = since_last >= busy_ms && used - used_at_first_ < busy_most_ms;
  if (lists_asked_for_ == 0 && works) return false;
  const bool listed = console_.has_list();
  if (lists_asked_for_ > 0 && !listed)
    return used - used_when_asked_ > silence_ms / 2 &&
           fail(Trouble::hangs, "the kernel hangs: it does not even list processes");
  lists_asleep_ = listed && console_.all_sleep() ? lists_asleep_ + 1 : 0;
  console_.forget_words();
  ask_for_list();
  return (lists_asleep_ == most_asleep || waited_ms > patience_ms) &&
         fail(Trouble::hangs, "a process waits for ever");
}

void Machine::ask_for_list() {
  ++lists_asked_for_;
  emulator_.send({&list_processes, 1});
  used_when_asked_ = emulator_.used_ms();
}

bool Machine::fail(Trouble trouble, std::string text) {
  trouble_ = trouble;
  trouble_text_ = std::move(text);
  usable_ = false;
  return true;
}

/// Who should live and does not, in words; empty: nobody.
std::string Machine::dead_process() const {
  for (std::uint32_t p = 0; p < processes; ++p) {
    const auto& process = processes_[p];
    if (!process.alive || p == exiting_ || console_.lists(process.pid)) continue;
    return fmt::format("the kernel killed P{}: {}", p, last_words());
  }
  return {};
}

/// What the kernel said, without the list of processes.
std::string Machine::last_words() const {
  std::string all;
  for (const auto& line : console_.words()) {
    if (line.find("init") != std::string::npos) continue;
    const auto from = line.find_first_not_of(' ');
    all += fmt::format("{}{}", all.empty() ? "" : "; ", line.substr(from));
  }
  return all.empty() ? "it said nothing" : all;
}

}  // namespace cow::props::xv6
