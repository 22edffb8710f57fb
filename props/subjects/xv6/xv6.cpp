#include "props/subjects/xv6/xv6.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <utility>

#include "props/subjects/linux/request.h"
#include "props/subjects/registry.h"

namespace cow::props::xv6 {

using model::Kind;
using model::Op;
using model::Status;

Xv6::Xv6(const model::World& world, Image image)
    : world_(world),
      page_bytes_(model::page_bytes(world.geometry)),
      image_(std::move(image)),
      foreseen_(world) {}

/// Nothing is started before it is needed (as on Linux).
void Xv6::reset() {
  begun_ = went_wrong_ = false;
  tenancy_ = 0;
  if (ahead_) foreseen_.reset();
  alive_ = 1;
  pages_ = {};
  findings_.clear();
}

/// Empty, or why there is no kernel.
std::string Xv6::begin() try {
  begun_ = true;
  if (!image_.broken.empty()) return image_.broken;
  if (ahead_) return "";
  if (tenancy_ == 0) tenancy_ = machine().begin(image_, page_bytes_);
  return machine().is_current(tenancy_) ? "" : "another session has taken the kernel";
} catch (const SubjectError& error) {
  return error.what();
}

model::Answer Xv6::perform(const Op& op) {
  findings_.clear();
  doing_ = op.kind;
  if (const auto status = nonsense(op); status != Status::ok) return {status, {}};
  if (const auto wrong = begin(); !wrong.empty()) {
    find(Law::progress, wrong);
    return {Status::stuck, {}};
  }
  if (ahead_) foreseen_.expect(op);
  return tell(op);
}

Told Xv6::ask(std::uint32_t process, const cowagent_request& request) {
  return ahead_ ? foreseen_.ask(process, request) : machine().ask(process, request);
}

model::Answer Xv6::tell(const Op& op) {
  switch (op.kind) {
    case Kind::map:
    case Kind::unmap:
      return {move_break(op), {}};
    case Kind::fork:
      return {fork(op), {}};
    case Kind::exec:
      return {exec(op), {}};
    case Kind::exit:
      return {exit(op), {}};
    default:
      return access(op);
  }
}

/// The status of what was answered; else what became of the process is found.
Status Xv6::checked(const Told& told) {
  if (!told.answered) return lost();
  if (told.status <= COWAGENT_NO_PIN && told.status != COWAGENT_STUCK)
    return static_cast<Status>(told.status);
  find(Law::progress, fmt::format("{} failed in a way that it never should (status {}, detail {})",
                                  model::name(doing_), told.status, told.detail));
  machine().give_up();
  return Status::stuck;
}

/// xv6 kills who accesses what it must not; so a process that is killed for an access was refused.
Status Xv6::lost() {
  const bool refused = machine().trouble() == Trouble::killed && model::is_access(doing_);
  find(refused ? Law::permission : Law::progress, machine().trouble_text());
  return refused ? Status::segfault : Status::stuck;
}

/// What is freed may be what others share.
Status Xv6::move_break(const Op& op) {
  const auto status = checked(ask(op.proc, live::request_of(op)));
  if (status != Status::ok) return status;
  auto& pages = pages_[op.proc];
  const auto was =
      std::exchange(pages, op.kind == Kind::map ? op.page + op.count : std::min(pages, op.page));
  views_[op.proc].resize(std::size_t{was} * page_bytes_);
  views_[op.proc].resize(std::size_t{pages} * page_bytes_);
  return look(alive_, {pages, was}) ? status : lost();
}

Status Xv6::fork(const Op& op) {
  const auto status =
      checked(ahead_ ? foreseen_.fork(op.proc, op.child) : machine().fork(op.proc, op.child));
  if (status != Status::ok) return status;
  alive_ |= 1U << op.child;
  pages_[op.child] = pages_[op.proc];
  views_[op.child] = views_[op.proc];
  return status;
}

Status Xv6::exec(const Op& op) {
  const auto status = checked(ask(op.proc, live::request_of(op)));
  if (status != Status::ok) return status;
  pages_[op.proc] = 0;
  views_[op.proc].clear();
  return look(alive_, {0, most_pages()}) ? status : lost();
}

Status Xv6::exit(const Op& op) {
  const auto told = ahead_ ? foreseen_.exit(op.proc) : machine().exit(op.proc);
  const auto status = checked(told);
  if (status != Status::ok) return status;
  if (told.detail != 0)
    find(Law::progress, fmt::format("P{} exited with status {} instead of 0", op.proc,
                                    static_cast<std::int32_t>(told.detail)));
  alive_ &= ~(1U << op.proc);
  pages_[op.proc] = 0;
  views_[op.proc].clear();
  if (alive_ == 0) ahead_ ? play() : count_memory();
  return look(alive_, {0, most_pages()}) ? status : lost();
}

/// Who asks for all memory there is gets as much as before the trace.
void Xv6::count_memory() {
  if (image_.memory == 0) return;
  const auto told = machine().count_free();
  if (!told.answered) {
    find(Law::progress, "counting the free memory: " + machine().trouble_text());
    return;
  }
  compare_memory(told.detail);
}

void Xv6::compare_memory(std::uint32_t now) {
  count(Event::counted);
  const auto before = machine().free_at_first();
  if (now == before) return;
  find(now < before ? Law::no_leak : Law::no_dangling,
       fmt::format("every process has exited, and {} pages are free where {} were before: {}", now,
                   before, now < before ? "some were never freed" : "some were freed twice"));
  machine().give_up();
}

bool Xv6::is_as_foreseen(const Told& told) const {
  if (!told.answered || told.status != COWAGENT_OK || told.bytes.size() != 8) return false;
  const auto* const sum = told.bytes.data();
  return (cowagent_get(sum, 4) | std::uint64_t{cowagent_get(sum + 4, 4)} << 32) == foreseen_.sum();
}

/// No answer when there is no kernel.
Told Xv6::try_play(bool patient) try {
  if (foreseen_.script().size() > COWXV6_SCRIPT) return {};
  return machine().play(image_, page_bytes_, foreseen_.script(), patient);
} catch (const SubjectError&) {
  return {};
}

/// The processes play what was foreseen.
void Xv6::play() {
  foreseen_.end();
  const auto told = try_play(false);
  if (is_as_foreseen(told)) {
    count(Event::played);
    if (image_.memory != 0) compare_memory(told.detail);
    return;
  }
  machine().give_up();
  count(Event::one_by_one);
  went_wrong_ = true;
  was_silent_ = !told.answered;
  find(Law::progress, "it went wrong somewhere");
}

bool Xv6::goes_well_again() {
  if (!was_silent_) return false;
  const auto told = try_play(true);
  return is_as_foreseen(told) && (image_.memory == 0 || told.detail == machine().free_at_first());
}

/// A store is followed by a look at its pages by everybody who has them.
model::Answer Xv6::access(const Op& op) {
  const auto range = touched_pages(op, world_);
  auto request = live::request_of(op);
  request.cpu = 0;
  request.page = range.first;
  request.offset = op.offset % page_bytes_;
  std::uint32_t who = 0;
  if (model::is_store(op.kind)) {
    for (std::uint32_t p = 0; p < processes; ++p) {
      if (lives(p) && pages_[p] > range.first) who |= 1U << p;
    }
  }
  request.to = who;
  request.count = range.end - range.first;
  if (range.end > pages_[op.proc]) count(Event::tried_first);
  auto told = ask(op.proc, request);
  const auto status = checked(told);
  if (!told.answered) return {status, {}};
  for (std::uint32_t p = 0; p < processes; ++p) {
    if ((who >> p & 1U) != 0 && !take_look(p, range, next_reply())) return {lost(), {}};
  }
  bytes_ = std::move(told.bytes);
  return {status, bytes_};
}

bool Xv6::take_look(std::uint32_t process, PageRange range, const Told& told) {
  if (!told.answered) return false;
  const auto end = std::min(range.end, pages_[process]);
  const auto bytes = end > range.first ? std::size_t{end - range.first} * page_bytes_ : 0;
  if (told.bytes.size() == bytes)
    std::ranges::copy(told.bytes, views_[process].data() + std::size_t{range.first} * page_bytes_);
  else
    find(Law::progress,
         fmt::format("P{} shows {} bytes where there are {}", process, told.bytes.size(), bytes));
  count(Event::looked, end - std::min(end, range.first));
  return true;
}

/// Has all of `who` that have some of these pages look at them: a line for as many pages as one
/// reply may show. False: there was no answer.
bool Xv6::look(std::uint32_t who, PageRange range) {
  const auto most = COWXV6_LONGEST / page_bytes_;
  std::uint32_t end = 0;
  for (std::uint32_t p = 0; p < processes; ++p) {
    if (pages_[p] <= range.first) who &= ~(1U << p);
    if ((who >> p & 1U) != 0) end = std::max(end, pages_[p]);
  }
  end = std::min(end, range.end);
  for (auto first = range.first; who != 0 && first < end; first += most) {
    const auto begin = static_cast<std::uint32_t>(std::countr_zero(who));
    cowagent_request request{};
    request.kind = COWXV6_LOOK;
    request.page = first;
    request.count = std::min(most, end - first);
    request.to = who & ~(1U << begin);
    for (auto p = begin; p < processes; ++p) {
      if ((who >> p & 1U) == 0) continue;
      const auto told = p == begin ? ask(p, request) : next_reply();
      if (!take_look(p, {first, first + request.count}, told)) return false;
    }
  }
  return true;
}

void Xv6::look_everywhere() {
  findings_.clear();
  doing_ = Kind::read;
  const bool there = ahead_ || machine().is_current(tenancy_);
  if (begun_ && there && !look(alive_, {0, most_pages()})) lost();
}

Seen Xv6::seen(std::uint32_t process, std::uint32_t page) const {
  if (process >= processes || page >= pages_[process]) return {};
  return {true, model::Access::write, views_[process].data() + std::size_t{page} * page_bytes_};
}

}  // namespace cow::props::xv6
